import Tensor

/// The distance of rows to the nearest exemplar of each cluster.
struct ExemplarDistances: Sendable {
    private let rows: PreparedRows
    /// The exemplars as row numbers, cluster by cluster.
    private let exemplars: [Int]
    /// Where each cluster's exemplars begin, and at the end their number. `[k + 1]`
    private let starts: [Int]

    /// The number of clusters, k.
    var clusterCount: Int { starts.count - 1 }

    /// - Parameter exemplars: for each cluster one row or more.
    init(_ rows: PreparedRows, exemplars: [[Int]]) {
        self.rows = rows
        self.exemplars = exemplars.flatMap { $0 }
        starts = exemplars.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    }

    /// Calls `body` with each query and its distances, in units of the metric, which it may overwrite; in any order, from
    /// several threads.
    ///
    /// - Complexity: O(m · e · d) for e exemplars; O(k) memory for each row of a tile.
    func forEachRow(
        of queries: PreparedRows, progress: ProgressHandler,
        _ body: (_ query: Int, _ distances: UnsafeMutableBufferPointer<Double>) -> Void
    ) throws(ClusteringError) {
        let watch = Watch(progress, "distances to exemplars", queries.count)
        // Tiles in single precision tell which exemplars may be the nearest of their cluster; these are measured in double.
        let k = clusterCount
        let nearest = rows.gathering(exemplars)
        let norms = nearest.norms
        // The cluster of each exemplar.
        let owners = (0..<k).flatMap { [Int](repeating: $0, count: starts[$0 + 1] - starts[$0]) }
        queries.rows.forEachProductTile(
            with: PackedColumns(rowsOf: nearest.rows), values: queries.tileValues(with: nearest),
            scratch: { (best: [Double](), lost: BitRow(count: 256)) },
            start: { rows, scratch in scratch.best = [Double](repeating: .infinity, count: rows.count * k) },
            isNeeded: { _, _, _ in !watch.isStopped },
            epilogue: { tile, scratch in
                let (first, last) = (tile.columns.lowerBound, tile.columns.upperBound)
                for query in tile.rows {
                    let values = tile.products(ofRow: query)
                    norms.withUnsafeBufferPointer { norms in
                        guard let norms = norms.baseAddress else { return }
                        _ = RowKernel.squaredDistances(
                            values, rowNorm: queries.norms[query], columnNorms: norms + first, count: last - first,
                            relative: 0, lost: &scratch.lost)
                    }
                    let error = Double(nearest.errorBound(queries, query))
                    var start = first
                    while start < last {
                        let cluster = owners[start]
                        let end = min(last, starts[cluster + 1])
                        let place = (query - tile.rows.lowerBound) * k + cluster
                        var best = scratch.best[place]
                        for column in start..<end where best > 0 && Double(values[column - first]) - error < best {
                            best = min(best, queries.exactComparable(query, nearest, column))
                        }
                        scratch.best[place] = best
                        start = end
                    }
                }
            },
            finish: { range, scratch in
                guard !watch.isStopped else { return }
                scratch.best.withUnsafeMutableBufferPointer { best in
                    for query in range {
                        let start = (query - range.lowerBound) * k
                        finish(query, UnsafeMutableBufferPointer(rebasing: best[start..<start + k]), body)
                    }
                }
                watch.add(range.count)
            })
        if watch.isStopped { throw .cancelled }
    }

    private func finish(
        _ query: Int, _ best: UnsafeMutableBufferPointer<Double>,
        _ body: (Int, UnsafeMutableBufferPointer<Double>) -> Void
    ) {
        for cluster in best.indices { best[cluster] = rows.metric.distance(ofComparable: best[cluster]) }
        body(query, best)
    }
}
