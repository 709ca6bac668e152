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
        let tally = try TermTally(texts, analyzer: analyzer, progress: progress)
        let kept = tally.terms(within: limits)
        if kept.isEmpty { throw .emptyVocabulary(texts: texts.count, terms: tally.terms.count) }
        var newIndex = [Int32](repeating: -1, count: tally.terms.count)
        for (new, old) in kept.enumerated() { newIndex[old] = Int32(new) }
        return TermCounts(
            vocabulary: Vocabulary(kept.map { tally.terms[$0].text }),
            matrix: tally.counts(columns: kept.count) { newIndex[Int($0)] })
    }

    /// Counts the terms of `texts` that `vocabulary` has; others are ignored.
    ///
    /// - Throws: ``LanguageError/cancelled`` when stopped.
    /// - Complexity: O(bytes).
    public static func count(
        _ texts: [String], analyzer: TextAnalyzer = TextAnalyzer(), vocabulary: Vocabulary,
        progress: ProgressHandler = .none
    ) throws(LanguageError) -> TermCounts {
        let tally = try TermTally(texts, analyzer: analyzer, progress: progress)
        let newIndex = tally.terms.map { vocabulary.index(of: $0) ?? -1 }
        return TermCounts(
            vocabulary: vocabulary, matrix: tally.counts(columns: vocabulary.count) { newIndex[Int($0)] })
    }
}
