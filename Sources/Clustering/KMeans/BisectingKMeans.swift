import Tensor

/// Bisecting k-means: all rows in one cluster, then again and again one cluster split in two by k-means, until there
/// are k.
///
/// The result is a tree: each number of clusters below k is there too. Splits look at ever fewer rows, so large k cost
/// about log k passes instead of k.
///
/// ```swift
/// let model = try BisectingKMeans(clusterCount: 64, seed: 1).fit(points)
/// model.labels                          // 64 clusters
/// try model.labels(clusterCount: 8)     // the 8 that they were before
/// ```
///
/// - Reference: Steinbach, Karypis and Kumar, "A comparison of document clustering techniques", KDD workshop on text
///   mining 2000.
/// - Note: Differs from scikit-learn: splits start from k-means++ seeds; there are fewer than k clusters where fewer
///   rows differ; ties are split in order of rows.
public struct BisectingKMeans: ClusteringAlgorithm, Hashable, Codable {
    /// Which cluster is split next.
    public enum Strategy: String, Sendable, Hashable, Codable, CaseIterable {
        /// That of the greatest inertia.
        case largestInertia
        /// That of the most rows; with weights, of the greatest weight.
        case largestCluster
    }

    /// The number of clusters, k; 1 ≤ k ≤ n.
    public var clusterCount: Int
    /// The metric; ``Metric/cosine`` splits by direction.
    public var metric: Metric
    /// Which cluster is split next.
    public var strategy: Strategy
    /// How the first two centroids of a split are chosen; not given ones.
    public var seeding: KMeans.Seeding
    /// How many times each split starts from other seeds, keeping that of least inertia; at least 1.
    public var restarts: Int
    /// The most iterations of a split; at least 1.
    public var maximumIterations: Int
    /// As ``KMeans/tolerance``, for each split.
    public var tolerance: Double
    /// Names the random numbers.
    public var seed: UInt64

    /// Bisecting k-means with the given number of clusters.
    public init(
        clusterCount: Int, metric: Metric = .euclidean, strategy: Strategy = .largestInertia,
        seeding: KMeans.Seeding = .automatic, restarts: Int = 1, maximumIterations: Int = 300,
        tolerance: Double = 1e-4, seed: UInt64 = 0
    ) {
        self.clusterCount = clusterCount
        self.metric = metric
        self.strategy = strategy
        self.seeding = seeding
        self.restarts = restarts
        self.maximumIterations = maximumIterations
        self.tolerance = tolerance
        self.seed = seed
    }

    /// The k-means that makes split number `index`.
    func bisection(_ index: Int) -> KMeans {
        KMeans(
            clusterCount: 2, metric: metric, seeding: seeding, restarts: restarts,
            maximumIterations: maximumIterations, tolerance: tolerance, seed: seed &+ UInt64(index))
    }

    /// Checks all parameters; that there are enough rows is checked by `fit`.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` for the first that is outside its range.
    public func validate() throws(ClusteringError) {
        try metric.requireCentroids()
        guard clusterCount >= 1 else {
            throw .parameter(name: "clusterCount", value: "\(clusterCount)", valid: "at least 1")
        }
        if case .given = seeding {
            throw .parameter(name: "seeding", value: "given", valid: "one that chooses rows: each split needs two")
        }
        try bisection(0).validate()
    }

    /// The most memory that fitting takes on top of the data: the shifted rows, the rows of the cluster that is split,
    /// and a few numbers for each row.
    public func memoryEstimate(rows: Int, columns: Int) -> MemoryEstimate {
        MemoryEstimate("shifted rows", floats: rows * columns)
            + bisection(0).memoryEstimate(rows: rows, columns: columns)
            + MemoryEstimate("centroids", floats: 2 * clusterCount * columns)
    }

    /// Groups the rows of `data` `[n × d]`.
    ///
    /// - Throws: as ``KMeans/fit(_:progress:)``.
    /// - Complexity: O(n · d · log k) for each iteration where clusters are split evenly, O(n · k · d) at worst.
    public func fit(_ data: Matrix, progress: ProgressHandler) throws(ClusteringError) -> Model {
        try fit(data, weights: nil, progress: progress)
    }

    /// Groups the rows of `data` `[n × d]`, each of which counts as much as its weight.
    ///
    /// - Parameter weights: a finite number, not negative, for each row; all the same when `nil`. `[n]`
    /// - Throws: as ``KMeans/fit(_:weights:progress:)``.
    public func fit(
        _ data: Matrix, weights: [Double]?, progress: ProgressHandler = .none
    ) throws(ClusteringError) -> Model {
        try validate()
        let weights = try data.requireClusterable(into: clusterCount, weights: weights)
        let prepared = PreparedRows(data, metric: metric)
        let tree = try split(prepared, weights: weights.values, progress: progress)
        return Model(tree, rows: prepared, weights: weights)
    }
}
