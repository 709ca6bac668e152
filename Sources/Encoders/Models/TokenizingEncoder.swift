import Language
import Tensor

/// An encoder of texts that looks at so many tokens of each and no more.
public protocol TokenizingEncoder: Encoder<String> {
    /// What splits texts into tokens.
    var tokenizer: Tokenizer { get }

    /// How many tokens of a text are looked at, special ones included.
    var maximumLength: Int { get }

    /// The vectors of texts, and how many texts had more tokens than are looked at. `[texts.count × dimension]`
    ///
    /// - Throws: ``EncoderError``; `.cancelled` when `progress` or the current task asks to stop.
    func encodeNotingTruncation(
        _ texts: [String], progress: ProgressHandler
    ) throws(EncoderError) -> (vectors: Matrix, truncatedCount: Int)
}

extension TokenizingEncoder {
    /// The vectors of texts. `[texts.count × dimension]`
    ///
    /// - Throws: ``EncoderError``; `.cancelled` when `progress` or the current task asks to stop.
    public func encode(_ texts: [String], progress: ProgressHandler) throws(EncoderError) -> Matrix {
        try encodeNotingTruncation(texts, progress: progress).vectors
    }
}
