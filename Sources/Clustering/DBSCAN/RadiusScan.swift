import Tensor

/// Scans over all pairs of rows within a radius, tile by tile, without keeping them.
struct RadiusScan {
    let data: PreparedRows
    let packed: PackedColumns
    /// The radius in the metric's comparable form.
    private let radius: Double

    init(_ data: PreparedRows, radius: Double) {
        self.data = data
        self.radius = radius
        packed = PackedColumns(rowsOf: data.rows)
    }

    /// Flags of one row of a tile.
    struct Flags {
        var within = BitRow(count: 256)
        var other = BitRow(count: 256)
    }

    /// Flags the columns within the radius of query `row`, whose products are `values`; pairs that rounding cannot
    /// decide are computed exactly.
    ///
    /// - Returns: how many flags of `flags.within` are set.
    @inline(__always)
    func flagNeighbors(
        _ queries: PreparedRows, _ row: Int, _ columns: Range<Int>, _ values: UnsafeMutablePointer<Float>,
        _ flags: inout Flags
    ) -> Int {
        let count = columns.count
        data.norms.withUnsafeBufferPointer { norms in
            guard let norms = norms.baseAddress else { return }
            _ = RowKernel.squaredDistances(
                values, rowNorm: queries.norms[row], columnNorms: norms + columns.lowerBound, count: count,
                relative: 0, lost: &flags.other)
        }
        let bound = Double(data.errorBound(queries, row))
        let (low, high) = (Float(radius - bound).nextDown, Float(radius + bound).nextUp)
        let possible = RowKernel.atMost(high, values, count: count, flags: &flags.within)
        guard possible > 0 else { return 0 }
        let certain = RowKernel.atMost(low, values, count: count, flags: &flags.other)
        guard certain < possible else { return certain }
        flags.within.forEachSet(count: count) { j in
            guard values[j] > low else { return }
            let inside = queries.exactComparable(row, data, columns.lowerBound + j) <= radius
            values[j] = inside ? -.infinity : .infinity
        }
        return RowKernel.atMost(low, values, count: count, flags: &flags.within)
    }

    /// Whether each row has at least `minimum` rows, itself included, within the radius. `[n]`
    ///
    /// - Parameter weights: how much each row counts; 1 when `nil`. Rows of weight 0 are not dense.
    func rowsWithNeighbors(
        atLeast minimum: Int, weights: [Double]? = nil, progress: ProgressHandler
    ) throws(ClusteringError) -> [Bool] {
        let minimum = Double(minimum)
        let watch = Watch(progress, "dense rows", data.count)
        let result = [Bool](unsafeUninitializedCapacity: data.count) { buffer, initialized in
            nonisolated(unsafe) let target = buffer
            data.rows.forEachProductTile(
                with: packed, values: data.tileValues(with: data),
                scratch: {
                    (counts: [Double](repeating: 0, count: Matrix.productTileRows), missing: 0, flags: Flags())
                },
                start: { rows, scratch in
                    for index in 0..<rows.count { scratch.counts[index] = 0 }
                    scratch.missing = rows.count
                },
                // Once all rows of the tile are known to be dense, the other columns do not matter.
                isNeeded: { _, _, scratch in scratch.missing > 0 && !watch.isStopped },
                epilogue: { tile, scratch in
                    for row in tile.rows {
                        let index = row - tile.rows.lowerBound
                        guard scratch.counts[index] < minimum else { continue }
                        let found = flagNeighbors(
                            data, row, tile.columns, tile.products(ofRow: row), &scratch.flags)
                        if let weights {
                            scratch.flags.within.forEachSet(count: tile.columns.count) { j in
                                scratch.counts[index] += weights[tile.columns.lowerBound + j]
                            }
                        } else {
                            scratch.counts[index] += Double(found)
                        }
                        if scratch.counts[index] >= minimum { scratch.missing -= 1 }
                    }
                },
                finish: { rows, scratch in
                    for row in rows {
                        let isDense = scratch.counts[row - rows.lowerBound] >= minimum
                        target.initializeElement(at: row, to: isDense && (weights.map { $0[row] > 0 } ?? true))
                    }
                    watch.add(rows.count)
                })
            initialized = data.count
        }
        if watch.isStopped { throw .cancelled }
        return result
    }

