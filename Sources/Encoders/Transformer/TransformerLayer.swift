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
    /// What the first normalization's bias adds to the last projection, which has taken it over. `[outputs]`; `nil` where
    /// nothing was taken over, and in products of bytes.
    let normalizationShift: NDArray?

    /// Makes a layer.
    ///
    /// - Parameters:
    ///   - names: what its weights are called.
    ///   - splits: whether few queries will be asked for.
    ///   - ranges: of inputs, for products of bytes.
    init(
        _ source: LayerSource, _ names: TransformerNames, _ configuration: TransformerConfiguration, splits: Bool,
        ranges: ActivationRanges?
    ) throws(EncoderError) {
        let (width, inner) = (configuration.width, configuration.innerWidth)
        func normalization(_ name: String) throws(EncoderError) -> LayerNormalization {
            try LayerNormalization(source.weights, name, width: width, epsilon: configuration.epsilon)
        }
        let (first, second) = (
            try normalization(names.normalizations.0), try normalization(names.normalizations.1)
        )
        let isFirst = configuration.normalizesFirst
        normalizations = isFirst ? (first.handedOver, second.handedOver) : (first, second)
        var shift: NDArray?
        func projected(_ names: [String], hasBias: Bool) throws(EncoderError) -> LinearLayer {
            let (layer, added) = try source.layerAndShift(
                .init(
                    names: names, hasBias: hasBias, outputs: names.count * width, inputs: width,
                    ranges: ranges?.attention, normalization: isFirst ? first : nil))
            shift = added
            return layer
        }
        let hasBias = names.projectsWithBias
        projection =
            splits
            ? .split(
                queries: try projected([names.queries], hasBias: hasBias),
                keysAndValues: try projected([names.keys, names.values], hasBias: hasBias))
            : .joint(try projected([names.queries, names.keys, names.values], hasBias: hasBias))
        normalizationShift = shift
        attentionOutput = try source.layer(
            .init(
                names: [names.attentionOutput], outputs: width, inputs: width, ranges: ranges?.attentionOutput,
                scale: names.scales?.0))
        up = try source.layer(
            .init(
                names: [names.up], outputs: configuration.isGated ? 2 * inner : inner, inputs: width,
                activation: configuration.isGated ? .identity : configuration.activation, ranges: ranges?.inner,
                normalization: isFirst ? second : nil))
        down = try source.layer(.init(names: [names.down], outputs: width, inputs: inner, scale: names.scales?.1))
    }

    /// The projection of queries, keys and values side by side; `nil` where they are not.
    var jointProjection: LinearLayer? {
        if case .joint(let joint) = projection { joint } else { nil }
    }

    /// All products, in the order in which they are made.
    var products: [LinearLayer] {
        let first =
            switch projection {
            case .joint(let joint): [joint]
            case .split(let queries, let keysAndValues): [queries, keysAndValues]
            }
        return first + [attentionOutput, up, down]
    }

    /// Whether all products are of bytes.
    var isOfBytes: Bool { products.allSatisfy { $0.precision == .int8 } }
}
