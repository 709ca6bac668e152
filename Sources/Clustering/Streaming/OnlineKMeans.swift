import Tensor

/// Online k-means: mini-batch k-means of rows that need not end.
///
/// Each batch's rows join their nearest centroids, which are the means of all that have joined them, or, with decay, of
/// what has joined lately. Memory is k groups and the rows of an unfinished batch: less than ``StreamKMPlusPlus`` takes,
/// and more depends on the rows that come first.
///
/// ```swift
/// var stream = try OnlineKMeans(clusterCount: 50, halfLife: 100_000, seed: 1).stream()
/// for batch in batches { try stream.insert(batch) }
/// let model = try stream.finish()
/// ```
///
/// - Reference: Sculley, "Web-scale k-means clustering", WWW 2010, doi:10.1145/1772690.1772862.
/// - Note: Differs from scikit-learn's `partial_fit`: batches are cut by ``batchSize``, whatever `insert` is handed; a
///   centroid that starves leaves its rows to the nearest other, so that their weight, sum and squared error stay.
public struct OnlineKMeans: Sendable, Hashable, Codable {
    /// The number of clusters, k; at least 1.
    public var clusterCount: Int
    /// The metric; ``Metric/cosine`` gives spherical k-means.
    public var metric: Metric
    /// The rows of a batch; at least 1.
    public var batchSize: Int
    /// The rows that are waited for to choose the first centroids from, by k-means; at least k. `nil` means the greater of
    /// 3 · ``batchSize`` and 10 · k.
    public var initialSize: Int?
    /// After so many rows a row counts half; `nil` when none is forgotten. Positive. The rows of a batch are taken to have
    /// come at its end.
    public var halfLife: Double?
    /// Centroids that have got less than this share of the weight of the greatest lately are moved to rows of a batch, if
    /// that pays; from 0 to 1.
    public var reassignmentRatio: Double
    /// How many times k-means of the first rows starts from other seeds; at least 1.
    public var restarts: Int
    /// Names the random numbers.
    public var seed: UInt64

    /// Online k-means with the given number of clusters.
    public init(
        clusterCount: Int, metric: Metric = .euclidean, batchSize: Int = 1024, initialSize: Int? = nil,
        halfLife: Double? = nil, reassignmentRatio: Double = 0.01, restarts: Int = 3, seed: UInt64 = 0
    ) {
        self.clusterCount = clusterCount
        self.metric = metric
        self.batchSize = batchSize
        self.initialSize = initialSize
        self.halfLife = halfLife
        self.reassignmentRatio = reassignmentRatio
        self.restarts = restarts
        self.seed = seed
    }

    /// The rows that the first centroids are chosen from.
    var firstCount: Int {
        initialSize ?? max(batchSize.multipliedReportingOverflow(by: 3).partialValue, 10 * clusterCount)
    }

    /// K-means of the first rows.
    var start: KMeans { KMeans(clusterCount: clusterCount, metric: metric, restarts: restarts, seed: seed) }

    /// Checks all parameters.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` for the first that is outside its range.
    public func validate() throws(ClusteringError) {
        try metric.requireCentroids()
        func require(_ holds: Bool, _ name: String, _ value: some Any, _ valid: String) throws(ClusteringError) {
            if !holds { throw .parameter(name: name, value: "\(value)", valid: valid) }
        }
        try require((1...1 << 24).contains(clusterCount), "clusterCount", clusterCount, "from 1 to \(1 << 24)")
        try require((1...1 << 28).contains(batchSize), "batchSize", batchSize, "from 1 to \(1 << 28)")
        try require(
            (clusterCount...1 << 30).contains(firstCount), "initialSize", firstCount,
            "from clusterCount to \(1 << 30)")
        try require(halfLife.map { $0 > 0 && $0.isFinite } ?? true, "halfLife", halfLife ?? 0, "positive and finite")
        try require(
            reassignmentRatio >= 0 && reassignmentRatio <= 1, "reassignmentRatio", reassignmentRatio, "from 0 to 1")
        try require(restarts >= 1, "restarts", restarts, "at least 1")
    }

    /// A stream without rows.
    ///
    /// - Throws: as ``validate()``.
    public func stream() throws(ClusteringError) -> Stream {
        try validate()
        return Stream(self)
    }

    /// The most memory that a stream of n rows of d features takes.
    public func memoryEstimate(rows: Int, columns: Int) -> MemoryEstimate {
        let waiting = min(rows, max(batchSize, firstCount))
        return MemoryEstimate("waiting rows", bytes: waiting * (columns * 8 + 64))
            + MemoryEstimate("centroids", bytes: clusterCount * columns * 32)
            + start.memoryEstimate(rows: min(rows, firstCount), columns: columns)
    }
}
