import Tensor

/// K-means for groups that need not be the best ones: as many as asked for where there are rows enough, by Lloyd's
/// iterations for few rows and mini-batches for many.
///
/// It is meant as the first step of ``CoarseToFine``.
public struct CoarseKMeans: ClusteringAlgorithm, Hashable, Codable {
    /// Centroids and what belongs to them, as of k-means.
    public typealias Model = KMeans.Model

    /// How many groups to make at most; at least 1.
    public var groupCount: Int
    /// The least number of rows in a group on average: fewer groups are made of fewer rows; at least 1.
    public var rowsPerGroup: Int
    /// The metric.
    public var metric: Metric
    /// Names the random numbers.
    public var seed: UInt64

    /// About a thousand groups, of a hundred rows or more on average.
    public init(groupCount: Int = 1000, rowsPerGroup: Int = 100, metric: Metric = .euclidean, seed: UInt64 = 0) {
        self.groupCount = groupCount
        self.rowsPerGroup = rowsPerGroup
        self.metric = metric
        self.seed = seed
    }

    /// Checks ``groupCount`` and ``rowsPerGroup``.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``.
    public func validate() throws(ClusteringError) {
        guard groupCount >= 1 else {
            throw .parameter(name: "groupCount", value: "\(groupCount)", valid: "at least 1")
        }
        guard rowsPerGroup >= 1 else {
            throw .parameter(name: "rowsPerGroup", value: "\(rowsPerGroup)", valid: "at least 1")
        }
    }

    /// Beyond so many pairs of a row and a group mini-batches are quicker.
    private static let mostPairs = 50_000_000

    private func clusterCount(_ rows: Int) -> Int { max(1, min(groupCount, rows / max(1, rowsPerGroup))) }

    /// Lloyd's iterations, as many as improve groups visibly.
    private func lloyd(_ rows: Int) -> KMeans {
        KMeans(
            clusterCount: clusterCount(rows), metric: metric, maximumIterations: 20, tolerance: 1e-3, seed: seed)
    }

    private func miniBatches(_ rows: Int) -> MiniBatchKMeans {
        let count = clusterCount(rows)
        return MiniBatchKMeans(
            clusterCount: count, metric: metric, batchSize: max(1024, 4 * count), maximumEpochs: 1, seed: seed)
    }

    private func isFew(_ rows: Int) -> Bool { rows <= Self.mostPairs / clusterCount(rows) }

    /// The most memory that fitting takes on top of the data.
    public func memoryEstimate(rows: Int, columns: Int) -> MemoryEstimate {
        isFew(rows)
            ? lloyd(rows).memoryEstimate(rows: rows, columns: columns)
            : miniBatches(rows).memoryEstimate(rows: rows, columns: columns)
    }

    /// Groups the rows of `data` `[n × d]`.
    ///
    /// - Throws: as ``KMeans/fit(_:progress:)``.
    /// - Complexity: O(n · k · d) for k groups.
    public func fit(_ data: Matrix, progress: ProgressHandler) throws(ClusteringError) -> Model {
        try validate()
        return isFew(data.rows)
            ? try lloyd(data.rows).fit(data, progress: progress)
            : try miniBatches(data.rows).fit(data, progress: progress)
    }
}
