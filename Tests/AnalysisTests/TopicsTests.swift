import Analysis
import Clustering
import Foundation
import Language
import Tensor
import Testing
import _TestSupport

@Suite struct TopicsTests {
    private struct Golden: Decodable {
        struct Case: Decodable {
            let bm25, squareRoot: Bool
            let weights: [Float]
        }
        let texts: [String]
        let labels: [Int]
        let terms: [String]
        let cases: [Case]
    }

    private let golden: Golden
    private let plain = TextAnalyzer(stopWords: .none, minimumLength: 1)

    init() throws {
        golden = try JSONDecoder().decode(
            Golden.self, from: Data(contentsOf: goldens().appendingPathComponent("topics.json")))
    }

    @Test func `Class weights equal the published formula`() throws {
        let labels = ClusterLabels(golden.labels)
        let kept = labels.indices.filter { labels[$0] != nil }
        let counts = TermCounts(of: kept.map { golden.texts[$0] }, analyzer: plain)
        #expect(counts.vocabulary.terms == golden.terms)
        let sums = counts.matrix.summingRows(by: kept.map { labels[$0] }, count: labels.clusterCount)
        for sample in golden.cases {
            let weighting = ClassTFIDF(usesBM25: sample.bm25, takesSquareRoot: sample.squareRoot)
            expectClose(
                weighting.weights(of: sums).dense().elements, sample.weights, relativeTolerance: 1e-5,
                absoluteTolerance: 1e-7)
        }
    }

    @Test func `A summary's weights are those of its classes, noise left out`() {
        let summary = TopicSummary(
            texts: golden.texts, labels: ClusterLabels(golden.labels), analyzer: plain, wordCount: 1000)
        let classic = golden.cases.first { !$0.bm25 && !$0.squareRoot }
        let columns = golden.terms.count
        for (group, topic) in summary.topics.enumerated() {
            #expect(topic.cluster == group && topic.size == golden.labels.count { $0 == group })
            for word in topic.words {
                let column = golden.terms.firstIndex(of: word.term) ?? -1
                #expect(abs(word.weight - (classic?.weights[group * columns + column] ?? -1)) < 1e-6)
                #expect(word.documentShare > 0 && word.documentShare <= 1 && word.count >= 1)
            }
            for (left, right) in zip(topic.words, topic.words.dropFirst()) {
                #expect(left.weight > right.weight || left.weight == right.weight && left.term < right.term)
            }
            #expect(topic.representatives.allSatisfy { golden.labels[$0] == group })
        }
    }

    @Test func `Clusters are named by their words`() {
        let texts = [
            "Hiking in the snow with a backpack", "snow, hiking, snow", "My backpack and the snow", "Fresh bread",
            "Bread from the oven", "an oven for bread", "random words",
        ]
        let summary = TopicSummary(texts: texts, labels: ClusterLabels([0, 0, 0, 1, 1, 1, -1]))
        #expect(summary.lines == ["snow + backpack + hiking", "bread + oven + fresh"])
        #expect(summary.topics[0].words[0].count == 4)
        #expect(summary.topics[0].words[0].documentShare == 1)
        #expect(summary.topics[1].representatives.first == 4)
        let withNoise = TopicSummary(
            texts: texts, labels: ClusterLabels([0, 0, 0, 1, 1, 1, -1]), includesNoise: true)
        #expect(withNoise.topics.count == 3 && withNoise.topics[2].cluster == nil && withNoise.topics[2].size == 1)
        #expect(withNoise.lines.count == 2)
    }

    @Test("Words of a single text do not name a group that shares others")
    func sharedWordsFirst() {
        let texts = (0..<12).map { "river valley unique\($0)" } + (0..<12).map { "lonely\($0)" }
        let labels = ClusterLabels((0..<24).map { $0 / 12 })
        let analyzer = TextAnalyzer(segmenter: WordSegmenter(keepsNumbers: true))
        let summary = TopicSummary(texts: texts, labels: labels, analyzer: analyzer)
        #expect(summary.lines[0] == "river + valley")
        // Where nothing is shared, there is no better name.
        #expect(summary.lines[1].hasPrefix("lonely"))
    }

    @Test func `Chinese clusters are named by words and not by characters`() {
        let texts = ["我们去滑雪", "滑雪旅行很好玩", "周末滑雪", "苹果蛋糕", "我喜欢蛋糕和苹果", "一块蛋糕"]
        let summary = TopicSummary(texts: texts, labels: ClusterLabels([0, 0, 0, 1, 1, 1]))
        #expect(summary.topics[0].words.first?.term == "滑雪")
        #expect(summary.lines[1].hasPrefix("蛋糕 + 苹果"))
    }

    @Test func `A phrase that carries its words stands for them`() {
        let texts = [
            "our solar system", "solar system planet", "planet in the solar system", "red car", "car", "car park",
        ]
        let summary = TopicSummary(texts: texts, labels: ClusterLabels([0, 0, 0, 1, 1, 1]))
        #expect(summary.lines[0] == "solar system + planet")
        #expect(!summary.topics[0].words.contains { $0.term == "solar" })
        // Phrases of a single text are accidents.
        #expect(!summary.topics[1].words.contains { $0.term.contains(" ") })
    }

    @Test func `A topic line does not say the same twice`() {
        let texts = ["dog dog dogs dogs", "dogs dog translate translation", "translate translation cat"]
        let summary = TopicSummary(
            texts: texts, labels: ClusterLabels([0, 0, 0]), analyzer: TextAnalyzer(wordsPerTerm: 1...1))
        #expect(summary.lines == ["dog + translate + cat"])
    }

    @Test func `Equal texts stand for a topic once, and empty ones never`() {
        let texts = ["snow", "snow", "", "snow ice"]
        let summary = TopicSummary(texts: texts, labels: ClusterLabels([0, 0, 0, 0]))
        #expect(summary.topics[0].representatives == [3, 0] || summary.topics[0].representatives == [0, 3])
    }

    @Test func `Nothing to say gives empty topics`() {
        #expect(TopicSummary(texts: [], labels: ClusterLabels([Int]())).topics.isEmpty)
        #expect(TopicSummary(texts: ["a"], labels: ClusterLabels([-1])).topics.isEmpty)
        let silent = TopicSummary(texts: ["", "the"], labels: ClusterLabels([0, 2]))
        #expect(silent.topics.count == 3)
        #expect(silent.topics.allSatisfy { $0.line.isEmpty && $0.words.isEmpty && $0.representatives.isEmpty })
        #expect(silent.topics.map(\.size) == [1, 0, 1])
        let counts = SparseMatrix(columns: 2, rowOffsets: [0, 0, 1], columnIndices: [0], values: [1])
        #expect(ClassTFIDF().weights(of: counts).values.allSatisfy { $0.isFinite && $0 > 0 })
    }

    @Test func `Summaries are the same for every number of threads`() {
        let before = Parallelism.threadCount
        defer { Parallelism.threadCount = before }
        let texts = (0..<8).flatMap { _ in golden.texts }
        let labels = ClusterLabels((0..<8).flatMap { _ in golden.labels })
        Parallelism.threadCount = 1
        let one = TopicSummary(texts: texts, labels: labels)
        Parallelism.threadCount = 4
        #expect(TopicSummary(texts: texts, labels: labels).topics == one.topics)
    }
}
