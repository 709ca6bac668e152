/// What can go wrong while words are counted or texts become tokens.
@nonexhaustive
public enum LanguageError: Error, Sendable, Equatable {
    /// A parameter is outside its valid range.
    case parameter(name: String, value: String, valid: String)
    /// No term is left to count. `texts` is the number of texts, `terms` that of terms before limits were applied.
    case emptyVocabulary(texts: Int, terms: Int)
    /// A file cannot be read. `reason` is the operating system's, or says which files would do.
    case file(path: String, reason: String)
    /// A file is not what its name says. `reason` says what is wrong, and where.
    case format(path: String, reason: String)
    /// The progress handler or the task asked to stop.
    case cancelled
}

extension LanguageError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .parameter(let name, let value, let valid): "\(name) is \(value); it must be \(valid)"
        case .emptyVocabulary(let texts, let terms) where terms == 0:
            "the \(texts) texts hold no word that counts; give texts with words, or keep stop words and shorter words"
        case .emptyVocabulary(let texts, let terms):
            "none of the \(terms) terms of the \(texts) texts is within the limits; lower minimumDocumentFrequency or "
                + "raise maximumDocumentFrequencyShare"
        case .file(let path, let reason), .format(let path, let reason): "\(path): \(reason)"
        case .cancelled: "cancelled"
        }
    }
}
