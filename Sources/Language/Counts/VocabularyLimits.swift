/// Which terms of a collection enter its vocabulary.
public struct VocabularyLimits: Sendable, Hashable {
    /// In how many texts a term must occur, at least 1.
    public var minimumDocumentFrequency: Int
    /// In what share of the texts a term may occur at most, above 0 and up to 1.
    public var maximumDocumentFrequencyShare: Double
    /// How many terms there may be, 1 ... 2³¹ − 1 (columns are numbered by `Int32`): those that occur most often are
    /// kept, of equals those that come first by their bytes. `nil` for no limit of one's own.
    public var maximumSize: Int?

    /// Limits; by default every term enters.
    public init(
        minimumDocumentFrequency: Int = 1, maximumDocumentFrequencyShare: Double = 1, maximumSize: Int? = nil
    ) {
        self.minimumDocumentFrequency = minimumDocumentFrequency
        self.maximumDocumentFrequencyShare = maximumDocumentFrequencyShare
        self.maximumSize = maximumSize
    }

    /// Throws ``LanguageError/parameter(name:value:valid:)`` for the first parameter outside its range.
    public func validate() throws(LanguageError) {
        if minimumDocumentFrequency < 1 {
            throw .parameter(
                name: "minimumDocumentFrequency", value: "\(minimumDocumentFrequency)", valid: "at least 1")
        }
        if !(maximumDocumentFrequencyShare > 0 && maximumDocumentFrequencyShare <= 1) {
            throw .parameter(
                name: "maximumDocumentFrequencyShare", value: "\(maximumDocumentFrequencyShare)",
                valid: "above 0 and at most 1")
        }
        if let maximumSize, maximumSize < 1 || maximumSize > Int(Int32.max) {
            throw .parameter(name: "maximumSize", value: "\(maximumSize)", valid: "1 ... \(Int32.max), or nil")
        }
    }
}
