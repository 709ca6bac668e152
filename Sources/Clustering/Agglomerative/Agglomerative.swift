import Tensor

/// Agglomerative clustering: every row begins as a cluster, the two nearest clusters are merged again and again, and the
/// tree of merges is cut.
///
/// ```swift
/// let model = try Agglomerative(clusterCount: 12, linkage: .average, metric: .cosine).fit(vectors)
/// model.labels
/// model.dendrogram.labels(height: 0.4)     // another cut of the same tree
/// ```
///
/// The tree is exact, and the same for every number of threads: decisions are made in double precision, equal distances go
/// to the clusters with the lowest rows, and merges come by height, then by lowest rows (under ``Linkage/centroid`` and
/// ``Linkage/median``, whose heights may decrease, in the order in which they are made).
///
/// - Reference: Müllner, "Modern hierarchical, agglomerative clustering algorithms", 2011, arXiv:1109.2378.
/// - Note: Differs from scikit-learn: clusters are numbered by size; a graph of several parts gives as many trees instead
///   of being completed. Heights are scipy's.
public struct Agglomerative: ClusteringAlgorithm, Hashable, Codable {
    /// How far apart two clusters are.
    public var linkage: Linkage
    /// The metric; Euclidean for linkages with ``Linkage/needsEuclideanRows``.
    public var metric: Metric
    /// How the tree is cut into clusters.
    public var cut: DendrogramCut
    /// Which rows may be merged; all when `nil`.
    public var connectivity: ConnectivityGraph?

    /// Agglomerative clustering into so many clusters.
    public init(
        clusterCount: Int, linkage: Linkage = .ward, metric: Metric = .euclidean, connectivity: ConnectivityGraph? = nil
    ) {
        self.init(cut: .count(clusterCount), linkage: linkage, metric: metric, connectivity: connectivity)
    }

    /// Agglomerative clustering with a tree cut in some way.
    public init(
        cut: DendrogramCut, linkage: Linkage = .ward, metric: Metric = .euclidean,
        connectivity: ConnectivityGraph? = nil
    ) {
        self.linkage = linkage
        self.metric = metric
        self.cut = cut
        self.connectivity = connectivity
    }

    /// Checks ``cut``, and that the ``metric`` suits the ``linkage``.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``.
    public func validate() throws(ClusteringError) {
        try cut.validate()
        guard !linkage.needsEuclideanRows || metric == .euclidean else {
            throw .parameter(
                name: "metric", value: "\(metric)",
                valid: "euclidean for \(linkage.rawValue) linkage (for cosine, scale rows to length 1 first)")
        }
    }

    /// The most memory that fitting takes on top of the data. Complete, average and weighted linkage keep all distances:
    /// 4 · n² bytes, or 8 · n² up to 4,096 rows. The others take O(n · d).
    public func memoryEstimate(rows: Int, columns: Int) -> MemoryEstimate {
        let numbers = MemoryEstimate("row numbers", bytes: rows * 320)
        if let connectivity {
            let points = linkage.needsEuclideanRows ? 16 * rows * columns : 4 * rows * columns
            return numbers + MemoryEstimate("points", bytes: points)
                + MemoryEstimate("graph", bytes: connectivity.edges.count * 160)
        }
        switch linkage {
        case .single:
            return numbers + MemoryEstimate("shifted rows", floats: rows * columns)
                + MemoryEstimate("rows for products, in two orders", bytes: rows * columns * 12)
                + MemoryEstimate(
                    "neighbours and their edges", bytes: rows * MutualReachabilityTree.neighborCount * 36)
        case .ward, .centroid, .median: return numbers + MemoryEstimate("centroids", bytes: 20 * rows * columns)
        case .complete, .average, .weighted:
            return numbers + DistancePrecision(rows: rows).memoryEstimate(rows: rows)
                + MemoryEstimate("shifted rows", bytes: 8 * rows * columns)
        }
    }

    /// Groups the rows of `data` `[n × d]`.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``, ``ClusteringError/emptyData(rows:columns:)``,
    ///   ``ClusteringError/notFinite(row:column:)``, ``ClusteringError/tooFewRows(rows:clusters:)``,
    ///   ``ClusteringError/dimension(expected:found:)`` when ``connectivity`` is of other rows,
    ///   ``ClusteringError/notConnected(parts:clusters:)`` when it falls into more parts than there should be clusters,
    ///   ``ClusteringError/cancelled``.
    /// - Complexity: O(n² · d) time for most data and O(n³ · d) at worst; for memory see
    ///   ``memoryEstimate(rows:columns:)``.
    public func fit(_ data: Matrix, progress: ProgressHandler) throws(ClusteringError) -> Model {
        try validate()
        try data.requireClusterable(metric)
        if case .count(let count) = cut, count > data.rows {
            throw .tooFewRows(rows: data.rows, clusters: count)
        }
        let tree = try dendrogram(data, progress: progress)
        if case .dynamic(let parameters) = cut {
            return Model(
                labels: try tree.labels(dynamic: parameters, of: data, metric: metric), dendrogram: tree)
        }
        return Model(labels: try tree.labels(cut), dendrogram: tree)
    }

    private func dendrogram(_ data: Matrix, progress: ProgressHandler) throws(ClusteringError) -> Dendrogram {
        if let connectivity { return try connectedTree(data, connectivity, progress: progress) }
        switch linkage {
        case .single:
            let edges = try spanningTree(of: data, metric: metric, progress: progress)
            return Dendrogram(leafCount: data.rows, edges: edges)
        case .ward: return try centroidTree(data, .ward, progress: progress)
        case .centroid: return try centroidTree(data, .centroid, progress: progress)
        case .median: return try centroidTree(data, .median, progress: progress)
        case .complete, .average, .weighted: return try distanceTree(data, progress: progress)
        }
    }

    /// Fitted agglomerative clustering.
    public struct Model: HierarchicalModel {
        /// The cluster of each row, numbered by size, largest first; noise only where a dynamic cut leaves some.
        public let labels: ClusterLabels
        /// The tree of merges.
        public let dendrogram: Dendrogram
    }
}
