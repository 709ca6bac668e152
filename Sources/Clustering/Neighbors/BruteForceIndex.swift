import Tensor

/// Exact neighbours by blocked matrix products: every query is compared with every row.
///
/// Products choose candidates, distances in double precision put them in order.
public struct BruteForceIndex: NeighborIndex {
    private let search: NearestRows

    /// An index of the rows of `data` `[n × d]`.
    ///
    /// - Throws: ``ClusteringError/emptyData(rows:columns:)`` or ``ClusteringError/notFinite(row:column:)``.
    /// - Complexity: O(n · d) time and memory.
    public init(_ data: Matrix, metric: Metric = .euclidean) throws(ClusteringError) {
        try data.requireClusterable(metric)
        self.init(PreparedRows(data, metric: metric))
    }

    private init(_ prepared: PreparedRows) {
        // Queries that rounding leaves open would have all rows packed once more.
        search = NearestRows(prepared, rounding: false)
    }

    /// The number of rows held, n.
    public var count: Int { search.data.count }

    /// The `k` nearest rows to each row of `queries` `[m × d]`; fewer when the index holds fewer.
    ///
    /// - Complexity: O(m · n · d) time, O(m · k) memory.
    public func nearest(
        _ k: Int, to queries: Matrix, progress: ProgressHandler
    ) throws(ClusteringError) -> Neighbors {
        guard k >= 1 else { throw .parameter(name: "k", value: "\(k)", valid: "at least 1") }
        let data = search.data
        try queries.requireComparable(with: data)
        let size = min(k, data.count)
        let lists = try search.nearest(
            size, to: PreparedRows(queries, like: data), excludingSelf: false,
            progress: progress)
        let rows = (0..<queries.rows).map { $0 * size..<($0 + 1) * size }
        return Neighbors(
            indices: rows.map { lists.indices[$0].map { Int($0) } },
            distances: rows.map { lists.comparables[$0].map { Float(data.metric.distance(ofComparable: $0)) } })
    }
}
