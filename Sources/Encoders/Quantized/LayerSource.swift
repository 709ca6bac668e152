import Tensor

/// Where the products of a transformer's layers come from: the checkpoint, or what was made of it before.
final class LayerSource {
    let weights: ModelWeights
    private let precision: LinearLayer.Precision
    private var stored: StoredLayers?
    /// Whether there were all layers that were asked for among those stored.
    private(set) var isComplete: Bool

    init(_ weights: ModelWeights, _ precision: LinearLayer.Precision, stored: StoredLayers? = nil) {
        (self.weights, self.precision, self.stored) = (weights, precision, stored)
        isComplete = stored != nil
    }

    /// What a product is made of.
    struct Product {
        /// Of the weights without `.weight` and `.bias`: several are put side by side.
        var names: [String]
        var hasBias = true
        /// In all.
        var outputs: Int
        var inputs: Int
        var activation = Activation.identity
        /// The largest magnitudes of inputs, for products of bytes.
        var ranges: [Float]?
        /// Whose weights the product takes over.
        var normalization: LayerNormalization?
        /// The name of what the outputs are multiplied with.
        var scale: String?
    }

    func layer(_ product: Product) throws(EncoderError) -> LinearLayer { try layerAndShift(product).layer }

    /// The product, and what the bias of the normalization adds to its outputs: `nil` without one, and in products of
    /// bytes.
    func layerAndShift(_ product: Product) throws(EncoderError) -> (layer: LinearLayer, shift: NDArray?) {
        let outputs = product.outputs / product.names.count
        if let layer = stored?.next(product.activation, outputs: product.outputs, inputs: product.inputs) {
            for name in product.names {
                try weights.pass(name + ".weight", outputs, product.inputs)
                if product.hasBias { try weights.pass(name + ".bias", outputs) }
            }
            if let scale = product.scale { try weights.pass(scale, outputs) }
            return (layer, nil)
        }
        isComplete = false
        var (parts, shifts): ([AffineWeights], [NDArray]) = ([], [])
        for name in product.names {
            var part = try AffineWeights(
                weights, name, outputs: outputs, inputs: product.inputs, hasBias: product.hasBias)
            if let normalization = product.normalization, precision == .float32 {
                let bias = part.bias
                normalization.handOver(to: &part)
                shifts.append(part.bias - bias)
            } else {
                product.normalization?.handOver(to: &part)
            }
            if let scale = product.scale { part.scaleOutputs(by: try weights.array(scale, outputs)) }
            parts.append(part)
        }
        let whole = parts.count == 1 ? parts[0] : AffineWeights(concatenating: parts)
        return (
            whole.layer(product.activation, precision, product.ranges),
            shifts.isEmpty ? nil : NDArray(concatenating: shifts, axis: 0)
        )
    }
}
