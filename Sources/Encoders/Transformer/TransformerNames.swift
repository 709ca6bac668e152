/// What the weights of a layer are called, without `.weight` and `.bias`: all names of a family in one place.
struct TransformerNames: Sendable {
    var queries, keys, values: String
    var attentionOutput: String
    var up, down: String
    var normalizations: (String, String)
    /// What the results of both halves are multiplied with before they are added: full names.
    var scales: (String, String)?
    /// Whether queries, keys and values have a bias.
    var projectsWithBias = true

    /// BERT, RoBERTa, XLM-R; the text tower of Chinese-CLIP.
    static func bert(_ layer: String) -> TransformerNames {
        TransformerNames(
            queries: layer + "attention.self.query", keys: layer + "attention.self.key",
            values: layer + "attention.self.value", attentionOutput: layer + "attention.output.dense",
            up: layer + "intermediate.dense", down: layer + "output.dense",
            normalizations: (layer + "attention.output.LayerNorm", layer + "output.LayerNorm"))
    }

    /// CLIP and SigLIP, both towers.
    static func clip(_ layer: String) -> TransformerNames {
        TransformerNames(
            queries: layer + "self_attn.q_proj", keys: layer + "self_attn.k_proj", values: layer + "self_attn.v_proj",
            attentionOutput: layer + "self_attn.out_proj", up: layer + "mlp.fc1", down: layer + "mlp.fc2",
            normalizations: (layer + "layer_norm1", layer + "layer_norm2"))
    }

    /// ViT.
    static func vit(_ layer: String, projectsWithBias: Bool) -> TransformerNames {
        TransformerNames(
            queries: layer + "attention.attention.query", keys: layer + "attention.attention.key",
            values: layer + "attention.attention.value", attentionOutput: layer + "attention.output.dense",
            up: layer + "intermediate.dense", down: layer + "output.dense",
            normalizations: (layer + "layernorm_before", layer + "layernorm_after"), projectsWithBias: projectsWithBias)
    }

    /// DINOv2, with or without registers.
    static func dinov2(_ layer: String, projectsWithBias: Bool, isGated: Bool) -> TransformerNames {
        var names = vit(layer, projectsWithBias: projectsWithBias)
        (names.up, names.down) =
            isGated
            ? (layer + "mlp.weights_in", layer + "mlp.weights_out")
            : (layer + "mlp.fc1", layer + "mlp.fc2")
        names.normalizations = (layer + "norm1", layer + "norm2")
        names.scales = (layer + "layer_scale1.lambda1", layer + "layer_scale2.lambda1")
        return names
    }
}
