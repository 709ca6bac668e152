import Tensor

/// Turns texts into the ids that a model was trained with, as the model's files say.
///
/// ```swift
/// let tokenizer = try Tokenizer(directory: "models/all-MiniLM-L6-v2")
/// tokenizer.encode("Hello world").ids     // [101, 7592, 2088, 102]
/// ```
///
/// Ids, offsets, types and masks are those of Hugging Face `tokenizers`, token by token, whatever the text: see
/// `Documentation/Tokenizers.md`.
public struct Tokenizer: Sendable {
    let core: TokenizerCore
    let truncation: Truncation

    /// How many tokens an encoding may have, special ones included; `nil` for any number.
    ///
    /// It starts with what the files say. Where fewer tokens are allowed than there are special ones, only those are
    /// left.
    public var maximumLength: Int?
    /// How encodings are to be padded by what the files say. It is not applied unless asked for.
    public var padding: TokenPadding?

    /// Reads the tokenizer in a model's directory.
    ///
    /// That is `tokenizer.json`; where there is none, `vocab.txt` (BERT), `vocab.json` with `merges.txt` (CLIP,
    /// RoBERTa, GPT-2), or SentencePiece's own `sentencepiece.bpe.model` or `spiece.model` (XLM-R, SigLIP, T5), with
    /// `tokenizer_config.json`, `special_tokens_map.json` and `added_tokens.json` where they are there.
    ///
    /// - Throws: ``LanguageError/file(path:reason:)`` when none of the files is there or one cannot be read,
    ///   ``LanguageError/format(path:reason:)`` when one is damaged, or has a component that is not known.
    public init(directory: String) throws(LanguageError) {
        self.init(try TokenizerDirectory(directory).description())
    }

    /// Reads a `tokenizer.json`.
    ///
    /// - Throws: As ``init(directory:)``.
    public init(json path: String) throws(LanguageError) {
        self.init(try TokenizerDescription(json: try TokenizerFiles.bytes(path)))
    }

    /// Reads SentencePiece's own model file, Unigram or BPE, and does what SentencePiece itself does with it.
    ///
    /// Ids are the file's, and there are no special tokens. What a model adds to that stands in its directory: see
    /// ``init(directory:)``.
    ///
    /// - Throws: As ``init(directory:)``.
    public init(sentencePiece path: String) throws(LanguageError) {
        self.init(
            try TokenizerDescription(sentencePiece: try SentencePieceFile(try TokenizerFiles.bytes(path))))
    }

    init(_ description: TokenizerDescription) {
        core = TokenizerCore(
            addedTokens: description.addedTokens, normalizer: description.normalizer, splitting: description.splitting,
            model: description.model, processing: description.processing)
        truncation = description.truncation
        maximumLength = description.maximumLength
        padding = description.padding
    }

    /// The number of different tokens.
    public var vocabularySize: Int {
        let table = core.model.table
        return core.model.size + core.addedTokens.tokens.lazy.filter { table.id(of: $0.token.content) == nil }.count
    }

    /// The id of a token, as it is written in the vocabulary.
    ///
    /// - Complexity: O(token).
    public func id(of token: String) -> Int32? { core.addedTokens.id(of: token) ?? core.model.table.id(of: token) }

    /// The token with an id, as it is written in the vocabulary.
    ///
    /// - Complexity: O(log vocabularySize).
    public func token(of id: Int32) -> String? {
        core.addedTokens.token(of: id)?.content ?? core.model.table.token(of: id)
    }
}
