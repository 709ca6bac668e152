import Language
import Tensor
import Testing
import _TestSupport

@Suite struct TermCountsTests {
    struct Golden: Decodable {
        struct Case: Decodable {
            let minimum: Int
            let share: Double
            let size: Int?
            let terms: [String]
            let matrix: GoldenSparse
        }
        let texts: [String]
        let cases: [Case]
    }

    private let plain = TextAnalyzer(stopWords: .none, minimumLength: 1)

    @Test func `Counts equal scikit-learn's`() throws {
        let golden: Golden = try golden("language-counts")
        for sample in golden.cases {
            let limits = VocabularyLimits(
                minimumDocumentFrequency: sample.minimum, maximumDocumentFrequencyShare: sample.share,
                maximumSize: sample.size)
            let counts = try TermCounts.fit(golden.texts, analyzer: plain, limits: limits)
            if sample.size == nil {
                #expect(counts.vocabulary.terms == sample.terms)
                #expect(counts.matrix == sample.matrix.matrix(columns: sample.terms.count))
            } else {
                // Ties at the limit are settled by bytes here; what is counted more often must agree.
                let sums = counts.matrix.columnSums()
                let theirs = sample.matrix.matrix(columns: sample.terms.count).columnSums()
                #expect(sums.sorted() == theirs.sorted())
            }
            let again = try TermCounts.count(golden.texts, analyzer: plain, vocabulary: counts.vocabulary)
            #expect(again.matrix == counts.matrix)
        }
    }

    @Test func `Of equally frequent terms the first by bytes are kept`() throws {
        let counts = try TermCounts.fit(
            ["d c b a", "d"], analyzer: plain, limits: VocabularyLimits(maximumSize: 3))
        #expect(counts.vocabulary.terms == ["a", "b", "d"])
    }

    @Test func `Counts do not depend on the number of threads`() throws {
        let texts = (0..<3000).map { "\(mixedTexts[$0 % mixedTexts.count]) word\($0 % 97) item\($0 * 7 % 501)" }
        let one = try withThreads(1) { try TermCounts.fit(texts) }
        let four = try withThreads(4) { try TermCounts.fit(texts) }
        #expect(one.vocabulary == four.vocabulary)
        #expect(one.matrix == four.matrix)
        #expect(one.vocabulary.terms == TermCounts(of: texts).vocabulary.terms)
    }

    @Test func `Terms that differ in bytes are different, whatever Swift calls equal`() {
        let vocabulary = Vocabulary(["\u{E9}", "e\u{301}", "\u{E9}", "z"])
        #expect(vocabulary.count == 3)
        #expect(vocabulary.index(of: "\u{E9}") == 0)
        #expect(vocabulary.index(of: "e\u{301}") == 1)
        #expect(vocabulary.index(of: "x") == nil)
    }

    @Test func `Frequencies count texts, and rows keep their texts`() throws {
        let counts = TermCounts(of: ["snow snow ice", "", "snow"])
        #expect(counts.vocabulary.terms == ["ice", "snow"])
        #expect(counts.documentFrequencies == [1, 2])
        #expect(counts.matrix.dense() == Matrix([[1, 2], [0, 0], [0, 1]]))
    }

    @Test func `No words, impossible limits and a stop are told apart`() {
        #expect(throws: LanguageError.emptyVocabulary(texts: 2, terms: 0)) { _ = try TermCounts.fit(["", "the"]) }
        #expect(throws: LanguageError.emptyVocabulary(texts: 2, terms: 2)) {
            _ = try TermCounts.fit(["snow", "ice"], limits: VocabularyLimits(minimumDocumentFrequency: 2))
        }
        #expect(throws: LanguageError.parameter(name: "minimumDocumentFrequency", value: "0", valid: "at least 1")) {
            _ = try TermCounts.fit(["snow"], limits: VocabularyLimits(minimumDocumentFrequency: 0))
        }
        for share in [0, -1, 1.5, Double.nan] {
            #expect(throws: LanguageError.self) {
                try VocabularyLimits(maximumDocumentFrequencyShare: share).validate()
            }
        }
        #expect(throws: LanguageError.cancelled) {
            _ = try TermCounts.fit(["snow"], progress: ProgressHandler { _ in false })
        }
        #expect(TermCounts(of: []).matrix.rows == 0)
        #expect(TermCounts(of: ["the"]).vocabulary.count == 0)
    }
}
