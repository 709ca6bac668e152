import Tensor

/// How often each term occurs in each text.
///
/// ```swift
/// let counts = try TermCounts.fit(["snow and ice", "snow"], limits: VocabularyLimits(minimumDocumentFrequency: 2))
/// counts.vocabulary.terms   // ["snow"]
/// counts.matrix.dense()     // Matrix[2 × 1](1.0, 1.0)
/// ```
public struct TermCounts: Sendable {
    /// The terms, ordered by their bytes when they were found by ``fit(_:analyzer:limits:progress:)``.
    public let vocabulary: Vocabulary
    /// The counts `[texts × terms]`.
    public let matrix: SparseMatrix

    /// In how many texts each term occurs. `[terms]`
    ///
    /// - Complexity: O(stored counts).
    public var documentFrequencies: [Int] {
        var result = [Int](repeating: 0, count: matrix.columns)
        for column in matrix.columnIndices { result[Int(column)] += 1 }
        return result
    }

    /// Counts the terms of `texts`; the terms within `limits` become the vocabulary, ordered by their bytes.
    ///
    /// Differs from scikit-learn's `CountVectorizer`: terms come from `analyzer`, and `maximumSize` settles ties by the
    /// terms' bytes.
    ///
    /// - Throws: ``LanguageError`` when limits are out of range, when no term is left, or when stopped.
    /// - Complexity: O(bytes + v log v) for v different terms.
    public static func fit(
        _ texts: [String], analyzer: TextAnalyzer = TextAnalyzer(), limits: VocabularyLimits = VocabularyLimits(),
        progress: ProgressHandler = .none
    ) throws(LanguageError) -> TermCounts {
        try limits.validate()
        let tally = try tally(texts, analyzer: analyzer, progress: progress)
        let kept = tally.terms(within: limits)
        if kept.isEmpty { throw .emptyVocabulary(texts: texts.count, terms: tally.terms.count) }
        return TermCounts(tally, keeping: kept)
    }

    /// Counts all terms of `texts`; the vocabulary is ordered by their bytes, and empty where no text holds a term.
    ///
    /// - Complexity: O(bytes + v log v) for v different terms.
    public init(of texts: [String], analyzer: TextAnalyzer = TextAnalyzer()) {
        var tally = TermTally()
        tally.add(texts[...], analyzer: analyzer)
        self.init(tally, keeping: tally.terms(within: VocabularyLimits()))
    }

    /// Counts the terms of `texts` that `vocabulary` has; others are ignored.
    ///
    /// - Throws: ``LanguageError/cancelled`` when stopped.
    /// - Complexity: O(bytes).
    public static func count(
        _ texts: [String], analyzer: TextAnalyzer = TextAnalyzer(), vocabulary: Vocabulary,
        progress: ProgressHandler = .none
    ) throws(LanguageError) -> TermCounts {
        let tally = try tally(texts, analyzer: analyzer, progress: progress)
        let newIndex = tally.terms.map { vocabulary.index(of: $0) ?? -1 }
        return TermCounts(
            vocabulary: vocabulary, matrix: tally.counts(columns: vocabulary.count) { newIndex[Int($0)] })
    }

    private static func tally(
        _ texts: [String], analyzer: TextAnalyzer, progress: ProgressHandler
    ) throws(LanguageError) -> TermTally {
        // Batches set the pace of progress and bound the memory of parts; they change no result.
        let batch = 1 << 15
        var tally = TermTally()
        for index in 0..<texts.indices.tileCount(size: batch) {
            let range = texts.indices.tile(index, size: batch)
            guard progress.advance("words", range.lowerBound, of: texts.count) else { throw .cancelled }
            tally.add(texts[range], analyzer: analyzer)
        }
        guard progress.advance("words", texts.count, of: texts.count) else { throw .cancelled }
        return tally
    }

    private init(_ tally: TermTally, keeping kept: [Int]) {
        var newIndex = [Int32](repeating: -1, count: tally.terms.count)
        for (new, old) in kept.enumerated() { newIndex[old] = Int32(new) }
        self.init(
            vocabulary: Vocabulary(kept.map { tally.terms[$0].text }),
            matrix: tally.counts(columns: kept.count) { newIndex[Int($0)] })
    }

    private init(vocabulary: Vocabulary, matrix: SparseMatrix) {
        self.vocabulary = vocabulary
        self.matrix = matrix
    }
}
