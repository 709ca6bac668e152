import Tensor

/// A dense layer to find gradients through. Its own weights get none.
struct DifferentiableProduct {
    /// `[outputs × inputs]`
    let weight: NDArray
    private let bias: Variable?
    private let activation: Activation

    /// - Precondition: the layer computes in floats.
    init(_ layer: LinearLayer) {
        guard let parameters = layer.parameters else { preconditionFailure("gradients through rounded weights") }
        weight = NDArray(parameters.weights)
        bias = parameters.bias.map { Variable($0) }
        activation = layer.activation
    }

    func callAsFunction(_ rows: Variable) -> Variable {
        rows.linear(weight: Variable(weight), bias: bias).applying(activation)
    }
}

extension LayerNormalization {
    func callAsFunction(_ rows: Variable) -> Variable {
        rows.layerNormalized(
            weight: weight.map { Variable($0) }, bias: bias.map { Variable($0) }, epsilon: epsilon)
    }
}

extension Variable {
    /// Rows of tokens, with several kinds of features side by side, as heads: `[sequences × heads × tokens × size]` of
    /// each kind.
    func heads(_ count: Int, sequences: Int, kinds: Int) -> [Variable] {
        let (tokens, size) = (shape[0] / sequences, shape[1] / (kinds * count))
        let all = reshaped(to: [sequences, tokens, kinds, count, size]).permutingAxes([2, 0, 3, 1, 4])
        return (0..<kinds).map { all.slice($0..<$0 + 1).reshaped(to: [sequences, count, tokens, size]) }
    }

    /// Heads as rows of tokens again.
    func joiningHeads() -> Variable {
        permutingAxes([0, 2, 1, 3]).reshaped(to: [shape[0] * shape[2], shape[1] * shape[3]])
    }

    /// The gradients of the sum of this array times another of its shape.
    func gradients(_ upstream: Matrix, for parameters: [Variable]) -> [NDArray] {
        (self * Variable(NDArray(upstream))).sum().gradients(for: parameters)
    }
}
