import Language
import Tensor

/// Turns pairs of a picture and a text into one vector each: the model sees both at once.
///
/// A pair's vector depends on that pair alone, whatever else is in the batch, and on however many threads.
///
/// ```swift
/// let model = try ViLTEncoder(directory: "models/vilt-b32-mlm")
/// let vectors = try model.encode(images: images, texts: captions)      // [n × 768]
/// ```
public protocol JointEncoder<Picture>: Sendable {
    /// What is looked at of a picture: the picture itself, or features of its regions.
    associatedtype Picture

    /// The number of features in a vector.
    var dimension: Int { get }

    /// What splits texts into tokens.
    var tokenizer: Tokenizer { get }

    /// How many tokens of a text are looked at, special ones included.
    var maximumLength: Int { get }

    /// What the model needs of a picture: `encode` gives the same vectors for it as for `image`.
    ///
    /// By default the picture itself.
    func prepare(_ image: Picture) -> Picture

    /// The vectors of pairs, and how many texts had more tokens than are looked at. `[images.count × dimension]`
    ///
    /// - Throws: ``EncoderError``; `.parameter` when there are not as many texts as pictures, `.cancelled` when
    ///   `progress` or the current task asks to stop.
    func encodeNotingTruncation(
        images: [Picture], texts: [String], progress: ProgressHandler
    ) throws(EncoderError) -> (vectors: Matrix, truncatedCount: Int)
}

extension JointEncoder {
    /// The picture itself.
    public func prepare(_ image: Picture) -> Picture { image }

    /// How many tokens of a text are looked at, special ones included.
    public var maximumLength: Int { tokenizer.maximumLength ?? .max }

    /// The vectors of pairs: the first picture with the first text, and so on. `[images.count × dimension]`
    ///
    /// - Throws: As ``encodeNotingTruncation(images:texts:progress:)``.
    public func encode(
        images: [Picture], texts: [String], progress: ProgressHandler = .none
    ) throws(EncoderError) -> Matrix {
        try encodeNotingTruncation(images: images, texts: texts, progress: progress).vectors
    }
}
