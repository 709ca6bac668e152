import Tensor

/// CLIP's text tower: causal, read at the token that ends the text.
package struct CLIPTextTower: Sendable {
    private let words, positions: Matrix
    let transformer: Transformer
    private let projection: LinearLayer
    /// The token that ends a text; the largest number in older checkpoints, whose configuration names another.
    private let end: Int32?

    init(
        _ weights: ModelWeights, _ file: ModelConfiguration, outputs: Int, precision: LinearLayer.Precision
    ) throws(EncoderError) {
        var configuration = try TransformerConfiguration(
            file, normalizesFirst: true, activation: "quick_gelu", epsilon: 1e-5)
        configuration.isCausal = true
        let width = configuration.width
        let prefix = "text_model."
        words = try weights.matrix(
            prefix + "embeddings.token_embedding.weight",
            try file.integer("vocab_size", in: 1...1 << 24, default: 49408),
            width)
        positions = try weights.matrix(
            prefix + "embeddings.position_embedding.weight",
            try file.integer("max_position_embeddings", default: 77), width)
        transformer = try Transformer(
            weights, configuration, names: { .clip("\(prefix)encoder.layers.\($0).") },
            finalName: prefix + "final_layer_norm", picksTokens: true, precision: precision)
        projection = LinearLayer(weights: try weights.matrix("text_projection.weight", outputs, width))
        let end = try file.integer("eos_token_id", in: 0...1 << 24, default: 49407)
        self.end = end == 2 ? nil : Int32(end)
    }

    /// Reads the tower in a directory.
    package init(directory: String, precision: LinearLayer.Precision = .float32) throws(EncoderError) {
        let files = try CLIPFiles(directory: directory)
        try self.init(files.weights, files.text, outputs: files.dimension, precision: precision)
        try files.weights.finish(ignoring: CLIPFiles.ignored + CLIPFiles.visionWeights + ["logit_scale"])
    }

    var dimension: Int { projection.outputs }
    var vocabularySize: Int { words.rows }
    var mostTokens: Int { positions.rows }

    /// The part of a text that its vector depends on: up to the token that ends it, since attention is causal.
    package func relevant(_ tokens: ArraySlice<Int32>) -> ArraySlice<Int32> {
        guard let first = tokens.first else { return tokens }
        let last: Int
        if let end {
            // Without that token, the first is read.
            last = tokens.firstIndex(of: end) ?? tokens.startIndex
        } else {
            let greatest = tokens.max() ?? first
            last = tokens.firstIndex(of: greatest) ?? tokens.startIndex
        }
        return tokens[...last]
    }

    /// The vectors of texts, each read at its last token. `[texts × dimension]`
    package func callAsFunction(_ texts: TokenSequences, observe: ((Int, Matrix) -> Void)? = nil) -> Matrix {
        let width = words.columns
        let hidden = Matrix(rows: texts.ids.count, columns: width) { target in
            words.withUnsafeBufferPointer { words in
                positions.withUnsafeBufferPointer { positions in
                    for text in 0..<texts.count {
                        let start = texts.offsets[text]
                        for (place, id) in texts[text].enumerated() {
                            for column in 0..<width {
                                target[(start + place) * width + column] =
                                    words[Int(id) * width + column] + positions[place * width + column]
                            }
                        }
                    }
                }
            }
        }
        observe?(0, hidden)
        return projection.apply(
            to: transformer(
                hidden, offsets: texts.offsets, picked: Pooling.lastToken.picked(texts.offsets), observe: observe))
    }
}
