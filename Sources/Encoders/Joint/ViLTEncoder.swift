import Imaging
import Language
import Tensor

/// Describes pairs of a picture and a text by ViLT, which sees words and patches at once.
///
/// The directory holds `config.json`, `preprocessor_config.json`, the tokenizer's files and `model.safetensors` as on the
/// Hugging Face hub; the parts of a task that the model was trained further for are not looked at.
///
/// ```swift
/// let model = try ViLTEncoder(directory: "models/vilt-b32-mlm")
/// let vectors = try model.encode(images: images, texts: captions)      // [n × 768]
/// ```
///
/// Pictures keep their proportions and come to as many patches as they fill: nothing is padded, and no patch is left out at
/// random, whatever `max_image_length` says.
///
/// - Reference: Kim, Son and Kim, "ViLT: vision-and-language transformer without convolution or region supervision", ICML
///   2021, arXiv:2102.03334.
public struct ViLTEncoder: JointEncoder {
    let tower: JointTower<ViLTEmbedding>
    /// What splits texts into tokens.
    public let tokenizer: Tokenizer
    /// What brings pictures to the model's sizes and range.
    public let processor: ViLTImageProcessor
    /// How the vectors of tokens become one.
    public var pooling: JointPooling { tower.pooler.pooling }
    /// Whether vectors are scaled to length 1.
    public let normalizes: Bool
    /// How many pairs are computed at a time, at least 1; `nil` for what is quick. Vectors do not depend on it.
    public var batchSize: Int?

    /// What `config.json` calls the architectures that are known.
    static let architectures = ["vilt"]

    /// Reads a model.
    ///
    /// - Parameters:
    ///   - directory: with the model's files.
    ///   - pooling: how the vectors of tokens become one.
    ///   - normalizes: whether vectors are scaled to length 1.
    ///   - precision: the numbers to compute in.
    /// - Throws: ``EncoderError``, which names the file, key or weight.
    public init(
        directory: String, pooling: JointPooling = .pooler, normalizes: Bool = true,
        precision: LinearLayer.Precision = .float32
    ) throws(EncoderError) {
        let file = try ModelConfiguration(path: directory + "/config.json", architectures: Self.architectures)
        let weights = try ModelWeights(directory: directory)
        let processor = try ViLTImageProcessor(directory: directory)
        let configuration = try TransformerConfiguration(file, normalizesFirst: true, epsilon: 1e-12)
        let hasBias = try file.boolean("qkv_bias", default: true)
        let prefix = weights.prefix(of: "embeddings.cls_token", among: ["", "vilt."])
        let embedding = try ViLTEmbedding(
            weights, prefix + "embeddings.", file, processor, width: configuration.width,
            epsilon: configuration.epsilon)
        tower = JointTower(
            embedding: embedding,
            transformer: try Transformer(
                weights, configuration,
                names: { .vit("\(prefix)encoder.layer.\($0).", projectsWithBias: hasBias) },
                finalName: prefix + "layernorm", picksTokens: pooling.picksToken, precision: precision,
                sample: embedding.sample),
            pooler: try JointPooler(weights, prefix + "pooler.dense", width: configuration.width, pooling))
        try weights.finish(
            ignoring: [prefix + "pooler.", "mlm_score.", "rank_output.", "classifier.", "*.position_ids"])
        self.processor = processor
        self.normalizes = normalizes
        tokenizer = try tower.tokenizer(in: directory)
    }

    /// The number of features of a vector.
    public var dimension: Int { tower.dimension }

    /// The picture resized for the model.
    public func prepare(_ image: Image) -> Image { processor.prepare(image) }

    /// The tokens of pairs before the layers and after each, as they are before the last normalization.
    package func hiddenStates(of images: [Image], _ texts: TokenSequences) -> [Matrix] {
        tower.hiddenStates(texts, images.map { processor.finish($0) })
    }

    /// The vectors of pairs, and how many texts had more tokens than are looked at. `[images.count × dimension]`
    ///
    /// - Throws: ``EncoderError``; `.parameter` when there are not as many texts as pictures, `.cancelled` when
    ///   `progress` or the current task asks to stop.
    public func encodeNotingTruncation(
        images: [Image], texts: [String], progress: ProgressHandler
    ) throws(EncoderError) -> (vectors: Matrix, truncatedCount: Int) {
        try tower.encode(
            pictureCount: images.count, texts: texts, tokenizer, normalizes: normalizes, batchSize: batchSize,
            progress: progress,
            prepare: { processor.finish(images[$0]) })
    }
}
