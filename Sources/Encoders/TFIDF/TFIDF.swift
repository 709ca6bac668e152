import Language
import Tensor

/// Text as weighted word counts, reduced to a few dense features: TF-IDF with latent semantic analysis.
///
/// The weight of term t in a text is its count times ln((1 + n) / (1 + df(t))) + 1, where df(t) of the n fitted texts
/// hold t; rows have length 1. A truncated singular value decomposition then turns the sparse rows into ``components``
/// dense features, in which words that occur in the same texts lie close. It needs no weights from elsewhere, works in
/// every script and is the embedded default for text.
///
/// ```swift
/// let model = try TFIDF(components: 100).fit(captions)
/// let vectors = try model.encode(captions)    // [captions.count × at most 100]
/// ```
///
/// The weights equal scikit-learn's `TfidfVectorizer` given the same terms; the features those of its `TruncatedSVD`
/// followed by `Normalizer`, up to the accuracy of the decomposition. Differs from scikit-learn: terms come from
/// ``analyzer``, which by default leaves out stop words in English and Chinese, and texts that the components cannot
/// tell become zero, see ``Model/encode(_:progress:)``.
///
/// - Reference: Deerwester et al., "Indexing by latent semantic analysis", JASIS 41(6), 1990,
///   doi:10.1002/(SICI)1097-4571(199009)41:6<391::AID-ASI1>3.0.CO;2-9.
public struct TFIDF: Sendable, Hashable {
    /// How text becomes terms.
    public var analyzer: TextAnalyzer
    /// Which terms count.
    public var limits: VocabularyLimits
    /// Whether a count c weighs as 1 + ln c.
    public var isSublinear: Bool
    /// Whether document frequencies are counted as if one more text held every term once.
    public var smoothsFrequencies: Bool
    /// The most features, at least 1. There are fewer where the rank of the counts is lower.
    public var components: Int
    /// Whether encoded rows are scaled to length 1.
    public var normalizesRows: Bool
    /// Names the random numbers of the decomposition.
    public var seed: UInt64

    /// TF-IDF with the given parameters. By default every term counts that the analyzer finds, and there are at most
    /// 100 features, in rows of length 1.
    public init(
        analyzer: TextAnalyzer = TextAnalyzer(), limits: VocabularyLimits = VocabularyLimits(),
        isSublinear: Bool = false, smoothsFrequencies: Bool = true, components: Int = 100, normalizesRows: Bool = true,
        seed: UInt64 = 0
    ) {
        self.analyzer = analyzer
        self.limits = limits
        self.isSublinear = isSublinear
        self.smoothsFrequencies = smoothsFrequencies
        self.components = components
        self.normalizesRows = normalizesRows
        self.seed = seed
    }

    /// Throws ``EncoderError/parameter(name:value:valid:)`` for the first parameter outside its range.
    public func validate() throws(EncoderError) {
        if components < 1 { throw .parameter(name: "components", value: "\(components)", valid: "at least 1") }
        try counting { () throws(LanguageError) in try limits.validate() }
    }

    /// Learns vocabulary, weights and components from `texts`.
    ///
    /// - Throws: ``EncoderError``; `.emptyVocabulary` when no term is left.
    /// - Complexity: O(bytes) to count, then that of `SparseMatrix.truncatedSVD`.
    public func fit(_ texts: [String], progress: ProgressHandler = .none) throws(EncoderError) -> Model {
        try validate()
        let counts = try counting { () throws(LanguageError) in
            try TermCounts.fit(texts, analyzer: analyzer, limits: limits, progress: progress)
        }
        let weights = TFIDFWeights(
            documentFrequencies: counts.documentFrequencies, textCount: texts.count, parameters: self)
        let reduction = try decomposing { () throws(TensorError) in
            try weights.apply(to: counts.matrix).truncatedSVD(count: components, seed: seed, progress: progress)
        }
        return Model(
            parameters: self, vocabulary: counts.vocabulary,
            inverseDocumentFrequencies: weights.inverseDocumentFrequencies, singularValues: reduction.singularValues,
            components: reduction.components)
    }
}
