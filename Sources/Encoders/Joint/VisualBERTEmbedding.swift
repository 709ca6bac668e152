import Tensor

/// The first vectors of VisualBERT's tokens: words as in BERT, and features of a picture's regions, projected.
struct VisualBERTEmbedding: JointEmbedding {
    private let texts: BERTEmbeddings
    /// From a region's features, with what marks pictures and the position that all regions share.
    private let regions: LinearLayer
    private let normalization: LayerNormalization

    /// - Parameter prefix: of the names of weights.
    init(
        _ weights: ModelWeights, _ prefix: String, _ file: ModelConfiguration, width: Int, epsilon: Double
    ) throws(EncoderError) {
        texts = try BERTEmbeddings(weights, prefix, file, width: width, epsilon: epsilon, isRoBERTa: false)
        let typeCount = try file.integer("type_vocab_size", in: 2...1 << 10, default: 2)
        let types = try weights.array(prefix + "visual_token_type_embeddings.weight", typeCount, width)
        let positions = try weights.array(
            prefix + "visual_position_embeddings.weight",
            try file.integer("max_position_embeddings", in: 1...1 << 20), width)
        let projection = prefix + "visual_projection"
        regions = LinearLayer(
            weights: try weights.matrix(
                projection + ".weight", width, try file.integer("visual_embedding_dim", in: 1...1 << 16, default: 512)),
            bias: try weights.array(projection + ".bias", width)
                + (types[1..<2] + positions[0..<1]).reshaped(to: [width]))
        normalization = try LayerNormalization(weights, prefix + "LayerNorm", width: width, epsilon: epsilon)
    }

    var vocabularySize: Int { texts.vocabularySize }
    var mostTokens: Int { texts.mostTokens }
    /// Features of a region.
    var regionDimension: Int { regions.inputs }

    func tokenCount(of picture: Matrix) -> Int { picture.rows }

    func key(of picture: Matrix) -> ContentKey {
        picture.withUnsafeBufferPointer { ContentKey(UnsafeRawBufferPointer($0), rowLength: picture.columns) }
    }

    func callAsFunction(_ texts: TokenSequences) -> Matrix { self.texts(texts) }

    func callAsFunction(_ pictures: [Matrix]) -> Matrix {
        let present = pictures.filter { $0.rows > 0 }
        if present.isEmpty { return Matrix(rows: 0, columns: regions.outputs) }
        var tokens = regions.apply(to: Matrix(concatenatingRows: present))
        let count = tokens.rows
        tokens.withUnsafeMutableBufferPointer { tokens in
            if let tokens = tokens.baseAddress { normalization.apply(tokens, rows: count, into: tokens) }
        }
        return tokens
    }

    func samplePictures() -> [Matrix] {
        var random = RandomSource(seed: 0, stage: "sample regions")
        // Features of detectors are not negative.
        return (0..<8).map { _ in
            Matrix(
                rows: 16, columns: regionDimension,
                values: (0..<16 * regionDimension).map { _ in Float(random.integer(below: 256)) / 256 })
        }
    }
}
