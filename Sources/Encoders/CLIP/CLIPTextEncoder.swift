import Language
import Tensor

/// Describes texts by CLIP's text tower, in the space that it shares with pictures.
///
/// ```swift
/// let vectors = try CLIPTextEncoder(directory: "models/clip-vit-base-patch32").encode(texts)       // [n × 512]
/// ```
///
/// Tokens after the one that ends a text are not computed, as attention is causal; texts are not padded. See
/// ``CLIPModel``, which reads both towers.
public struct CLIPTextEncoder: TokenizingEncoder {
    let tower: any TextTower
    /// What splits texts into tokens.
    public let tokenizer: Tokenizer
    /// Whether vectors are scaled to length 1.
    public let normalizes: Bool
    /// How many texts are computed at a time, at least 1; `nil` for what is quick. Vectors do not depend on it.
    public var batchSize: Int?

    /// Reads the text tower.
    ///
    /// - Parameters:
    ///   - directory: with the model's files.
    ///   - normalizes: whether vectors are scaled to length 1.
    ///   - precision: the numbers to compute in.
    /// - Throws: ``EncoderError``, which names the file, key or weight.
    public init(
        directory: String, normalizes: Bool = true, precision: LinearLayer.Precision = .float32
    ) throws(EncoderError) {
        let files = try CLIPFiles(directory: directory)
        try self.init(files, normalizes: normalizes, precision: precision)
        try files.weights.finish(ignoring: CLIPFiles.ignored + CLIPFiles.visionWeights)
    }

    init(_ files: CLIPFiles, normalizes: Bool, precision: LinearLayer.Precision) throws(EncoderError) {
        tower = try files.textTower(precision: precision)
        tokenizer = try tower.tokenizer(in: files.directory, maximumLength: nil)
        self.normalizes = normalizes
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
            texts, tokenizer, normalizes: normalizes, batchSize: batchSize,
            progress: progress)
    }
}
