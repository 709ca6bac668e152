import Tensor

extension VisionTower {
    /// What the towers of a family call their weights beside those of the layers.
    struct Names: Sendable {
        var patches: String
        var patchesHaveBias: Bool
        /// Full names.
        var classToken, registers: String?
        var positions: String
        var firstNormalization, finalNormalization: String?
        var layer: @Sendable (Int) -> TransformerNames

        /// CLIP and Chinese-CLIP.
        static func clip(_ prefix: String) -> Names {
            Names(
                patches: prefix + "embeddings.patch_embedding", patchesHaveBias: false,
                classToken: prefix + "embeddings.class_embedding",
                positions: prefix + "embeddings.position_embedding.weight",
                firstNormalization: prefix + "pre_layrnorm", finalNormalization: prefix + "post_layernorm",
                layer: { .clip("\(prefix)encoder.layers.\($0).") })
        }

        /// SigLIP.
        static func siglip(_ prefix: String) -> Names {
            Names(
                patches: prefix + "embeddings.patch_embedding", patchesHaveBias: true,
                positions: prefix + "embeddings.position_embedding.weight",
                finalNormalization: prefix + "post_layernorm", layer: { .clip("\(prefix)encoder.layers.\($0).") })
        }

        /// ViT and DINOv2.
        static func vit(
            _ prefix: String, registers: Bool = false, layer: @escaping @Sendable (Int) -> TransformerNames
        ) -> Names {
            Names(
                patches: prefix + "embeddings.patch_embeddings.projection", patchesHaveBias: true,
                classToken: prefix + "embeddings.cls_token",
                registers: registers ? prefix + "embeddings.register_tokens" : nil,
                positions: prefix + "embeddings.position_embeddings", finalNormalization: prefix + "layernorm",
                layer: layer)
        }
    }

    /// Takes a tower's weights.
    ///
    /// - Parameters:
    ///   - picksTokens: whether the class token alone will be asked for.
    init(
        _ weights: ModelWeights, _ file: ModelConfiguration, _ configuration: TransformerConfiguration, _ names: Names,
        processor: ImageProcessor, picksTokens: Bool, precision: LinearLayer.Precision
    ) throws(EncoderError) {
        let width = configuration.width
        let side = try file.integer("image_size", in: 1...1 << 14, default: 224)
        let patch = try file.integer("patch_size", in: 1...1 << 10, default: 16)
        guard try file.integer("num_channels", default: 3) == 3 else {
            throw file.failure("num_channels", "must be 3")
        }
        guard side >= patch, processor.width >= patch, processor.height >= patch else {
            throw file.failure(
                "patch_size", "is \(patch); pictures of \(processor.width) × \(processor.height) have no such patch")
        }
        let grid = side / patch
        var leading: [NDArray] = []
        let hasClass = names.classToken != nil
        // One-dimensional in some families, with axes of 1 before it in others.
        let all = try weights.array(
            names.positions,
            shape: weights.shape(names.positions)?.count == 3
                ? [1, grid * grid + (hasClass ? 1 : 0), width] : [grid * grid + (hasClass ? 1 : 0), width]
        ).reshaped(to: [grid * grid + (hasClass ? 1 : 0), width])
        if let name = names.classToken {
            let token = try weights.array(name, shape: weights.shape(name)?.count == 3 ? [1, 1, width] : [width])
            leading.append(token.reshaped(to: [1, width]) + all[0..<1])
        }
        if let name = names.registers {
            let count = try file.integer("num_register_tokens", in: 0...1 << 10, default: 4)
            leading.append(try weights.array(name, 1, count, width).reshaped(to: [count, width]))
        }
        let positions = PositionGrid(width: grid, height: grid, vectors: Matrix(all[(hasClass ? 1 : 0)...]))
            .resized(
                width: processor.width / patch, height: processor.height / patch,
                names.registers != nil ? .antialiasedCubic : .cubic)
        let firstNormalization = try names.firstNormalization.map { name throws(EncoderError) in
            try LayerNormalization(weights, name, width: width, epsilon: configuration.epsilon)
        }
        let embedding = PatchEmbedding(
            patchWeights: try weights.array(names.patches + ".weight", width, 3, patch, patch),
            patchBias: names.patchesHaveBias ? try weights.array(names.patches + ".bias", width) : nil,
            processor: processor,
            leading: leading.isEmpty
                ? Matrix(rows: 0, columns: width) : Matrix(NDArray(concatenating: leading, axis: 0)),
            positions: positions.vectors, firstNormalization: firstNormalization, precision: precision)
        self.init(
            embedding: embedding,
            transformer: try Transformer(
                weights, configuration, names: names.layer, finalName: names.finalNormalization,
                picksTokens: picksTokens, precision: precision, sample: embedding.sample))
    }
}
