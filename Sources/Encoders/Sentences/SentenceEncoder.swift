import Language
import Tensor

/// Describes texts by a BERT-like model: MiniLM, BGE, E5, XLM-R and others, as published for sentence-transformers.
///
/// The directory holds `config.json`, the tokenizer's files and `model.safetensors` as on the Hugging Face hub. What
/// `modules.json` says of pooling, further products and normalization is done; without it, the mean of the tokens is taken
/// and scaled to length 1.
///
/// ```swift
/// let vectors = try SentenceEncoder(directory: "models/all-MiniLM-L6-v2").encode(texts)     // [n × 384]
/// ```
///
/// - Reference: Reimers and Gurevych, "Sentence-BERT: sentence embeddings using siamese BERT-networks", EMNLP 2019,
///   doi:10.18653/v1/D19-1410.
public struct SentenceEncoder: TokenizingEncoder {
    let tower: SentenceTower
    /// What splits texts into tokens.
    public let tokenizer: Tokenizer
    /// How the vectors of tokens become one.
    public var pooling: Pooling { tower.pooling }
    /// Whether vectors are scaled to length 1.
    public let normalizes: Bool
    /// How many texts are computed at a time, at least 1; `nil` for what is quick. Vectors do not depend on it.
    public var batchSize: Int?
    /// What is put before each text, as the model was trained with.
    public let prompt: String

    /// Reads a model.
    ///
    /// - Parameters:
    ///   - directory: with the model's files.
    ///   - pooling: how the vectors of tokens become one; `nil` for what the directory says, or the mean.
    ///   - normalizes: whether vectors are scaled to length 1; `nil` for what the directory says, or true.
    ///   - maximumLength: how many tokens of a text are looked at, special ones included; at least 3. `nil` for what the
    ///     directory says. Never more than the model has positions for.
    ///   - prompt: what is put before each text, such as `query: ` for E5; `nil` for what the directory says, or nothing.
    ///   - precision: the numbers to compute in.
    /// - Throws: ``EncoderError``, which names the file, key, weight or parameter.
    public init(
        directory: String, pooling: Pooling? = nil, normalizes: Bool? = nil, maximumLength: Int? = nil,
        prompt: String? = nil, precision: LinearLayer.Precision = .float32
    ) throws(EncoderError) {
        if let maximumLength, maximumLength < 3 {
            throw .parameter(name: "maximumLength", value: "\(maximumLength)", valid: "at least 3")
        }
        let modules = try SentenceModules(directory: directory)
        let pooling = pooling ?? modules.pooling
        let model = try BERTModel(directory: modules.transformer, picksTokens: pooling.picksToken, precision: precision)
        tower = SentenceTower(model, pooling: pooling, layers: try modules.layers(width: model.width))
        self.normalizes = normalizes ?? modules.normalizes
        self.prompt = prompt ?? modules.prompt
        tokenizer = try tower.tokenizer(
            in: modules.transformer, maximumLength: maximumLength ?? modules.maximumLength)
    }

    /// The number of features of a vector.
    public var dimension: Int { tower.dimension }

    /// How many tokens of a text are looked at, special ones included.
    public var maximumLength: Int { tokenizer.maximumLength ?? tower.mostTokens }

    /// The vectors of texts, and how many texts had more tokens than are looked at. `[texts.count × dimension]`
    ///
    /// - Throws: ``EncoderError``; `.cancelled` when `progress` or the current task asks to stop.
    public func encodeNotingTruncation(
        _ texts: [String], progress: ProgressHandler
    ) throws(EncoderError) -> (vectors: Matrix, truncatedCount: Int) {
        try tower.encode(
            prompt.isEmpty ? texts : texts.map { prompt + $0 }, tokenizer, normalizes: normalizes, batchSize: batchSize,
            progress: progress)
    }
}
