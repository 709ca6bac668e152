import Tensor

/// Mini-batch k-means: centroids follow small batches of rows, and all rows are labelled once at the end.
///
/// For more rows than Lloyd's iterations have time for: each batch costs O(b · k · d), and often fewer batches suffice
/// than there are rows. Batches go through the rows in random order, so that each row comes once in each epoch.
///
/// ```swift
/// let model = try MiniBatchKMeans(clusterCount: 200, seed: 1).fit(points)
/// ```
///
/// - Reference: Sculley, "Web-scale k-means clustering", WWW 2010, doi:10.1145/1772690.1772862.
/// - Note: Differs from scikit-learn: batches are drawn without replacement; the first centroids are refined by a few
///   of Lloyd's iterations on the sample that they are chosen from.
/// - SeeAlso: ``OnlineKMeans`` for rows that do not end.
public struct MiniBatchKMeans: ClusteringAlgorithm, Hashable, Codable {
    /// Centroids and what belongs to them, as of k-means.
    public typealias Model = KMeans.Model

    /// The number of clusters, k; 1 ≤ k ≤ n.
    public var clusterCount: Int
    /// The metric; ``Metric/cosine`` gives spherical k-means.
    public var metric: Metric
    /// How the first centroids are chosen from a sample of ``initialSize`` rows.
    public var seeding: KMeans.Seeding
    /// How many times to choose first centroids, keeping those of least inertia on the sample; at least 1.
    public var restarts: Int
    /// The rows of a batch, b; at least 1.
    public var batchSize: Int
    /// The rows of the sample that the first centroids come from, at least k; `nil` means the greater of 3 · b and
    /// 3 · k. All rows where there are no more.
    public var initialSize: Int?
    /// How many times to go through all rows at most; at least 1.
    public var maximumEpochs: Int
    /// Ends after so many batches one after another that did not lower the smoothed inertia; at least 1, or `nil` to go
    /// on.
    public var patience: Int?
    /// Ends when the squared movement of all centroids in one batch falls to this many times the mean variance of the
    /// columns; at least 0. At 0 only a standstill ends it.
    public var tolerance: Double
    /// Centroids that have got less than this share of the rows of the greatest are moved to rows of the batch now and
    /// then; from 0 to 1.
    public var reassignmentRatio: Double
    /// Names the random numbers.
    public var seed: UInt64

    /// Mini-batch k-means with the given number of clusters, and scikit-learn's defaults for the rest.
    public init(
        clusterCount: Int, metric: Metric = .euclidean, seeding: KMeans.Seeding = .automatic, restarts: Int = 1,
        batchSize: Int = 1024, initialSize: Int? = nil, maximumEpochs: Int = 100, patience: Int? = 10,
        tolerance: Double = 0, reassignmentRatio: Double = 0.01, seed: UInt64 = 0
    ) {
        self.clusterCount = clusterCount
        self.metric = metric
        self.seeding = seeding
        self.restarts = restarts
        self.batchSize = batchSize
        self.initialSize = initialSize
        self.maximumEpochs = maximumEpochs
        self.patience = patience
        self.tolerance = tolerance
        self.reassignmentRatio = reassignmentRatio
        self.seed = seed
    }

    /// Checks all parameters; that there are enough rows is checked by `fit`.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` for the first that is outside its range.
    public func validate() throws(ClusteringError) {
        try metric.requireCentroids()
        try start.validate()
        func require(_ holds: Bool, _ name: String, _ value: some Any, _ valid: String) throws(ClusteringError) {
            if !holds { throw .parameter(name: name, value: "\(value)", valid: valid) }
        }
        try require(batchSize >= 1, "batchSize", batchSize, "at least 1")
        try require(
            initialSize ?? clusterCount >= clusterCount, "initialSize", initialSize ?? 0, "at least clusterCount")
        try require(maximumEpochs >= 1, "maximumEpochs", maximumEpochs, "at least 1")
        try require(patience ?? 1 >= 1, "patience", patience ?? 0, "at least 1")
        try require(
            reassignmentRatio >= 0 && reassignmentRatio <= 1, "reassignmentRatio", reassignmentRatio, "from 0 to 1")
    }

    /// K-means of the sample that the first centroids come from.
    var start: KMeans {
        KMeans(
            clusterCount: clusterCount, metric: metric, seeding: seeding, restarts: restarts, maximumIterations: 5,
            tolerance: tolerance, seed: seed)
    }

    /// The most memory that fitting takes on top of the data: the shifted rows, the sample, a batch, the centroids, and
    /// a few numbers for each row.
    public func memoryEstimate(rows: Int, columns: Int) -> MemoryEstimate {
        let sample = min(rows, initialSize ?? 3 * max(batchSize, clusterCount))
        return MemoryEstimate("shifted rows", floats: rows * columns) + MemoryEstimate("row numbers", bytes: rows * 48)
            + start.memoryEstimate(rows: sample, columns: columns)
            + MemoryEstimate("a batch", floats: batchSize * (columns + 16))
    }

    /// Groups the rows of `data` `[n × d]`.
    ///
    /// - Throws: as ``KMeans/fit(_:progress:)``.
    /// - Complexity: O(b · k · d) for each batch, and O(n · k · d) to label all rows.
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
        let weights = try data.requireClusterable(into: clusterCount, seeding: seeding, weights: weights)
        let prepared = PreparedRows(data, metric: metric)
        let run = try run(prepared, weights: weights.values, progress: progress)
        return Model(run, rows: prepared, weights: weights)
    }
}
