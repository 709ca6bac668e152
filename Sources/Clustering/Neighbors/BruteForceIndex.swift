import Tensor

/// Exact neighbours by blocked matrix products: every query is compared with every row.
///
/// Products choose a few candidates more than are asked for, distances in double precision put them in order.
public struct BruteForceIndex: NeighborIndex {
    private let data: PreparedRows
    private let packed: PackedColumns

    /// Candidates kept beyond k, among which rounding may have changed the order.
    private static let margin = 8

    /// An index of the rows of `data` `[n × d]`.
    ///
    /// - Throws: ``ClusteringError/emptyData(rows:columns:)`` or ``ClusteringError/notFinite(row:column:)``.
    /// - Complexity: O(n · d) time and memory.
    public init(_ data: Matrix, metric: Metric = .euclidean) throws(ClusteringError) {
        try data.requireClusterable()
        self.init(PreparedRows(data, metric: metric))
    }

    init(_ prepared: PreparedRows) {
        data = prepared
        packed = PackedColumns(rowsOf: prepared.rows)
    }

    /// The number of rows held, n.
    public var count: Int { data.count }

    /// The `k` nearest rows to each row of `queries` `[m × d]`; fewer when the index holds fewer.
    ///
    /// - Complexity: O(m · n · d) time, O(m · k) memory.
    public func nearest(
        _ k: Int, to queries: Matrix, progress: ProgressHandler
    ) throws(ClusteringError) -> Neighbors {
        guard k >= 1 else { throw .parameter(name: "k", value: "\(k)", valid: "at least 1") }
        guard queries.columns == data.rows.columns else {
            throw .dimension(expected: data.rows.columns, found: queries.columns)
        }
        if let (row, column) = queries.firstNonFinite() { throw .notFinite(row: row, column: column) }
        let prepared = PreparedRows(queries, metric: data.metric, shift: data.shift)
        let lists = try nearest(k, to: prepared, excludingSelf: false, progress: progress)
        return Neighbors(
            indices: lists.map { $0.map { Int($0.index) } },
            distances: lists.map { $0.map { Float(data.metric.distance(ofComparable: $0.comparable)) } })
    }

    /// A row and its comparable distance from the query.
    struct Neighbor {
        var index: Int32
        var comparable: Double
    }

    /// The nearest rows in exact order; optionally without row i as a neighbour of query i.
    func nearest(
        _ k: Int, to queries: PreparedRows, excludingSelf: Bool, progress: ProgressHandler
    ) throws(ClusteringError) -> [[Neighbor]] {
        let size = min(k, data.count - (excludingSelf ? 1 : 0))
        guard size > 0 else { return [[Neighbor]](repeating: [], count: queries.count) }
        let kept = min(size + Self.margin, data.count)
        let watch = Watch(progress, "nearest neighbours", queries.count)
        let lists = [[Neighbor]](unsafeUninitializedCapacity: queries.count) { buffer, initialized in
            nonisolated(unsafe) let target = buffer
            queries.rows.forEachProductTile(
                with: packed,
                scratch: {
                    (
                        candidates: [NearestCandidates](
                            repeating: .init(capacity: kept), count: Matrix.productTileRows),
                        lost: BitRow(count: 256), near: BitRow(count: 256)
                    )
                },
                start: { rows, scratch in for index in 0..<rows.count { scratch.candidates[index].removeAll() } },
                isNeeded: { _, _, _ in !watch.isStopped },
                epilogue: { tile, scratch in
                    data.norms.withUnsafeBufferPointer { norms in
                        guard let norms = norms.baseAddress else { return }
                        for row in tile.rows {
                            let values = tile.products(ofRow: row)
                            let count = tile.columns.count
                            let found = RowKernel.squaredDistances(
                                values, rowNorm: queries.norms[row], columnNorms: norms + tile.columns.lowerBound,
                                count: count, relative: 1e-3, lost: &scratch.lost)
                            if found > 0 {
                                scratch.lost.forEachSet(count: count) { j in
                                    values[j] = Float(
                                        queries.exactComparable(row, data, tile.columns.lowerBound + j))
                                }
                            }
                            let position = row - tile.rows.lowerBound
                            let limit = scratch.candidates[position].limit
                            guard RowKernel.atMost(limit, values, count: count, flags: &scratch.near) > 0 else {
                                continue
                            }
                            scratch.near.forEachSet(count: count) { j in
                                let index = tile.columns.lowerBound + j
                                if excludingSelf && index == row { return }
                                scratch.candidates[position].insert(values[j], Int32(index))
                            }
                        }
                    }
                },
                finish: { rows, scratch in
                    for row in rows {
                        let exact = scratch.candidates[row - rows.lowerBound].indices.map {
                            Neighbor(index: $0, comparable: queries.exactComparable(row, data, Int($0)))
                        }
                        let sorted = exact.sorted { ($0.comparable, $0.index) < ($1.comparable, $1.index) }
                        target.initializeElement(at: row, to: Array(sorted.prefix(size)))
                    }
                    watch.add(rows.count)
                })
            initialized = queries.count
        }
        if watch.isStopped { throw .cancelled }
        return lists
    }
}

/// The nearest candidates so far, in order of (distance, index).
private struct NearestCandidates {
    private(set) var distances: [Float] = []
    private(set) var indices: [Int32] = []
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        distances.reserveCapacity(capacity + 1)
        indices.reserveCapacity(capacity + 1)
    }

    /// Distances above this are not needed.
    var limit: Float { distances.count < capacity ? .infinity : distances[capacity - 1] }

    mutating func removeAll() {
        distances.removeAll(keepingCapacity: true)
        indices.removeAll(keepingCapacity: true)
    }

    /// Takes a candidate in. Candidates come by ascending index, so an equal distance goes behind.
    mutating func insert(_ distance: Float, _ index: Int32) {
        if distances.count == capacity && distance >= distances[capacity - 1] { return }
        var (low, high) = (0, distances.count)
        while low < high {
            let middle = (low + high) / 2
            if distances[middle] <= distance { low = middle + 1 } else { high = middle }
        }
        if distances.count == capacity {
            distances.removeLast()
            indices.removeLast()
        }
        distances.insert(distance, at: low)
        indices.insert(index, at: low)
    }
}
