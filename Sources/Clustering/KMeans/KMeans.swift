import Tensor

/// K-means: k groups, each around its mean, found by Lloyd's iterations from well-spread seeds.
///
/// ```swift
/// let model = try KMeans(clusterCount: 8, seed: 1).fit(points)
/// model.labels[0]      // the cluster of the first row
/// model.centroids      // [8 × d]
/// ```
///
/// Distances come from matrix products whose sums have one fixed order, near-ties are decided in double precision, and
/// ties go to the lower centroid: labels are the same for every number of threads and every SIMD level.
///
/// - Reference: Lloyd, "Least squares quantization in PCM", 1982, doi:10.1109/TIT.1982.1056489; Arthur and
///   Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007; Bahmani et al., "Scalable k-means++",
///   VLDB 2012, doi:10.14778/2180912.2180915; Bachem et al., "Fast and provably good seedings for k-means",
///   NIPS 2016 (AFK-MC²).
/// - Note: Differs from scikit-learn: clusters are numbered by size; labels do not depend on the number of threads.
public struct KMeans: ClusteringAlgorithm, Hashable, Codable {
    /// How the first centroids are chosen.
    public enum Seeding: Sendable, Hashable, Codable {
        /// Greedy k-means++ for up to a hundred million row–centroid pairs, n · k, and k-means‖ beyond.
        case automatic
        /// Greedy k-means++: each next centroid is the best of `trials` rows drawn with probability proportional to
        /// their squared distance from the centroids so far. `nil` means 2 + ⌊ln k⌋ trials.
        case plusPlus(trials: Int? = nil)
        /// k-means‖: in each of `rounds` rounds about `oversampling` · k rows are drawn with probability proportional
        /// to their squared distance from the rows drawn before; k-means, weighted by how many rows are nearest to each
        /// drawn one, reduces them to k centroids. Almost as good as greedy k-means++, and each round looks at the data
        /// once.
        case parallel(rounds: Int = 5, oversampling: Double = 2)
        /// AFK-MC²: each next centroid is the end of a Markov chain of `length` rows, which draws almost as k-means++
        /// without greedy trials does, but looks at few rows. For very many rows where a quick start matters more than
        /// a good one.
        case markovChain(length: Int = 200)
        /// k different rows, each set equally likely; with weights, drawn one after another in proportion to them.
        case random
        /// These centroids, row by row; `dimension` is the length of each.
        case given(values: [Float], dimension: Int)

        /// The rows of `centroids` `[k × d]` as first centroids.
        public static func given(_ centroids: Matrix) -> Seeding {
            .given(values: centroids.withUnsafeBufferPointer { Array($0) }, dimension: centroids.columns)
        }
    }

    /// The number of clusters, k; 1 ≤ k ≤ n.
    public var clusterCount: Int
    /// The metric; ``Metric/cosine`` gives spherical k-means, whose centroids have length 1.
    public var metric: Metric
    /// How the first centroids are chosen.
    public var seeding: Seeding
    /// How many times to start from other seeds, keeping the run of least inertia whole; at least 1.
    public var restarts: Int
    /// The most iterations of one run; at least 1.
    public var maximumIterations: Int
    /// A run ends when the squared movement of all centroids together falls to this many times the mean variance of
    /// the columns; at least 0. At 0 it ends when no row changes its cluster.
    public var tolerance: Double
    /// Names the random numbers.
    public var seed: UInt64

    /// K-means with the given number of clusters: by default Euclidean, in one run of at most 300 iterations.
    public init(
        clusterCount: Int, metric: Metric = .euclidean, seeding: Seeding = .automatic, restarts: Int = 1,
        maximumIterations: Int = 300, tolerance: Double = 1e-4, seed: UInt64 = 0
    ) {
        self.clusterCount = clusterCount
        self.metric = metric
        self.seeding = seeding
        self.restarts = restarts
        self.maximumIterations = maximumIterations
        self.tolerance = tolerance
        self.seed = seed
    }

