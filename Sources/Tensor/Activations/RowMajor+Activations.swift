private import CKernels

extension RowMajor {
    /// The array with `activation` applied to each element.
    ///
    /// - Complexity: O(count).
    public func applying(_ activation: Activation) -> Self { result(of: map(activation.kernel)) }

    /// Applies `activation` to each element, in place.
    ///
    /// - Complexity: O(count).
    public mutating func apply(_ activation: Activation) { perform(map(activation.kernel)) }

    /// Applies `activation` to each element and writes the results into `target`, whose memory is used again.
    ///
    /// - Precondition: `target` has the same shape.
    /// - Complexity: O(count).
    public func apply(_ activation: Activation, into target: inout Self) {
        perform(map(activation.kernel), into: &target)
    }

    /// eˣ of each element, denormal results included; at most one unit in the last place off.
    ///
    /// - Complexity: O(count).
    public func exponentials() -> Self { result(of: map(ElementaryFunction.exponential.kernel)) }

    /// The natural logarithm of each element, at most 0.9 units in the last place off: −∞ at zero, NaN below.
    ///
    /// - Complexity: O(count).
    public func logarithms() -> Self { result(of: map(ElementaryFunction.logarithm.kernel)) }

    /// The error function of each element, at most 1.4 units in the last place off.
    ///
    /// - Complexity: O(count).
    public func errorFunctions() -> Self { result(of: map(ElementaryFunction.errorFunction.kernel)) }

    /// Adds `bias` to each row, applies `activation`, and adds `residual`: the end of a layer in one pass over memory.
    ///
    /// - Parameters:
    ///   - bias: one number for each column, or `nil`.
    ///   - activation: what is applied to each sum.
    ///   - residual: what is added after the activation, of the same shape, or `nil`.
    /// - Complexity: O(count).
    public mutating func add(bias: NDArray?, activation: Activation = .identity, residual: Self? = nil) {
        let length = rowLength
        precondition(bias.map { $0.count == length } ?? true, "a bias of \(bias?.count ?? 0) for rows of \(length)")
        precondition(residual.map { $0.count == count } ?? true, "the residual has another shape")
        withOptional(bias) { bias in
            withOptional(residual) { residual in
                perform(
                    .rows(ofLength: length) { row, _, values in
                        if let residual {
                            RowKernel.addBias(
                                values, bias, activation, residual: residual + row * length, count: length)
                        } else {
                            RowKernel.addBias(values, bias, activation, count: length)
                        }
                    })
            }
        }
    }

    private func map(_ kernel: Int32) -> RowOperation {
        .elements { from, to, count in kindred_map(from, to, count, kernel) }
    }
}

/// Calls `body` with the elements of an array, or with `nil` where there is none.
package func withOptional<R>(_ array: (some RowMajor)?, _ body: (UnsafePointer<Float>?) -> R) -> R {
    guard let array else { return body(nil) }
    return array.withUnsafeBufferPointer { body($0.baseAddress) }
}
