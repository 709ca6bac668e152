import Tensor

extension ZeroShotClassifier {
    /// A name for a cluster.
    public struct ClusterName: Sendable, Hashable {
        /// Its place among ``ZeroShotClassifier/names``.
        public let index: Int
        /// The mean cosine of the members' vectors and the name's.
        public let similarity: Double
        /// ``similarity`` minus its mean over all other clusters; 0 where there is no other. A name that would fit any
        /// cluster has little of it.
        public let contrast: Double
        /// The members' mean probability of the name.
        public let probability: Double
        /// The share of members of which it is the best name.
        public let share: Double
    }

    /// What the names of clusters are ordered by.
    public enum Ranking: String, Sendable, CaseIterable, Codable {
        /// What tells a cluster from the others; then similarity.
        case contrast
        /// What fits the cluster, whether it fits others, too, or not.
        case similarity
    }

    /// The best names of each cluster, the best first; none for a cluster without members.
    ///
    /// - Parameters:
    ///   - labels: each picture's cluster, from 0; below 0 for noise, which takes no part.
    ///   - pictures: their vectors, of any length. `[labels.count × d]`
    ///   - count: how many names to give, if there are so many.
    ///   - ranking: what names are ordered by.
    /// - Throws: ``EncoderError/cancelled``.
    /// - Precondition: there is a label for each picture, and labels are below their number.
    /// - Complexity: O(n · names · d) time; O(clusters · (names + d)) memory, and 4,096 pictures at a time.
    public func names(
        ofClusters labels: [Int32], vectors pictures: Matrix, count: Int = 3, ranking: Ranking = .contrast,
        progress: ProgressHandler = .none
    ) throws(EncoderError) -> [[ClusterName]] {
        precondition(labels.count == pictures.rows, "\(labels.count) labels for \(pictures)")
        let clusterCount = labels.reduce(0) { max($0, Int($1) + 1) }
        precondition(clusterCount <= labels.count, "a label of \(clusterCount - 1) among \(labels.count)")
        var sums = ClusterSums(clusters: clusterCount, names: names.count)
        try forEachBlock(of: pictures, "naming clusters", progress) { rows, similarities, probabilities in
            for row in rows where labels[row] >= 0 {
                sums.add(
                    similarities.row(row - rows.lowerBound), probabilities.row(row - rows.lowerBound),
                    to: Int(labels[row]))
            }
        }
        return sums.means(count: count, ranking)
    }
}

/// What members add up to, for each cluster and name.
private struct ClusterSums {
    private let clusters, names: Int
    private var sizes: [Int]
    /// `[cluster · names + name]`
    private var similarities, probabilities: [Double]
    private var firsts: [Int]

    init(clusters: Int, names: Int) {
        (self.clusters, self.names) = (clusters, names)
        sizes = [Int](repeating: 0, count: clusters)
        similarities = [Double](repeating: 0, count: clusters * names)
        probabilities = similarities
        firsts = [Int](repeating: 0, count: clusters * names)
    }

    mutating func add(_ similarity: Matrix.Row, _ probability: Matrix.Row, to cluster: Int) {
        guard names > 0 else { return }
        sizes[cluster] += 1
        var best = 0
        for name in 0..<names {
            similarities[cluster * names + name] += Double(similarity[name])
            probabilities[cluster * names + name] += Double(probability[name])
            if similarity[name] > similarity[best] { best = name }
        }
        firsts[cluster * names + best] += 1
    }

    func means(count: Int, _ ranking: ZeroShotClassifier.Ranking) -> [[ZeroShotClassifier.ClusterName]] {
        let present = (0..<clusters).filter { sizes[$0] > 0 }
        func similarity(_ cluster: Int, _ name: Int) -> Double {
            similarities[cluster * names + name] / Double(sizes[cluster])
        }
        // Of each name, over the clusters.
        let totals = (0..<names).map { name in present.reduce(0) { $0 + similarity($1, name) } }
        return (0..<clusters).map { cluster in
            guard sizes[cluster] > 0 else { return [] }
            let size = Double(sizes[cluster])
            let all = (0..<names).map { name in
                let own = similarity(cluster, name)
                let others = present.count > 1 ? (totals[name] - own) / Double(present.count - 1) : own
                return ZeroShotClassifier.ClusterName(
                    index: name, similarity: own, contrast: own - others,
                    probability: probabilities[cluster * names + name] / size,
                    share: Double(firsts[cluster * names + name]) / size)
            }
            func key(_ name: ZeroShotClassifier.ClusterName) -> (Double, Double) {
                ranking == .contrast ? (name.contrast, name.similarity) : (name.similarity, name.contrast)
            }
            return Array(
                all.sorted { (key($1).0, key($1).1, $0.index) < (key($0).0, key($0).1, $1.index) }.prefix(max(0, count))
            )
        }
    }
}