    /// Checks all parameters, those of ``seeding`` included. That there are enough rows is checked by `fit`.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` for the first of these: ``clusterCount``,
    ///   ``restarts`` or ``maximumIterations`` below 1; a ``tolerance`` that is negative or not finite; fewer than one
    ///   trial, round or row of a chain; an oversampling outside 0.5 ... 100; given centroids that are not
    ///   ``clusterCount`` of one or more features, or not finite.
    /// - Complexity: O(k · d) for given centroids, else O(1).
    public func validate() throws(ClusteringError) {
        try metric.requireCentroids()
        func require(_ holds: Bool, _ name: String, _ value: some Any, _ valid: String) throws(ClusteringError) {
            if !holds { throw .parameter(name: name, value: "\(value)", valid: valid) }
        }
        try require(clusterCount >= 1, "clusterCount", clusterCount, "at least 1")
        try require(restarts >= 1, "restarts", restarts, "at least 1")
        try require(maximumIterations >= 1, "maximumIterations", maximumIterations, "at least 1")
        try require(tolerance >= 0 && tolerance.isFinite, "tolerance", tolerance, "0 or a positive number")
        switch seeding {
        case .plusPlus(let trials):
            try require(trials ?? 1 >= 1, "seeding.trials", trials ?? 0, "at least 1")
        case .parallel(let rounds, let oversampling):
            try require(rounds >= 1, "seeding.rounds", rounds, "at least 1")
            try require(
                oversampling >= 0.5 && oversampling <= 100, "seeding.oversampling", oversampling, "from 0.5 to 100")
        case .markovChain(let length):
            try require(length >= 1, "seeding.length", length, "at least 1")
        case .automatic, .random: break
        case .given(let values, let dimension):
            try require(
                dimension > 0 && values.count == clusterCount * dimension, "seeding.given",
                "\(values.count) numbers of dimension \(dimension)", "\(clusterCount) centroids")
            try require(values.allSatisfy(\.isFinite), "seeding.given", "not finite", "finite numbers")
        }
    }

    /// The most memory that fitting takes on top of the data: the shifted rows, their short form for seeding,
    /// the centroids, sums of parts of the data, and a few numbers for each row.
    public func memoryEstimate(rows: Int, columns: Int) -> MemoryEstimate {
        MemoryEstimate("shifted rows", bytes: rows * columns * 5) + MemoryEstimate("row numbers", bytes: rows * 88)
            + MemoryEstimate("centroids", bytes: clusterCount * columns * 24)
            + MemoryEstimate(
                "sums of parts", bytes: KMeansAssignment.partBytes(rows: rows, sums: clusterCount * columns))
    }

    /// Groups the rows of `data` `[n × d]`.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``, ``ClusteringError/emptyData(rows:columns:)``,
    ///   ``ClusteringError/tooFewRows(rows:clusters:)``, ``ClusteringError/notFinite(row:column:)``,
    ///   ``ClusteringError/dimension(expected:found:)`` for given centroids, ``ClusteringError/cancelled``.
    /// - Complexity: O(n · k · d) for each iteration at most; k-means++ costs as much as about ln k iterations,
    ///   k-means‖ ten.
    public func fit(_ data: Matrix, progress: ProgressHandler) throws(ClusteringError) -> Model {
        try fit(data, weights: nil, progress: progress)
    }

    /// Groups the rows of `data` `[n × d]`, each of which counts as much as its weight.
    ///
    /// A whole number w as a weight is as good as w copies of the row. Rows of weight 0 move no centroid and are drawn
    /// for none (unless fewer rows than k have a weight), but are labelled.
    ///
    /// - Parameter weights: a finite number, not negative, for each row; all the same when `nil`. `[n]`
    /// - Throws: as ``fit(_:progress:)``, and ``ClusteringError/parameter(name:value:valid:)`` for weights that are
    ///   negative, not finite, all zero, or not as many as rows.
    /// - Complexity: as of ``fit(_:progress:)``.
    /// - Note: Differs from scikit-learn: ``tolerance`` refers to the weighted variance, and clusters are numbered by
    ///   the sum of their weights.
    public func fit(
        _ data: Matrix, weights: [Double]?, progress: ProgressHandler = .none
    ) throws(ClusteringError) -> Model {
        try validate()
        let weights = try data.requireClusterable(into: clusterCount, seeding: seeding, weights: weights)
        let prepared = PreparedRows(data, metric: metric)
        let run = try bestRun(prepared, weights: weights.values, progress: progress)
        return Model(run, rows: prepared, weights: weights)
    }
}
