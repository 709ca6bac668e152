import Tensor

/// Finds the rows that rows which are not in a spanning tree would be joined to: the nearest by mutual reachability.
struct ReachableRows {
    /// The rows of the tree.
    let rows: PreparedRows
    /// Their core distances, in the metric's comparable form. `[n]`
    let cores: [Double]
    let coreDistances: CoreDistances

    /// - Parameter weights: how much each row counts, more than 0; `nil` where each counts one.
    init(_ rows: PreparedRows, cores: [Double], minimumSamples: Int, weights: [Double]?) {
        self.rows = rows
        self.cores = cores
        coreDistances = CoreDistances(minimumSamples: minimumSamples, weights: weights)
    }

    /// The edge that would join a row.
    struct Edge {
        /// The row that it is joined to.
        let row: Int
        /// The mutual reachability, in the metric's comparable form.
        let weight: Double
        /// The row's own core distance, in the metric's comparable form.
        let core: Double
    }

    /// The edges of new rows, in their order.
    ///
    /// A row equal to one of the tree is taken for it and counts no more than that; any other counts one.
    ///
    /// - Parameter isWeightless: which rows count nothing in any case; none by default.
    /// - Complexity: O(m · n · d).
    func edges(
        of queries: PreparedRows, isWeightless: [Bool]? = nil, progress: ProgressHandler
    ) throws(ClusteringError) -> [Edge] {
        let k = min(max(MutualReachabilityTree.neighborCount, 2 * coreDistances.minimumSamples), rows.count)
        let lists = try NearestRows(rows).nearest(k, to: queries, excludingSelf: false, progress: progress)
        return parallelMap(queries.count) { query in
            edge(of: query, queries, lists, isWeightless: isWeightless?[query] ?? false)
        }
    }

    private func edge(of query: Int, _ queries: PreparedRows, _ lists: NeighborLists, isWeightless: Bool) -> Edge {
        let list = query * lists.k..<(query + 1) * lists.k
        let (indices, comparables) = (lists.indices[list], lists.comparables[list])
        // A row equal to a fitted one is among its own neighbours already.
        let own = isWeightless || lists.comparables[list.lowerBound] <= 0 ? 0.0 : 1
        let core = coreDistances.core(own: own, indices, comparables) ?? core(of: query, queries, own: own)
        var best = (weight: Double.infinity, distance: Double.infinity, row: Int32.max)
        func consider(_ row: Int32, _ distance: Double) {
            let candidate = (max(core, cores[Int(row)], distance), distance, row)
            if candidate < (best.weight, best.distance, best.row) { best = candidate }
        }
        for (index, comparable) in zip(indices, comparables) { consider(index, comparable) }
        // Rows beyond the list are at least as far as its last.
        if best.weight > lists.last(query) {
            for row in 0..<rows.count where cores[row] < best.weight {
                consider(Int32(row), queries.exactComparable(query, rows, row))
            }
        }
        return Edge(row: Int(best.row), weight: best.weight, core: core)
    }

    /// The core distance of a row for which its list is too short, by all distances.
    private func core(of query: Int, _ queries: PreparedRows, own: Double) -> Double {
        let distances = (0..<rows.count).map { queries.exactComparable(query, rows, $0) }
        let order = distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
        let sorted = order.map { distances[$0] }
        // All rows together are enough, but for rounding.
        return coreDistances.core(own: own, order.map { Int32($0) }[...], sorted[...]) ?? sorted.last ?? 0
    }
}
