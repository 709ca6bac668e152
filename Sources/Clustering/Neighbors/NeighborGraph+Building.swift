import Tensor

extension NeighborGraph {
    /// How the nearest rows are found.
    public enum Search: Sendable, Hashable {
        /// All of them, by comparing all pairs (for Euclidean rows of up to 8 features by a k-d tree).
        case exact
        /// Most of them, much faster for many rows.
        case approximate(ApproximateSearch = ApproximateSearch())
    }

    /// The `count` nearest other rows of each row of `data` `[n × d]`; fewer where there are not as many.
    ///
    /// - Parameters:
    ///   - count: how many; at least 1.
    ///   - data: the rows.
    ///   - metric: how distances are measured.
    ///   - search: how they are found.
    ///   - progress: is told how far the work is, and can stop it.
    /// - Throws: ``ClusteringError`` for a count below 1, data that cannot be compared, ``Metric/precomputed`` with an
    ///   approximate search, or when stopped.
    /// - Complexity: O(n² · d) time, O(n · (d + count)) memory; less for a search in few dimensions or an approximate one.
    public init(
        nearest count: Int, of data: Matrix, metric: Metric = .euclidean, search: Search = .exact,
        progress: ProgressHandler = .none
    ) throws(ClusteringError) {
        guard count >= 1 else { throw .parameter(name: "count", value: "\(count)", valid: "at least 1") }
        try data.requireClusterable(metric)
        let rows = PreparedRows(data, metric: metric)
        let k = min(count, rows.count - 1)
        if case .approximate(let parameters) = search, k > 0 {
            let (lists, recall) = try parameters.nearest(k, among: rows, progress: progress)
            self.init(lists, count: rows.count, .approximatelyNearest(count), metric, estimatedRecall: recall)
            return
        }
        self.init(try rows.nearestOthers(k, progress), count: rows.count, .nearest(count), metric)
    }

    init(
        _ lists: NeighborLists, count: Int, _ coverage: Coverage, _ metric: Metric, estimatedRecall: Double? = nil
    ) {
        // Lists that are not full end with row −1.
        let places = lists.indices.indices.filter { lists.indices[$0] >= 0 }
        var offsets = [Int](repeating: 0, count: count + 1)
        for place in places { offsets[place / lists.k + 1] += 1 }
        for row in 0..<count { offsets[row + 1] += offsets[row] }
        self.init(
            coverage: coverage, metric: metric, offsets: offsets, indices: places.map { lists.indices[$0] },
            distances: places.map { metric.distance(ofComparable: lists.comparables[$0]) },
            estimatedRecall: estimatedRecall)
    }

    /// All other rows within `radius` of each row of `data` `[n × d]`.
    ///
    /// - Parameters:
    ///   - radius: in units of the metric, finite, at least 0.
    ///   - data: the rows.
    ///   - metric: how distances are measured.
    ///   - progress: is told how far the work is, and can stop it.
    /// - Throws: ``ClusteringError`` for a radius outside its range, data that cannot be compared, or when stopped.
    /// - Complexity: O(n² · d) time, O(n · d + m) memory for m neighbours.
    public init(
        within radius: Double, of data: Matrix, metric: Metric = .euclidean, progress: ProgressHandler = .none
    ) throws(ClusteringError) {
        guard radius >= 0, radius.isFinite else {
            throw .parameter(name: "radius", value: "\(radius)", valid: "a number from 0")
        }
        try data.requireClusterable(metric)
        let scan = RadiusScan(PreparedRows(data, metric: metric), radius: metric.comparable(radius))
        let lists = try scan.neighbors(progress: progress)
        self.init(
            coverage: .within(radius), metric: metric,
            lists: lists.map { list in list.map { (metric.distance(ofComparable: $0.comparable), $0.row) } })
    }
}

extension PreparedRows {
    /// The k nearest other rows of each row, exactly; by a k-d tree where that pays.
    func nearestOthers(_ k: Int, _ progress: ProgressHandler) throws(ClusteringError) -> NeighborLists {
        guard k > 0 else { return NeighborLists(k: 0, indices: [], comparables: []) }
        guard KDTree.pays(self) else {
            return try NearestRows(self).nearest(k, to: self, excludingSelf: true, progress: progress)
        }
        let tree = KDTree(original)
        let found = try tree.nearest(k, progress: progress)
        // From positions back to rows.
        var lists = found
        lists.withTargets { indices, comparables in
            nonisolated(unsafe) let (indices, comparables) = (indices, comparables)
            parallelFor((0..<count).tileCount(size: 512)) { tile in
                for position in (0..<count).tile(tile, size: 512) {
                    let sorted = (position * k..<(position + 1) * k).map {
                        (found.comparables[$0], tree.rows[Int(found.indices[$0])])
                    }.sorted(by: <)
                    let start = Int(tree.rows[position]) * k
                    for (place, neighbor) in sorted.enumerated() {
                        comparables[start + place] = neighbor.0
                        indices[start + place] = neighbor.1
                    }
                }
            }
        }
        return lists
    }
}

extension RadiusScan {
    /// The other rows within the radius of each row, with their comparable distances. `[n][…]`
    func neighbors(progress: ProgressHandler) throws(ClusteringError) -> [[(comparable: Double, row: Int32)]] {
        var result = [[(comparable: Double, row: Int32)]](repeating: [], count: data.count)
        let watch = Watch(progress, "rows within the radius", data.count)
        result.withUnsafeMutableBufferPointer { result in
            nonisolated(unsafe) let result = result
            data.rows.forEachProductTile(
                with: packed, values: data.tileValues(with: data), scratch: { Flags() },
                isNeeded: { _, _, _ in !watch.isStopped },
                epilogue: { tile, flags in
                    for row in tile.rows where flagNeighbors(data, row, in: tile, &flags) > 0 {
                        flags.within.forEachSet(count: tile.columns.count) { j in
                            let other = tile.columns.lowerBound + j
                            if other != row {
                                result[row].append((data.exactComparable(row, data, other), Int32(other)))
                            }
                        }
                    }
                },
                finish: { rows, _ in watch.add(rows.count) })
        }
        if watch.isStopped { throw .cancelled }
        return result
    }
}
