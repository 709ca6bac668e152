import Clustering
import Language

/// What the texts of each cluster are about: its words, a topic line, and texts that stand for it.
///
/// ```swift
/// let summary = TopicSummary(texts: captions, labels: model.labels)
/// for topic in summary.topics { print(topic.size, topic.line) }     // 42 hiking + snow + backpack
/// ```
///
/// Words are ranked by ``ClassTFIDF`` over the clusters; of equal weights the word that comes first by its bytes wins.
/// Words that mostly occur within a ranked phrase give way to it. Noise is left out, in the weights too, unless asked
/// for.
public struct TopicSummary: Sendable {
    /// A word of a topic.
    public struct Word: Sendable, Hashable {
        /// The word or phrase.
        public let term: String
        /// Its weight by ``ClassTFIDF``.
        public let weight: Float
        /// How often it occurs in the cluster.
        public let count: Int
        /// In what share of the cluster's texts it occurs.
        public let documentShare: Double
    }

    /// The summary of one cluster.
    public struct Topic: Sendable, Hashable {
        /// The cluster; `nil` for noise.
        public let cluster: Int?
        /// The number of texts.
        public let size: Int
        /// The words of greatest weight, descending.
        public let words: [Word]
        /// The first few words that differ enough, joined by ` + `; empty when the texts hold no word.
        public let line: String
        /// The texts that say most of what the topic's words say, best first, no two alike.
        public let representatives: [Int]
    }

    /// The topics in order of their clusters, noise last.
    public let topics: [Topic]

    /// The topic lines of the clusters `0 ..< clusterCount`, in order.
    public var lines: [String] { topics.filter { $0.cluster != nil }.map(\.line) }

    /// Summarizes the clusters of `texts`.
    ///
    /// - Parameters:
    ///   - texts: the texts; may be empty.
    ///   - labels: the cluster of each text.
    ///   - analyzer: how text becomes words. A phrase counts only where two texts of a cluster hold it.
    ///   - weighting: how words are weighed.
    ///   - wordCount: how many words each topic has at most.
    ///   - lineLength: how many words a topic line has at most.
    ///   - representativeCount: how many texts stand for a topic at most.
    ///   - includesNoise: whether noise is summarized as a last topic.
    /// - Precondition: there is a label for each text, and no count is negative.
    /// - Complexity: O(bytes + k · v) for k clusters and v different terms.
    public init(
        texts: [String], labels: ClusterLabels, analyzer: TextAnalyzer = TextAnalyzer(wordsPerTerm: 1...2),
        weighting: ClassTFIDF = ClassTFIDF(), wordCount: Int = 10, lineLength: Int = 3, representativeCount: Int = 3,
        includesNoise: Bool = false
    ) {
        precondition(texts.count == labels.count, "\(labels.count) labels for \(texts.count) texts")
        precondition(wordCount >= 0 && lineLength >= 0 && representativeCount >= 0, "a count is negative")
        let clusterCount = labels.clusterCount
        let groups = labels.map { $0 ?? (includesNoise ? clusterCount : nil) }
        let groupCount = clusterCount + (includesNoise && labels.noiseCount > 0 ? 1 : 0)
        let table = TopicTable(
            texts: texts, analyzer: analyzer, groups: groups, groupCount: groupCount,
            weighting: weighting)
        topics = table.members.enumerated().map { group, rows in
            // A topic line passes over terms that repeat others, so it looks a little further than the words.
            let ranked = table.ranking(of: group, count: max(wordCount, 10 * lineLength))
            return Topic(
                cluster: group < clusterCount ? group : nil, size: rows.count, words: Array(ranked.prefix(wordCount)),
                line: TopicLine.line(from: ranked, size: rows.count, count: lineLength),
                representatives: table.representatives(of: group, count: representativeCount, texts: texts))
        }
    }
}
