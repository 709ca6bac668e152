import Tensor

extension Agglomerative {
    /// The tree of a linkage that is told by distances alone.
    ///
    /// - Parameter precision: how distances are kept; by default as their number suggests.
    package func distanceTree(
        _ data: Matrix, _ precision: DistancePrecision? = nil, progress: ProgressHandler
    ) throws(ClusteringError) -> Dendrogram {
        let rows = PreparedRows(data, metric: metric)
        // Squares that overflow or vanish in single precision need double for few rows and many.
        switch rows.fitsSinglePrecision ? precision ?? DistancePrecision(rows: data.rows) : .double {
        case .double: return try tree(table: DistanceTable<Double>(rows, progress), progress)
        case .single: return try tree(table: DistanceTable<Float>(rows, progress), progress)
        }
    }

    private func tree<Element>(
        table: DistanceTable<Element>, _ progress: ProgressHandler
    ) throws(ClusteringError) -> Dendrogram {
        let count = table.count
        return Dendrogram(leafCount: count, sorting: try table.mergeReciprocalPairs(linkage, progress))
    }
}

extension DistanceTable<Double> {
    /// All distances, in double precision throughout.
    ///
    /// - Complexity: O(n² · d).
    convenience init(_ rows: PreparedRows, _ progress: ProgressHandler) throws(ClusteringError) {
        let watch = Watch(progress, "distances", rows.count)
        let (count, metric) = (rows.count, rows.metric)
        self.init(rows: count) { start in
            nonisolated(unsafe) let start = start
            let size = 16
            parallelFor((0..<count).tileCount(size: size)) { tile in
                for i in (0..<count).tile(tile, size: size) where !watch.isStopped {
                    for j in 0..<i {
                        let distance = metric.distance(ofComparable: rows.exactComparable(i, rows, j))
                        start[i * count + j] = distance
                        start[j * count + i] = distance
                    }
                }
                watch.add((0..<count).tile(tile, size: size).count)
            }
        }
        if watch.isStopped { throw .cancelled }
    }
}

extension DistanceTable<Float> {
    /// All distances by products; those that lose digits are computed in double precision, and all are rounded once.
    ///
    /// - Complexity: O(n² · d).
    convenience init(_ rows: PreparedRows, _ progress: ProgressHandler) throws(ClusteringError) {
        let watch = Watch(progress, "distances", rows.count)
        let (count, metric) = (rows.count, rows.metric)
        self.init(rows: count) { start in
            nonisolated(unsafe) let start = start
            rows.rows.forEachProductTile(
                with: PackedColumns(rowsOf: rows.rows), values: rows.tileValues(with: rows),
                scratch: { BitRow(count: 256) },
                isNeeded: { _, _, _ in !watch.isStopped },
                epilogue: { tile, lost in
                    rows.norms.withUnsafeBufferPointer { norms in
                        guard let norms = norms.baseAddress else { return }
                        let (first, width) = (tile.columns.lowerBound, tile.columns.count)
                        for row in tile.rows {
                            let values = tile.products(ofRow: row)
                            let found = RowKernel.squaredDistances(
                                values, rowNorm: rows.norms[row], columnNorms: norms + first, count: width,
                                relative: 0.1, lost: &lost)
                            if found > 0 {
                                lost.forEachSet(count: width) { j in
                                    values[j] = Float(rows.exactComparable(row, rows, first + j))
                                }
                            }
                            let target = start + row * count + first
                            if metric.form == .square {
                                RowKernel.squareRoots(values, count: width)
                                target.update(from: values, count: width)
                            } else {
                                for j in 0..<width {
                                    target[j] = Float(metric.distance(ofComparable: Double(values[j])))
                                }
                            }
                        }
                    }
                },
                finish: { tileRows, _ in watch.add(tileRows.count) })
        }
        if watch.isStopped { throw .cancelled }
    }
}
