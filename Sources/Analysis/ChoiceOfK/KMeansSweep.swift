import Clustering
import Tensor

/// Runs k-means for a range of numbers of clusters and scores each: what ``ClusterCountChoice`` chooses from.
///
/// ```swift
/// let trials = try KMeansSweep(from: 1, through: 20).run(points)
/// let k = try ClusterCountChoice().choose(from: trials).clusterCount
/// ```
///
/// Every fit uses the same parameters and seed besides its number of clusters. With the cosine metric all scores are of
/// the rows scaled to length 1.
public struct KMeansSweep: Sendable, Hashable {
    /// The least number of clusters, at least 1. Start at 1, so that an elbow at 2 can be seen.
    public var from: Int
    /// The greatest number of clusters, at least ``from``. It should lie well above what is expected.
    public var through: Int
    /// The step, at least 1.
    public var step: Int
    /// The parameters of each fit; its number of clusters is not looked at.
    public var base: KMeans
    /// How many random rows the silhouette is estimated from, at least 2; `nil` for the exact silhouette of all rows.
    ///
    /// The exact one looks at all pairs of rows with the Euclidean metric. With the cosine metric it does not, and is
    /// always taken; so it is where the data has no more rows than this.
    public var silhouetteSampleSize: Int?

    /// A sweep over `from`, `from + step`, … up to `through`. By default each fit is the best of three runs.
    public init(
        from: Int = 1, through: Int, step: Int = 1, base: KMeans = KMeans(clusterCount: 1, restarts: 3),
        silhouetteSampleSize: Int? = 2000
    ) {
        self.from = from
        self.through = through
        self.step = step
        self.base = base
        self.silhouetteSampleSize = silhouetteSampleSize
    }

    /// The numbers of clusters that are tried.
    public var clusterCounts: [Int] { Array(stride(from: from, through: through, by: max(1, step))) }

    /// Throws ``AnalysisError/parameter(name:value:valid:)`` for the first parameter outside its range.
    public func validate() throws(AnalysisError) {
        guard from >= 1 else { throw .parameter(name: "from", value: "\(from)", valid: "at least 1") }
        guard through >= from else {
            throw .parameter(name: "through", value: "\(through)", valid: "at least from, which is \(from)")
        }
        guard step >= 1 else { throw .parameter(name: "step", value: "\(step)", valid: "at least 1") }
        if let size = silhouetteSampleSize, size < 2 {
            throw .parameter(
                name: "silhouetteSampleSize", value: "\(size)",
                valid: "at least 2, or nil for the exact silhouette of all rows")
        }
    }

    /// The most memory that the sweep takes on top of the data: the greater of the largest fit and of what scoring it
    /// takes, since one follows the other.
    public func memoryEstimate(rows: Int, columns: Int) -> MemoryEstimate {
        var largest = base
        largest.clusterCount = max(1, through)
        // Scores look at rows in the order of their clusters, and at copies of them: shifted and packed, or of length 1
        // with their products with the clusters' means.
        let copies = base.metric == .cosine ? 2 * columns + largest.clusterCount : 3 * columns
        let scoring =
            MemoryEstimate("rows for scores", floats: copies) * rows + MemoryEstimate("row numbers", bytes: 64) * rows
            + MemoryEstimate("centroids", floats: 2 * columns) * (rows / 1024 + largest.clusterCount)
        let work = max(largest.memoryEstimate(rows: rows, columns: columns), scoring)
        guard base.metric == .cosine else { return work }
        return work + MemoryEstimate("rows of length 1", floats: columns) * rows
    }

    /// Fits and scores the rows of `data` `[n × d]` for each number of clusters, ascending.
    ///
    /// - Throws: ``AnalysisError`` for parameters outside their range (`through` must not exceed n), for what k-means
    ///   cannot cluster, or when stopped.
    /// - Complexity: that of k-means for each number of clusters, and O(n · s · d) for a silhouette from s rows.
    public func run(_ data: Matrix, progress: ProgressHandler = .none) throws(AnalysisError) -> [ClusterCountTrial] {
        try validate()
        guard data.rows > 0, data.columns > 0 else { throw .emptyData(rows: data.rows, columns: data.columns) }
        guard through <= data.rows else {
            throw .parameter(name: "through", value: "\(through)", valid: "at most the number of rows, \(data.rows)")
        }
        let scored = base.metric == .cosine ? data.normalizedRows() : data
        var trials: [ClusterCountTrial] = []
        let counts = clusterCounts
        for (index, clusterCount) in counts.enumerated() {
            guard progress.advance("numbers of clusters", index, of: counts.count) else { throw .cancelled }
            trials.append(try trial(clusterCount, data, scored: scored, progress: progress))
        }
        guard progress.advance("numbers of clusters", counts.count, of: counts.count) else { throw .cancelled }
        return trials
    }

    private func trial(
        _ clusterCount: Int, _ data: Matrix, scored: Matrix, progress: ProgressHandler
    ) throws(AnalysisError) -> ClusterCountTrial {
        let clock = ContinuousClock()
        let start = clock.now
        var parameters = base
        parameters.clusterCount = clusterCount
        let model: KMeans.Model
        do { model = try parameters.fit(data, progress: progress) } catch { throw AnalysisError(error) }
        let silhouette = try silhouette(scored, labels: model.labels, progress: progress)
        let geometry = try ClusterGeometry(scored, labels: model.labels)
        return ClusterCountTrial(
            clusterCount: clusterCount, inertia: model.inertia, silhouette: silhouette,
            daviesBouldin: geometry.daviesBouldin, calinskiHarabasz: geometry.calinskiHarabasz,
            seconds: (clock.now - start) / .seconds(1))
    }

    private func silhouette(
        _ data: Matrix, labels: ClusterLabels, progress: ProgressHandler
    ) throws(AnalysisError) -> Double? {
        if base.metric == .euclidean, let size = silhouetteSampleSize, size < data.rows {
            return try Silhouette.estimate(
                data, labels: labels, sampleSize: size, metric: base.metric, seed: base.seed, progress: progress)?.mean
        }
        return try Silhouette(data, labels: labels, metric: base.metric, progress: progress)?.mean
    }
}
