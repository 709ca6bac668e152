import Language
import Tensor

/// Describes pairs of a picture and a text by VisualBERT, which sees words and a picture's regions at once.
///
/// A picture is given by features of its regions, which the model does not compute: those of the detector that it was
/// trained with, or vectors of another encoder that it was trained with. The directory holds `config.json`,
/// `model.safetensors` and the tokenizer's files; the parts of a task that the model was trained further for are not looked
/// at.
///
/// ```swift
/// let model = try VisualBERTEncoder(directory: "models/visualbert-vqa-coco-pre", tokenizerDirectory: "models/bert-base-uncased")
/// let vectors = try model.encode(images: regions, texts: captions)     // [n × 768]
/// ```
///
/// - Reference: Li et al., "VisualBERT: a simple and performant baseline for vision and language", arXiv:1908.03557.
public struct VisualBERTEncoder: JointEncoder {
    let tower: JointTower<VisualBERTEmbedding>
    /// What splits texts into tokens.
    public let tokenizer: Tokenizer
    /// How the vectors of tokens become one.
    public var pooling: JointPooling { tower.pooler.pooling }
    /// Whether vectors are scaled to length 1.
    public let normalizes: Bool
    /// How many pairs are computed at a time, at least 1; `nil` for what is quick. Vectors do not depend on it.
    public var batchSize: Int?

    /// What `config.json` calls the architectures that are known.
    static let architectures = ["visual_bert"]

    /// Reads a model.
    ///
    /// - Parameters:
    ///   - directory: with the model's files.
    ///   - tokenizerDirectory: with the tokenizer's files; `nil` where they lie beside the model's. The published
    ///     checkpoints have none and were trained with that of `bert-base-uncased`.
    ///   - pooling: how the vectors of tokens become one.
    ///   - normalizes: whether vectors are scaled to length 1.
    ///   - precision: the numbers to compute in.
    /// - Throws: ``EncoderError``, which names the file, key or weight.
    public init(
        directory: String, tokenizerDirectory: String? = nil, pooling: JointPooling = .pooler, normalizes: Bool = true,
        precision: LinearLayer.Precision = .float32
    ) throws(EncoderError) {
        let file = try ModelConfiguration(path: directory + "/config.json", architectures: Self.architectures)
        guard try !file.boolean("bypass_transformer", default: false) else {
            throw file.failure("bypass_transformer", "is true; only models whose layers see the regions are known")
        }
        let weights = try ModelWeights(directory: directory)
        let configuration = try TransformerConfiguration(file, normalizesFirst: false, epsilon: 1e-12)
        let prefix = weights.prefix(of: "embeddings.word_embeddings.weight", among: ["", "visual_bert."])
        let embedding = try VisualBERTEmbedding(
            weights, prefix + "embeddings.", file, width: configuration.width, epsilon: configuration.epsilon)
        tower = JointTower(
            embedding: embedding,
            transformer: try Transformer(
                weights, configuration, names: { .bert("\(prefix)encoder.layer.\($0).") },
                picksTokens: pooling.picksToken, precision: precision, sample: embedding.sample),
            pooler: try JointPooler(weights, prefix + "pooler.dense", width: configuration.width, pooling))
        try weights.finish(ignoring: [prefix + "pooler.", "cls.", "attention.", "*.position_ids"])
        self.normalizes = normalizes
        tokenizer = try tower.tokenizer(in: tokenizerDirectory ?? directory)
    }

    /// The number of features of a vector.
    public var dimension: Int { tower.dimension }

    /// The number of features of a region.
    public var regionDimension: Int { tower.embedding.regionDimension }

    /// The tokens of pairs before the layers and after each.
    package func hiddenStates(of images: [Matrix], _ texts: TokenSequences) -> [Matrix] {
        tower.hiddenStates(texts, images)
    }

    /// The vectors of pairs, and how many texts had more tokens than are looked at. `[images.count × dimension]`
    ///
    /// - Parameters:
    ///   - images: the features of each picture's regions, `[regions × regionDimension]`; there may be any number of
    ///     regions, or none.
    /// - Throws: ``EncoderError``; `.parameter` when there are not as many texts as pictures, `.image` when features are
    ///   too many, too few or not finite, `.cancelled` when `progress` or the current task asks to stop.
    public func encodeNotingTruncation(
        images: [Matrix], texts: [String], progress: ProgressHandler
    ) throws(EncoderError) -> (vectors: Matrix, truncatedCount: Int) {
        for (index, image) in images.enumerated() {
            guard image.rows == 0 || image.columns == regionDimension else {
                throw .image(
                    index: index,
                    reason: "its regions have \(image.columns) features; the model takes \(regionDimension)")
            }
            if let (row, column) = image.firstNonFinite() {
                throw .image(index: index, reason: "feature \(column) of region \(row) is not finite")
            }
        }
        return try tower.encode(
            pictureCount: images.count, texts: texts, tokenizer, normalizes: normalizes, batchSize: batchSize,
            progress: progress,
            prepare: { images[$0] })
    }

    /// The vectors of pairs whose pictures are given by one vector each, such as another encoder's.
    /// `[vectors.rows × dimension]`
    ///
    /// - Parameter vectors: `[n × regionDimension]`.
    /// - Throws: As ``encodeNotingTruncation(images:texts:progress:)``.
    public func encode(
        imageVectors vectors: Matrix, texts: [String], progress: ProgressHandler = .none
    ) throws(EncoderError) -> Matrix {
        try encode(
            images: (0..<vectors.rows).map { vectors.rows(in: $0..<$0 + 1) }, texts: texts, progress: progress)
    }
}
