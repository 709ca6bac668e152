import Tensor

/// StreamKM++: k-means of rows that need not end, by coresets that are merged and reduced.
///
/// Rows are collected in buckets. A full bucket is reduced to m groups; so many reduced buckets as belong together are
/// reduced to one of the next level. What is kept of n rows is O(m · log(n / m)) groups, each with its weight, its sum and
/// its squared error, so that weight, mean and second moment of all rows are conserved. At the end k-means runs over the
/// groups.
///
/// ```swift
/// var stream = try StreamKMPlusPlus(clusterCount: 50, seed: 1).stream()
/// for batch in batches { try stream.insert(batch) }
/// let model = try stream.finish()
/// model.centroids     // [50 × d]
/// ```
///
/// - Reference: Ackermann et al., "StreamKM++: a clustering algorithm for data streams", JEA 2012,
///   doi:10.1145/2133803.2184450.
/// - Note: Differs from the authors' program and its ports: buckets hold ``mergeCount`` times m rows, the first
///   representative of a tree is drawn by weight, each descent uses what remains of its random number, groups keep sums
///   and squared errors, and the last centroids are refined over all groups.
public struct StreamKMPlusPlus: Sendable, Hashable, Codable {
    /// The number of clusters, k; at least 1.
    public var clusterCount: Int
    /// The metric; ``Metric/cosine`` gives spherical k-means.
    public var metric: Metric
    /// The groups that a bucket is reduced to, m; at least k. `nil` means 200 · k, as its authors advise.
    public var coresetSize: Int?
    /// How many buckets are reduced to one; at least 2. A first bucket holds so many times m rows. The authors' program
    /// has 2; with more, rows go through fewer reductions.
    public var mergeCount: Int
    /// How points become groups.
    public var reducer: CoresetReducer
    /// After so many rows a row counts half; `nil` when none is forgotten. Positive.
    public var halfLife: Double?
    /// How many times k-means of the groups starts from other seeds; at least 1.
    public var restarts: Int
    /// Names the random numbers.
    public var seed: UInt64

    /// StreamKM++ with the given number of clusters.
    public init(
        clusterCount: Int, metric: Metric = .euclidean, coresetSize: Int? = nil, mergeCount: Int = 4,
        reducer: CoresetReducer = .coresetTree, halfLife: Double? = nil, restarts: Int = 5, seed: UInt64 = 0
    ) {
        self.clusterCount = clusterCount
        self.metric = metric
        self.coresetSize = coresetSize
        self.mergeCount = mergeCount
        self.reducer = reducer
        self.halfLife = halfLife
        self.restarts = restarts
        self.seed = seed
    }

    /// m.
    var groupCount: Int { coresetSize ?? 200 * clusterCount }

    /// Checks all parameters.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` for the first that is outside its range.
    public func validate() throws(ClusteringError) {
        try metric.requireCentroids()
        func require(_ holds: Bool, _ name: String, _ value: some Any, _ valid: String) throws(ClusteringError) {
            if !holds { throw .parameter(name: name, value: "\(value)", valid: valid) }
        }
        try require((1...1 << 20).contains(clusterCount), "clusterCount", clusterCount, "from 1 to \(1 << 20)")
        try require(
            (clusterCount...1 << 28).contains(groupCount), "coresetSize", groupCount,
            "from clusterCount to \(1 << 28)")
        try require((2...64).contains(mergeCount), "mergeCount", mergeCount, "from 2 to 64")
        try require(halfLife.map { $0 > 0 && $0.isFinite } ?? true, "halfLife", halfLife ?? 0, "positive and finite")
        try require(restarts >= 1, "restarts", restarts, "at least 1")
    }

    /// A stream without rows.
    ///
    /// - Throws: as ``validate()``.
    public func stream() throws(ClusteringError) -> Stream {
        try validate()
        return Stream(self)
    }

    /// The most memory that a stream of n rows of d features takes: rows that wait, groups, and k-means of the groups.
    public func memoryEstimate(rows: Int, columns: Int) -> MemoryEstimate {
        let (size, waiting) = (groupCount, min(rows, Stream.waitingBuckets * mergeCount * groupCount))
        var (levels, reach) = (0, mergeCount * size)
        while reach < rows {
            levels += 1
            reach = reach.multipliedReportingOverflow(by: mergeCount).partialValue
            if reach <= 0 { break }
        }
        let groups = min(rows, max(1, levels) * mergeCount * size)
        return MemoryEstimate("waiting rows", bytes: waiting * (columns * 4 + 16))
            + MemoryEstimate("groups", bytes: groups * (columns * 8 + 16))
            + MemoryEstimate("k-means of groups", bytes: (groups + waiting) * (columns * 24 + 88))
    }
}
