import Tensor

/// The measures of a transformer.
struct TransformerConfiguration: Sendable, Hashable {
    /// Features of a token.
    var width: Int
    var layerCount: Int
    var headCount: Int
    /// Features between the two products of the second half of a layer.
    var innerWidth: Int
    var activation: Activation
    /// What is added to variances.
    var epsilon: Double
    /// Whether each half of a layer normalizes its input rather than its output.
    var normalizesFirst: Bool
    /// Whether tokens see no later ones.
    var isCausal = false
    /// Whether the activation of one half of the inner features multiplies the other half.
    var isGated = false

    /// Reads what Transformers calls `hidden_size` and so on.
    init(
        _ file: ModelConfiguration, normalizesFirst: Bool, activation: String = "gelu", epsilon: Double,
        innerFactor: Int? = nil
    ) throws(EncoderError) {
        width = try file.integer("hidden_size", in: 1...1 << 16, default: 768)
        layerCount = try file.integer("num_hidden_layers", in: 1...1 << 10, default: 12)
        headCount = try file.integer("num_attention_heads", in: 1...1 << 12, default: 12)
        if let innerFactor {
            innerWidth = innerFactor * width
        } else {
            innerWidth = try file.integer("intermediate_size", in: 1...1 << 20, default: 4 * width)
        }
        self.activation = try file.activation("hidden_act", default: activation)
        self.epsilon = try file.number("layer_norm_eps", default: epsilon)
        self.normalizesFirst = normalizesFirst
        guard width % headCount == 0 else {
            throw file.failure(
                "num_attention_heads", "is \(headCount); it must divide hidden_size, which is \(width)")
        }
        guard self.epsilon >= 0 else { throw file.failure("layer_norm_eps", "must not be negative") }
    }

    var heads: AttentionHeads { AttentionHeads(count: headCount, isCausal: isCausal) }
}
