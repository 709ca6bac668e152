import Tensor

/// The text tower of CLIP and SigLIP.
struct CLIPTextTower: TextTower {
    private let embeddings: CLIPTokenEmbeddings
    let transformer: Transformer
    private let projection: LinearLayer
    private let reading: Reading

    /// Where a text's vector is read.
    private enum Reading: Sendable {
        /// At the first token of this number, with causal attention; at the greatest number where there is none.
        case end(Int32?)
        /// At the last token, after this one has been added up to the greatest length.
        case padded(Int32)
    }

    init(_ files: CLIPFiles, precision: LinearLayer.Precision) throws(EncoderError) {
        let (weights, file) = (files.weights, files.text)
        let isSigLIP = files.architecture == .siglip
        var configuration = try TransformerConfiguration(
            file, normalizesFirst: true, activation: isSigLIP ? "gelu_pytorch_tanh" : "quick_gelu",
            epsilon: isSigLIP ? 1e-6 : 1e-5)
        configuration.isCausal = !isSigLIP
        let width = configuration.width
        let prefix = "text_model."
        let vocabulary = try file.integer("vocab_size", in: 1...1 << 24, default: isSigLIP ? 32000 : 49408)
        let embeddings = CLIPTokenEmbeddings(
            words: try weights.matrix(prefix + "embeddings.token_embedding.weight", vocabulary, width),
            positions: try weights.matrix(
                prefix + "embeddings.position_embedding.weight",
                try file.integer("max_position_embeddings", default: isSigLIP ? 64 : 77), width))
        self.embeddings = embeddings
        transformer = try Transformer(
            weights, configuration, names: { .clip("\(prefix)encoder.layers.\($0).") },
            finalName: prefix + "final_layer_norm", picksTokens: true, precision: precision,
            sample: {
                let texts = TokenSequences.sample(
                    vocabularySize: vocabulary, length: min(16, embeddings.positions.rows))
                return SampleTokens(hidden: embeddings(texts), offsets: texts.offsets)
            })
        if isSigLIP {
            projection = try AffineWeights(weights, prefix + "head", outputs: files.dimension, inputs: width)
                .layer(.identity, .float32)
            reading = .padded(Int32(try file.integer("pad_token_id", in: 0...vocabulary - 1, default: 1)))
        } else {
            projection = LinearLayer(weights: try weights.matrix("text_projection.weight", files.dimension, width))
            // Older checkpoints name a token that no text has.
            let end = try file.integer("eos_token_id", in: 0...1 << 24, default: 49407)
            reading = .end(end == 2 ? nil : Int32(end))
        }
    }

    var dimension: Int { projection.outputs }
    var vocabularySize: Int { embeddings.words.rows }
    var mostTokens: Int { embeddings.positions.rows }

    func relevant(_ tokens: ArraySlice<Int32>) -> [Int32] {
        switch reading {
        case .padded(let padding):
            return tokens + [Int32](repeating: padding, count: max(0, mostTokens - tokens.count))
        case .end(let end):
            // Attention is causal: what follows is not looked at. Without that token, the first is read.
            guard let last = tokens.firstIndex(of: end ?? tokens.max() ?? 0) ?? tokens.indices.first else { return [] }
            return Array(tokens[...last])
        }
    }

    func callAsFunction(_ texts: TokenSequences, observe: ((Int, Matrix) -> Void)?) -> Matrix {
        let hidden = embeddings(texts)
        observe?(0, hidden)
        return projection.apply(
            to: transformer(
                hidden, offsets: texts.offsets, picked: Pooling.lastToken.picked(texts.offsets), observe: observe))
    }
}
