private import CKernels

extension RowMajor {
    /// Each row minus its mean, divided by its standard deviation (with `epsilon` added to the variance, which is
    /// divided by the row's length), times `weight`, plus `bias`.
    ///
    /// Mean and variance come from sums in double precision: rows whose mean is a million times their deviation lose
    /// nothing.
    ///
    /// - Parameters:
    ///   - weight: one factor for each column; `nil` for ones.
    ///   - bias: one summand for each column; `nil` for zeros.
    ///   - epsilon: at least 0.
    /// - Complexity: O(count).
    /// - Reference: Ba, Kiros and Hinton, Layer normalization, arXiv:1607.06450.
    public func layerNormalized(weight: NDArray? = nil, bias: NDArray? = nil, epsilon: Double = 1e-5) -> Self {
        withNormalization(weight, bias, epsilon, rowLength) { result(of: $0) }
    }

    /// Normalizes each row in place, as ``layerNormalized(weight:bias:epsilon:)``.
    ///
    /// - Complexity: O(count).
    public mutating func layerNormalize(weight: NDArray? = nil, bias: NDArray? = nil, epsilon: Double = 1e-5) {
        withNormalization(weight, bias, epsilon, rowLength) { perform($0) }
    }

    /// Normalizes each row and writes the results into `target`, whose memory is used again.
    ///
    /// - Precondition: `target` has the same shape.
    /// - Complexity: O(count).
    public func layerNormalize(
        weight: NDArray? = nil, bias: NDArray? = nil, epsilon: Double = 1e-5, into target: inout Self
    ) {
        withNormalization(weight, bias, epsilon, rowLength) { perform($0, into: &target) }
    }
}

/// Calls `body` with the operation layer normalization.
private func withNormalization<R>(
    _ weight: NDArray?, _ bias: NDArray?, _ epsilon: Double, _ length: Int, _ body: (RowOperation) -> R
) -> R {
    precondition(weight.map { $0.count == length } ?? true, "\(weight?.count ?? 0) weights for rows of \(length)")
    precondition(bias.map { $0.count == length } ?? true, "a bias of \(bias?.count ?? 0) for rows of \(length)")
    precondition(epsilon >= 0, "epsilon is \(epsilon); it must not be negative")
    return withOptional(weight) { weight in
        withOptional(bias) { bias in
            nonisolated(unsafe) let (weight, bias) = (weight, bias)
            return body(
                .rows(ofLength: length) { _, from, to in
                    kindred_layer_norm(from, to, length, weight, bias, epsilon)
                })
        }
    }
}
