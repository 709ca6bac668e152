import Clustering
import Tensor

/// K-means with the number of clusters chosen from the data: a sweep, a choice, and the fit of what was chosen.
///
/// ```swift
/// let model = try AutomaticKMeans(seed: 1).fit(points)
/// print(model.labels.clusterCount, model.decision)
/// ```
///
/// Where elbow and silhouette agree on a number, or a silhouette is strong enough to stand alone, that number is taken.
/// Otherwise the data shows no number of its own, and √(n / 2) is taken: the groups are then a division of the data
/// rather than something found in it, and ``Model/isFound`` says so.
public struct AutomaticKMeans: ClusteringAlgorithm {
    /// The greatest number of clusters to try; `nil` for twice √(n / 2), at most 40. At least 2.
    public var maximumClusterCount: Int?
    /// The parameters of each fit besides the number of clusters.
    public var base: KMeans
    /// How the number is chosen from the sweep.
    public var choice: ClusterCountChoice

    /// K-means with each number of clusters up to `maximumClusterCount`, one of which is chosen.
    ///
    /// - Parameters:
    ///   - maximumClusterCount: the greatest number of clusters to try, at least 2; by default it follows from
    ///     the number of rows.
    ///   - metric: the metric of ``base``; Euclidean by default.
    ///   - restarts: how many times each fit starts from other seeds, at least 1; 3 by default.
    ///   - seed: names the random numbers of the fits and of the rows that silhouettes are estimated from.
    ///   - choice: how the number is chosen from the sweep.
    public init(
        maximumClusterCount: Int? = nil, metric: Metric = .euclidean, restarts: Int = 3, seed: UInt64 = 0,
        choice: ClusterCountChoice = ClusterCountChoice()
    ) {
        self.maximumClusterCount = maximumClusterCount
        base = KMeans(clusterCount: 1, metric: metric, restarts: restarts, seed: seed)
        self.choice = choice
    }

    /// Checks ``maximumClusterCount``, ``base`` and ``choice``.
    ///
    /// - Throws: `ClusteringError.parameter` when ``maximumClusterCount`` is below 2, or for the first parameter of
    ///   ``base`` or ``choice`` outside its range.
    public func validate() throws(ClusteringError) {
        if let maximumClusterCount, maximumClusterCount < 2 {
            throw .parameter(name: "maximumClusterCount", value: "\(maximumClusterCount)", valid: "at least 2, or nil")
        }
        try base.validate()
        do { try choice.validate() } catch { throw Self.clusteringError(error) }
    }

    /// That of the sweep: the greater of the largest fit and of scoring it.
    public func memoryEstimate(rows: Int, columns: Int) -> MemoryEstimate {
        sweep(rows: rows).memoryEstimate(rows: rows, columns: columns)
    }

    private func sweep(rows: Int) -> KMeansSweep {
        KMeansSweep(from: 1, through: max(1, limit(rows: rows)), base: base)
    }

    private func limit(rows: Int) -> Int {
        min(rows, maximumClusterCount ?? max(2, min(40, 2 * Self.ruleOfThumb(rows))))
    }

    private static func ruleOfThumb(_ rows: Int) -> Int { max(1, Int((Double(rows) / 2).squareRoot().rounded())) }

    /// Chooses the number of clusters for the rows of `data` `[n × d]` and fits it.
    ///
    /// - Throws: `ClusteringError`, as `KMeans`.
    /// - Complexity: that of k-means for every number of clusters tried.
    public func fit(_ data: Matrix, progress: ProgressHandler) throws(ClusteringError) -> Model {
        try validate()
        let sweep = sweep(rows: data.rows)
        let trials: [ClusterCountTrial]
        let decision: ClusterCountChoice.Decision
        do throws(AnalysisError) {
            trials = try sweep.run(data, progress: progress)
            decision = try choice.choose(from: trials)
        } catch { throw Self.clusteringError(error) }
        var chosen = base
        // An elbow that the silhouette contradicts is often that of a coarse division, such as drawings and
        // photographs.
        let found = decision.isUnanimous || decision.elbow.clusterCount == nil ? decision.clusterCount : nil
        chosen.clusterCount = found ?? min(Self.ruleOfThumb(data.rows), limit(rows: data.rows))
        return Model(
            kMeans: try chosen.fit(data, progress: progress), isFound: found != nil, decision: decision, trials: trials)
    }

    private static func clusteringError(_ error: AnalysisError) -> ClusteringError {
        switch error {
        case .clustering(let error): error
        case .notFinite(let row, let column): .notFinite(row: row, column: column)
        case .emptyData(let rows, let columns): .emptyData(rows: rows, columns: columns)
        case .parameter(let name, let value, let valid): .parameter(name: name, value: value, valid: valid)
        case .cancelled: .cancelled
        default: .step(reason: error.description)
        }
    }

    /// Fitted k-means, and why it has as many clusters as it has.
    public struct Model: PredictiveModel {
        /// The fit that was chosen.
        public let kMeans: KMeans.Model
        /// Whether the number of clusters was found in the data; otherwise it is √(n / 2).
        public let isFound: Bool
        /// What the sweep said.
        public let decision: ClusterCountChoice.Decision
        /// The sweep.
        public let trials: [ClusterCountTrial]

        /// The cluster of each row that was fitted, numbered by size, largest first. `[n]`
        public var labels: ClusterLabels { kMeans.labels }

        /// The nearest centroid of each row of `data` `[m × d]`. A fitted row gets its own label.
        ///
        /// - Throws: `ClusteringError.dimension` for rows of another number of features than were fitted,
        ///   `ClusteringError.notFinite` for a value that is NaN or infinite.
        /// - Complexity: O(m · k · d).
        public func predict(_ data: Matrix) throws(ClusteringError) -> ClusterLabels { try kMeans.predict(data) }
    }
}
