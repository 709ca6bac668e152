import Tensor

/// DBSCAN with `eps` read off the data: the knee of the curve of distances to the (`minimumSamples` − 1)-th neighbour.
///
/// ```swift
/// let model = try AutomaticDBSCAN(minimumSamples: 8).fit(points)
/// print(model.eps)
/// ```
public struct AutomaticDBSCAN: ClusteringAlgorithm, Hashable, Codable {
    /// How many rows, itself included, a core row has within `eps`; at least 2.
    public var minimumSamples: Int
    /// The metric.
    public var metric: Metric

    /// DBSCAN whose radius `fit` finds from the rows.
    public init(minimumSamples: Int = 5, metric: Metric = .euclidean) {
        self.minimumSamples = minimumSamples
        self.metric = metric
    }

    /// Checks ``minimumSamples``. That there are as many rows is checked by `fit`.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` when ``minimumSamples`` is below 2.
    public func validate() throws(ClusteringError) {
        guard minimumSamples >= 2 else {
            throw .parameter(
                name: "minimumSamples", value: "\(minimumSamples)",
                valid: "at least 2, so that there is a neighbour to measure")
        }
    }

    /// That of ``DBSCAN``, or of the k-distance curve where it is larger.
    public func memoryEstimate(rows: Int, columns: Int) -> MemoryEstimate {
        max(
            DBSCAN(eps: 1, minimumSamples: minimumSamples, metric: metric).memoryEstimate(rows: rows, columns: columns),
            MemoryEstimate("shifted rows", bytes: rows * columns * 8)
                + MemoryEstimate("row numbers", bytes: rows * 64)
                + MemoryEstimate("neighbours", bytes: rows * 16 * minimumSamples))
    }

    /// Finds `eps` for the rows of `data` `[n × d]` and groups them.
    ///
    /// - Throws: ``ClusteringError/noKnee(reason:)`` when the curve has no knee, and as ``DBSCAN``.
    /// - Complexity: O(n² · d) time, O(n · (d + minimumSamples)) memory.
    public func fit(_ data: Matrix, progress: ProgressHandler) throws(ClusteringError) -> Model {
        try validate()
        guard minimumSamples <= data.rows else {
            throw .noKnee(reason: "minimumSamples is \(minimumSamples), but there are only \(data.rows) rows")
        }
        let curve = try KDistanceCurve(data, k: minimumSamples - 1, metric: metric, progress: progress)
        guard let eps = curve.suggestedEps else { throw .noKnee(reason: Self.reason(for: curve)) }
        let fit = try DBSCAN(eps: eps, minimumSamples: minimumSamples, metric: metric).fit(data, progress: progress)
        return Model(dbscan: fit, eps: eps, curve: curve)
    }

    private static func reason(for curve: KDistanceCurve) -> String {
        let reason =
            switch curve.finding {
            case .found: "most rows have copies, so that the knee lies at distance 0"
            case .absent(let absence): "\(absence)"
            }
        let distances = curve.distances
        return "\(reason); the distances to neighbour \(curve.k) run from \(distances[0]) over "
            + "\(distances[distances.count / 2]) in the middle to \(distances[distances.count - 1])"
    }

    /// Fitted DBSCAN, and the radius that was found.
    public struct Model: PredictiveModel {
        /// The fit with that radius.
        public let dbscan: DBSCAN.Model
        /// The radius.
        public let eps: Double
        /// The curve that it was read off.
        public let curve: KDistanceCurve

        /// The cluster of each row, numbered by size, largest first; noise where no core row is near. `[n]`
        public var labels: ClusterLabels { dbscan.labels }

        /// The cluster of each row of `data` `[m × d]`, as ``DBSCAN/Model/predict(_:)`` gives it.
        public func predict(_ data: Matrix) throws(ClusteringError) -> ClusterLabels { try dbscan.predict(data) }
    }
}
