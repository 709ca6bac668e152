import Tensor

/// The distance of every row to its k-th nearest other row, sorted: the usual help for choosing DBSCAN's `eps`.
///
/// Rows inside clusters make a long flat part, noise a steep one; the knee between them is a good `eps`.
///
/// - Reference: Ester et al., KDD 1996, section 4.2; the knee is Kneedle's, see ``Knee``.
public struct KDistanceCurve: Sendable {
    /// The distances, ascending. `[n]`
    public let distances: [Float]
    /// Which neighbour was measured; the row itself does not count.
    public let k: Int
    /// The knee of the curve, or why it has none.
    public let finding: Knee.Finding

    /// Measures the rows of `data` `[n × d]`.
    ///
    /// - Parameters:
    ///   - data: the rows.
    ///   - k: 1 ≤ k < n. For DBSCAN, `minimumSamples − 1`.
    ///   - metric: how distances are measured.
    ///   - progress: is told how far the work is, and can stop it.
    /// - Throws: ``ClusteringError`` for a k outside its range, or data that cannot be compared.
    /// - Complexity: O(n² · d) time, for Euclidean rows of up to 8 features O(n · k · log n) where they are spread well;
    ///   O(n · (d + k)) memory.
    public init(
        _ data: Matrix, k: Int, metric: Metric = .euclidean, progress: ProgressHandler = .none
    ) throws(ClusteringError) {
        try data.requireClusterable(metric)
        guard k >= 1, k < data.rows else {
            throw .parameter(name: "k", value: "\(k)", valid: "from 1 to \(data.rows - 1), the number of other rows")
        }
        let rows = PreparedRows(data, metric: metric)
        let lists = try rows.nearestOthers(k, progress)
        distances = (0..<data.rows).map { Float(metric.distance(ofComparable: lists.last($0))) }.sorted()
        self.k = k
        finding = try Knee.find(
            x: distances.indices.map { Double($0) }, y: distances.map { Double($0) }, shape: .convexIncreasing)
    }

    /// The distance at the knee, a suggestion for `eps`; `nil` when the curve has no knee, or a knee at distance 0.
    public var suggestedEps: Double? { finding.knee.flatMap { $0.y > 0 ? $0.y : nil } }
}
