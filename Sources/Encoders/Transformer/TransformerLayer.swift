import Tensor

/// The weights of one layer: self-attention, then two products with an activation between, each added to its input.
struct TransformerLayer: Sendable {
    /// What makes queries, keys and values of tokens.
    enum Projection: Sendable {
        /// All three side by side, `[3 · width × width]`.
        case joint(LinearLayer)
        /// Where few queries are asked for: queries `[width × width]`, keys and values `[2 · width × width]`.
        case split(queries: LinearLayer, keysAndValues: LinearLayer)
    }

    let projection: Projection
    let attentionOutput: LinearLayer
    let up: LinearLayer
    let down: LinearLayer
    /// Of the attention's input, where layers normalize first, or else of its sum; and of the second half's.
    let normalizations: (LayerNormalization, LayerNormalization)
    /// What the first normalization's bias adds to queries, keys and values, side by side, where these have taken it
    /// over: zeros otherwise. `[3 · width]`
    let normalizationShift: NDArray

    /// Takes a layer's weights.
    ///
    /// - Parameters:
    ///   - names: what its weights are called.
    ///   - splits: whether few queries will be asked for.
    ///   - ranges: of inputs, for products of bytes.
    init(
        _ weights: ModelWeights, _ names: TransformerNames, _ configuration: TransformerConfiguration, splits: Bool,
        precision: LinearLayer.Precision, ranges: ActivationRanges?
    ) throws(EncoderError) {
        let (width, inner, epsilon) = (configuration.width, configuration.innerWidth, configuration.epsilon)
        var first = try LayerNormalization(weights, names.normalizations.0, width: width, epsilon: epsilon)
        var second = try LayerNormalization(weights, names.normalizations.1, width: width, epsilon: epsilon)
        var products: [AffineWeights] = []
        for name in [names.queries, names.keys, names.values] {
            products.append(
                try AffineWeights(weights, name, outputs: width, inputs: width, hasBias: names.projectsWithBias))
        }
        var up = try AffineWeights(
            weights, names.up, outputs: configuration.isGated ? 2 * inner : inner, inputs: width)
        let biases = products.map(\.bias)
        if configuration.normalizesFirst {
            first.handOver(to: &products)
            var others = [up]
            second.handOver(to: &others)
            up = others[0]
        }
        normalizations = (first, second)
        normalizationShift = NDArray(concatenating: zip(products, biases).map { $0.bias - $1 }, axis: 0)
        func joined(_ range: Range<Int>) -> LinearLayer {
            AffineWeights(concatenating: Array(products[range])).layer(.identity, precision, ranges?.attention)
        }
        projection = splits ? .split(queries: joined(0..<1), keysAndValues: joined(1..<3)) : .joint(joined(0..<3))
        self.up = up.layer(configuration.isGated ? .identity : configuration.activation, precision, ranges?.inner)
        var outputs: [LinearLayer] = []
        for (name, inputs, scale, range) in [
            (names.attentionOutput, width, names.scales?.0, ranges?.attentionOutput),
            (names.down, inner, names.scales?.1, nil),
        ] {
            var output = try AffineWeights(weights, name, outputs: width, inputs: inputs)
            if let scale { output.scaleOutputs(by: try weights.array(scale, width)) }
            outputs.append(output.layer(.identity, precision, range))
        }
        (attentionOutput, down) = (outputs[0], outputs[1])
    }
}
