extension Variable {
    /// The matrix products over the last two axes; the axes before them broadcast.
    ///
    /// - Parameters:
    ///   - other: the right-hand side.
    ///   - transposingSelf: whether the matrices of this array are transposed first.
    ///   - transposingOther: whether those of `other` are.
    /// - Precondition: both have rank 2 at least, the inner dimensions agree, and the axes before them broadcast.
    public func times(
        _ other: Variable, transposingSelf: Bool = false, transposingOther: Bool = false
    ) -> Variable {
        let product = value.times(
            other.value, transposingSelf: transposingSelf, transposingOther: transposingOther)
        return .record(product, from: [self, other]) { upstream, gradients in
            // C = A·B gives dA = dC·Bᵀ and dB = Aᵀ·dC; a side that was transposed gets the transpose of that.
            gradients.add(
                transposingSelf
                    ? other.value.times(upstream, transposingSelf: transposingOther, transposingOther: true)
                    : upstream.times(other.value, transposingOther: !transposingOther), to: self)
            gradients.add(
                value.productGradient(
                    upstream, transposingSelf: transposingSelf, transposingOther: transposingOther,
                    other: other.shape), to: other)
        }
    }

    /// A dense layer: `[… × inputs] · weightᵀ + bias = [… × outputs]`.
    ///
    /// - Parameters:
    ///   - weight: `[outputs × inputs]`, as PyTorch keeps it.
    ///   - bias: `[outputs]`
    public func linear(weight: Variable, bias: Variable? = nil) -> Variable {
        precondition(weight.value.rank == 2, "a weight of shape \(weight.shape), which is not [outputs × inputs]")
        precondition(bias.map { $0.shape == [weight.shape[0]] } ?? true, "bias and outputs differ in number")
        let product = value.times(weight.value, transposingSelf: false, transposingOther: true, bias: bias?.value)
        return .record(product, from: [self, weight] + (bias.map { [$0] } ?? [])) { upstream, gradients in
            gradients.add(upstream.times(weight.value), to: self)
            gradients.add(
                value.productGradient(
                    upstream, transposingSelf: false, transposingOther: true, other: weight.shape), to: weight)
            if let bias { gradients.add(upstream, to: bias) }
        }
    }
}

extension NDArray {
    /// The gradient of a product of this array with another of shape `other`, for that other.
    fileprivate func productGradient(
        _ upstream: NDArray, transposingSelf: Bool, transposingOther: Bool, other: [Int]
    ) -> NDArray {
        var (left, upstream) = (self, upstream)
        if other.count == 2 && rank > 2 && !transposingSelf {
            // One matrix that met a whole batch: the batch is as good as more rows, and is summed in the chain.
            left = left.reshaped(to: [Self.elementCount(of: Array(shape.dropLast())), shape[rank - 1]])
            upstream = upstream.reshaped(to: [left.shape[0], upstream.shape[upstream.rank - 1]])
        }
        return transposingOther
            ? upstream.times(left, transposingSelf: true, transposingOther: transposingSelf)
            : left.times(upstream, transposingSelf: !transposingSelf)
    }
}
