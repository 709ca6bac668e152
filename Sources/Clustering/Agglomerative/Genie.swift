import Tensor

/// Genie: single linkage that keeps clusters from growing too unequal.
///
/// Clusters are merged along the edges of the minimum spanning tree, shortest first. But as long as the Gini index of their
/// sizes is above a threshold, the shortest edge of one of the smallest clusters is taken instead. So it finds clusters of
/// any shape, as single linkage does, without being misled by outliers and chains.
///
/// ```swift
/// let model = try Genie(clusterCount: 8).fit(points)
/// ```
///
/// - Reference: Gagolewski, Bartoszuk, Cena, "Genie: a new, fast, and outlier-resistant hierarchical clustering algorithm",
///   2016, doi:10.1016/j.ins.2016.05.003.
/// - Note: The partitions of genieclust with `M=1`, apart from numbering.
public struct Genie: ClusteringAlgorithm, Hashable, Codable {
    /// The number of clusters, k; 1 ≤ k ≤ n.
    public var clusterCount: Int
    /// The highest Gini index of sizes at which single linkage goes its way, 0 ... 1; 1 is single linkage.
    public var giniThreshold: Double
    /// The metric.
    public var metric: Metric

    /// Genie with the given number of clusters and the authors' threshold.
    public init(clusterCount: Int, giniThreshold: Double = 0.3, metric: Metric = .euclidean) {
        self.clusterCount = clusterCount
        self.giniThreshold = giniThreshold
        self.metric = metric
    }

    /// Checks all parameters. That there are enough rows is checked by `fit`.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``.
    public func validate() throws(ClusteringError) {
        try DendrogramCut.count(clusterCount).validate()
        guard giniThreshold >= 0, giniThreshold <= 1 else {
            throw .parameter(name: "giniThreshold", value: "\(giniThreshold)", valid: "from 0 to 1")
        }
    }

    /// The most memory that fitting takes on top of the data: that of single linkage.
    public func memoryEstimate(rows: Int, columns: Int) -> MemoryEstimate {
        Agglomerative(clusterCount: clusterCount, linkage: .single, metric: metric)
            .memoryEstimate(rows: rows, columns: columns)
    }

    /// Groups the rows of `data` `[n × d]`.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``, ``ClusteringError/emptyData(rows:columns:)``,
    ///   ``ClusteringError/notFinite(row:column:)``, ``ClusteringError/tooFewRows(rows:clusters:)``,
    ///   ``ClusteringError/cancelled``.
    /// - Complexity: that of the spanning tree, and O(n^1.5).
    public func fit(_ data: Matrix, progress: ProgressHandler) throws(ClusteringError) -> Model {
        try validate()
        try data.requireClusterable(metric)
        guard clusterCount <= data.rows else { throw .tooFewRows(rows: data.rows, clusters: clusterCount) }
        let edges = try spanningTree(of: data, metric: metric, progress: progress)
        let tree = Dendrogram(leafCount: data.rows, joining: guardedOrder(of: edges, rows: data.rows))
        return Model(labels: try tree.labels(clusterCount: clusterCount), dendrogram: tree)
    }

    /// Fitted Genie.
    public struct Model: HierarchicalModel {
        /// The cluster of each row, numbered by size, largest first.
        public let labels: ClusterLabels
        /// The merges in the order in which they are made. Heights are lengths of edges, and may decrease: cut by count.
        public let dendrogram: Dendrogram
    }

    /// The edges of a spanning tree in the order in which they are taken.
    private func guardedOrder(of edges: [WeightedEdge], rows: Int) -> [WeightedEdge] {
        let edges = edges.sorted()
        var sets = DisjointSets(count: rows)
        var sizes = [Int](repeating: 1, count: rows)
        var inequality = SizeInequality(clusterCount: rows)
        var result: [WeightedEdge] = []
        result.reserveCapacity(edges.count)
        var isTaken = [Bool](repeating: false, count: edges.count)
        // The shortest edge left; and where to look for one of a cluster of the smallest size. No edge passed by belongs
        // to such a cluster until that size is gone, because clusters only grow.
        var shortest = 0
        var (place, smallest) = (0, 1)
        func size(_ row: Int) -> Int { sizes[Int(sets.find(Int32(row)))] }
        while result.count < edges.count {
            while isTaken[shortest] { shortest += 1 }
            var chosen = shortest
            if inequality.giniIndex > giniThreshold {
                if inequality.smallest != smallest { (place, smallest) = (shortest, inequality.smallest) }
                place = max(place, shortest)
                while isTaken[place] || (size(edges[place].a) != smallest && size(edges[place].b) != smallest) {
                    place += 1
                }
                chosen = place
            }
            isTaken[chosen] = true
            let edge = edges[chosen]
            let (x, y) = (sets.find(Int32(edge.a)), sets.find(Int32(edge.b)))
            let (m, n) = (sizes[Int(x)], sizes[Int(y)])
            sizes[Int(sets.join(x, y))] = m + n
            inequality.merge(m, n)
            result.append(edge)
        }
        return result
    }
}