    /// The connected component of each row, where rows within the radius of each other are connected. Components are
    /// numbered by their lowest row. `[n]`
    ///
    /// Each thread joins what it finds in a forest of its own. Which joins are found does not depend on threads, and
    /// neither does what they connect.
    func connectedComponents(progress: ProgressHandler) throws(ClusteringError) -> [Int32] {
        let watch = Watch(progress, "joining dense rows", data.count)
        var whole = DisjointSets(count: data.count)
        data.rows.forEachProductTile(
            with: packed, columns: { $0.lowerBound..<data.count }, values: data.tileValues(with: data),
            scratch: {
                (sets: DisjointSets(count: data.count), roots: [Int32](repeating: 0, count: 256), flags: Flags())
            },
            isNeeded: { rows, columns, scratch in
                guard !watch.isStopped else { return false }
                for column in columns { scratch.roots[column - columns.lowerBound] = scratch.sets.find(Int32(column)) }
                // A tile within one component has nothing to tell.
                let first = scratch.roots[0]
                return
                    !(scratch.roots[..<columns.count].allSatisfy { $0 == first }
                    && rows.allSatisfy { scratch.sets.find(Int32($0)) == first })
            },
            epilogue: { tile, scratch in
                let count = tile.columns.count
                for row in tile.rows {
                    var root = scratch.sets.find(Int32(row))
                    guard
                        RowKernel.otherLabels(than: root, scratch.roots, count: count, flags: &scratch.flags.other) > 0
                    else { continue }
                    guard flagNeighbors(data, row, tile.columns, tile.products(ofRow: row), &scratch.flags) > 0 else {
                        continue
                    }
                    _ = RowKernel.otherLabels(than: root, scratch.roots, count: count, flags: &scratch.flags.other)
                    scratch.flags.within.formIntersection(scratch.flags.other, count: count)
                    let within = scratch.flags.within
                    within.forEachSet(count: count) { j in
                        let other = scratch.roots[j]
                        guard other != root else { return }
                        let joined = scratch.sets.join(root, other)
                        for index in 0..<count where scratch.roots[index] == root || scratch.roots[index] == other {
                            scratch.roots[index] = joined
                        }
                        root = joined
                    }
                }
            },
            finish: { rows, _ in watch.add(rows.count) },
            merge: { scratch in
                var sets = scratch.sets
                for row in 0..<Int32(data.count) { _ = whole.join(row, sets.find(row)) }
            })
        if watch.isStopped { throw .cancelled }
        return whole.numbered()
    }

    /// The lowest of the labels of the rows within the radius of each query; noise where there is none. `[m]`
    func lowestLabel(
        near queries: PreparedRows, labels: [Int32], progress: ProgressHandler
    ) throws(ClusteringError) -> [Int32] {
        let watch = Watch(progress, "border rows", queries.count)
        let result = [Int32](unsafeUninitializedCapacity: queries.count) { buffer, initialized in
            nonisolated(unsafe) let target = buffer
            queries.rows.forEachProductTile(
                with: packed, values: queries.tileValues(with: data),
                scratch: { (lowest: [Int32](repeating: 0, count: Matrix.productTileRows), flags: Flags()) },
                start: { rows, scratch in for index in 0..<rows.count { scratch.lowest[index] = .max } },
                isNeeded: { _, _, _ in !watch.isStopped },
                epilogue: { tile, scratch in
                    for row in tile.rows {
                        let found = flagNeighbors(
                            queries, row, tile.columns, tile.products(ofRow: row), &scratch.flags)
                        guard found > 0 else { continue }
                        let index = row - tile.rows.lowerBound
                        var lowest = scratch.lowest[index]
                        scratch.flags.within.forEachSet(count: tile.columns.count) { j in
                            lowest = min(lowest, labels[tile.columns.lowerBound + j])
                        }
                        scratch.lowest[index] = lowest
                    }
                },
                finish: { rows, scratch in
                    for row in rows {
                        let lowest = scratch.lowest[row - rows.lowerBound]
                        target.initializeElement(at: row, to: lowest == .max ? ClusterLabels.noise : lowest)
                    }
                    watch.add(rows.count)
                })
            initialized = queries.count
        }
        if watch.isStopped { throw .cancelled }
        return result
    }
}
