import Encoders
import Foundation
import Language
import Tensor
import Testing
import _TestSupport

@Suite struct TFIDFTests {
    private struct Sparse: Decodable {
        let offsets: [Int]
        let columns: [Int32]
        let values: [Float]
    }

    private struct Golden: Decodable {
        struct Case: Decodable {
            let sublinear, smooth, pairs: Bool
            let terms: [String]
            let idf: [Float]
            let matrix, unseen: Sparse
        }
        let texts, unseen: [String]
        let cases: [Case]
        let components: Int
        let singularValues, rows, gram: [Float]
    }

    private let golden: Golden
    /// Words as scikit-learn's reference run took them: everything between spaces.
    private let plain = TextAnalyzer(stopWords: .none, minimumLength: 1)

    init() throws {
        golden = try JSONDecoder().decode(
            Golden.self, from: Data(contentsOf: goldens().appendingPathComponent("tfidf.json")))
    }

    private func expectSame(
        _ actual: SparseMatrix, _ expected: Sparse, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let rows = expected.offsets.count - 1
        #expect(Array(actual.rowOffsets.prefix(rows + 1)) == expected.offsets, sourceLocation: sourceLocation)
        #expect(
            Array(actual.columnIndices.prefix(expected.columns.count)) == expected.columns,
            sourceLocation: sourceLocation)
        expectClose(
            actual.values.prefix(expected.values.count), expected.values, relativeTolerance: 1e-5,
            absoluteTolerance: 1e-6, sourceLocation: sourceLocation)
    }

    @Test func `Weights equal scikit-learn's, of fitted and of new texts`() throws {
        for sample in golden.cases {
            var parameters = TFIDF(
                analyzer: plain, isSublinear: sample.sublinear, smoothsFrequencies: sample.smooth, components: 5)
            if sample.pairs { parameters.analyzer.wordsPerTerm = 1...2 }
            let model = try parameters.fit(golden.texts)
            #expect(model.vocabulary.terms == sample.terms)
            expectClose(model.inverseDocumentFrequencies, sample.idf, relativeTolerance: 1e-5)
            expectSame(try model.weights(of: golden.texts), sample.matrix)
            expectSame(try model.weights(of: golden.unseen), sample.unseen)
        }
    }

    @Test func `Rows have length 1, and rarer words weigh more`() throws {
        let model = try TFIDF(analyzer: plain).fit(golden.texts)
        let weights = try model.weights(of: golden.texts)
        for row in 0..<weights.rows {
            let length = weights.row(row).reduce(Float(0)) { $0 + $1.value * $1.value }.squareRoot()
            #expect(length == 0 || abs(length - 1) < 1e-5)
        }
        let frequencies = TermCounts(of: golden.texts, analyzer: plain).documentFrequencies
        let pairs = zip(frequencies, model.inverseDocumentFrequencies).sorted { $0.0 < $1.0 }
        for (rare, common) in zip(pairs, pairs.dropFirst()) where rare.0 < common.0 { #expect(rare.1 > common.1) }
    }

    @Test func `Components equal the exact decomposition`() throws {
        let model = try TFIDF(analyzer: plain, components: golden.components).fit(golden.texts)
        #expect(model.dimension == golden.components)
        expectClose(model.singularValues, golden.singularValues, relativeTolerance: 1e-4)
        var unscaled = model.parameters
        unscaled.normalizesRows = false
        let rows = try unscaled.fit(golden.texts).encode(golden.texts)
        let gram = rows.rows(in: 0..<30).times(rows.rows(in: 0..<30), transposingOther: true)
        expectClose(gram.elements, golden.gram, relativeTolerance: 1e-3, absoluteTolerance: 1e-3)
        // Each singular vector is determined once its sign is; the leading ones are far enough apart to compare.
        let encoded = try model.encode(golden.texts)
        for row in 0..<30 {
            expectClose(
                encoded.row(row).prefix(5), golden.rows[row * golden.components..<row * golden.components + 5],
                relativeTolerance: 1e-3, absoluteTolerance: 2e-3)
        }
    }

    @Test func `A row depends on its text alone, for every number of threads`() throws {
        let before = Parallelism.threadCount
        defer { Parallelism.threadCount = before }
        Parallelism.threadCount = 1
        let one = try TFIDF().fit(golden.texts)
        let rows = try one.encode(golden.texts)
        Parallelism.threadCount = 4
        let four = try TFIDF().fit(golden.texts)
        #expect(one.components == four.components && one.singularValues == four.singularValues)
        #expect(try four.encode(golden.texts) == rows)
        for index in [0, 7, 36, 149] {
            #expect(Array(try one.encode([golden.texts[index]]).row(0)) == Array(rows.row(index)))
        }
    }

    @Test func `Texts without known words become zero and never NaN`() throws {
        let model = try TFIDF().fit(["snow ice", "", "snow", "the"])
        let rows = try model.encode(["", "unknown", "😀", "snow"])
        for row in 0..<3 { #expect(rows.row(row).allSatisfy { $0 == 0 }) }
        let length = rows.row(3).reduce(Float(0)) { $0 + $1 * $1 }
        #expect(abs(length - 1) < 1e-5)
        #expect(try model.encode([]).rows == 0)
    }

    @Test func `A text that the components cannot tell becomes zero and not noise`() throws {
        let texts = Array(repeating: "snow ice", count: 20) + Array(repeating: "bread oven", count: 20) + ["violin"]
        let rows = try TFIDF(components: 2).fit(texts).encode(texts)
        #expect(rows.row(40).allSatisfy { $0 == 0 })
        #expect(Array(rows.row(0)) == Array(rows.row(19)) && Array(rows.row(0)) != Array(rows.row(20)))
    }

    @Test(arguments: [1, 2, 3, 100])
    func `There are at most as many features as the rank allows`(components: Int) throws {
        let model = try TFIDF(components: components).fit(["snow ice", "snow ice", "ice", "bread"])
        #expect(model.dimension == min(components, 3))
        #expect(try TFIDF(components: components).fit(["snow"]).dimension == 1)
    }

    @Test func `A model can be put together again from its parts`() throws {
        let model = try TFIDF().fit(golden.texts)
        let copy = TFIDF.Model(
            parameters: model.parameters, vocabulary: Vocabulary(model.vocabulary.terms),
            inverseDocumentFrequencies: model.inverseDocumentFrequencies, singularValues: model.singularValues,
            components: model.components)
        #expect(try copy.encode(golden.texts) == model.encode(golden.texts))
    }

    @Test func `Bad parameters, missing words and a stop are told apart`() throws {
        #expect(throws: EncoderError.parameter(name: "components", value: "0", valid: "at least 1")) {
            _ = try TFIDF(components: 0).fit(["snow"])
        }
        #expect(throws: EncoderError.self) {
            try TFIDF(limits: VocabularyLimits(maximumDocumentFrequencyShare: 0)).validate()
        }
        for texts in [[], [""], ["the", "…"]] {
            let error = #expect(throws: EncoderError.self) { _ = try TFIDF().fit(texts) }
            if case .emptyVocabulary? = error {} else { Issue.record("\(String(describing: error))") }
        }
        #expect(throws: EncoderError.cancelled) {
            _ = try TFIDF(components: 5).fit(golden.texts, progress: ProgressHandler { $0.stage == "words" })
        }
        #expect(throws: EncoderError.cancelled) {
            _ = try TFIDF().fit(golden.texts).encode(golden.texts, progress: ProgressHandler { _ in false })
        }
    }
}
