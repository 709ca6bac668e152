import Tensor

/// Scans over all pairs of rows within a radius, tile by tile, without keeping them.
package struct RadiusScan {
    let data: PreparedRows
    let packed: PackedColumns
    /// The radius in the metric's comparable form.
    private let radius: Double

    /// - Parameter rounding: whether pairs are compared by products of rounded rows; by default where that is faster.
    package init(_ data: PreparedRows, radius: Double, rounding: Bool? = nil) {
        self.data = data
        self.radius = radius
        packed = Self.packed(data, radius, rounding)
    }

    private static func packed(_ data: PreparedRows, _ radius: Double, _ rounding: Bool?) -> PackedColumns {
        let packed = data.packedColumns(rounding: rounding)
        if !packed.isRounded || rounding == true || isSharp(packed, data, radius) { return packed }
        return data.packedColumns(rounding: false)
    }

    /// Flags of one row of a tile.
    struct Flags {
        var within = BitRow(count: 256)
        var other = BitRow(count: 256)
    }

    /// Whether rounding leaves few pairs open, by a sample of rows: an exact distance costs as much as rounding saves on some
    /// fifty products.
    private static func isSharp(_ rounded: PackedColumns, _ data: PreparedRows, _ radius: Double) -> Bool {
        guard let sample = data.sampleForRounding() else { return true }
        var open = 0
        data.rows.forEachProductTile(
            of: sample, with: rounded, scratch: { (open: 0, flags: Flags()) },
            epilogue: { tile, scratch in
                for position in tile.rows {
                    let row = Int(sample[position])
                    _ = flagPossible(data, radius, data, row, at: position, in: tile, &scratch.flags)
                    scratch.open += scratch.flags.other.setCount(count: tile.columns.count)
                }
            },
            merge: { open += $0.open })
        return open <= sample.count * data.count / 128
    }

    /// Flags the columns that may be within the radius of query `row`, and as `other` those that products cannot decide.
    @inline(__always)
    private static func flagPossible(
        _ data: PreparedRows, _ radius: Double, _ queries: PreparedRows, _ row: Int, at position: Int,
        in tile: ProductTile, _ flags: inout Flags
    ) -> Int {
        let bound = Double(data.errorBound(queries, row, in: tile, at: position))
        return data.norms.withUnsafeBufferPointer { norms in
            guard let norms = norms.baseAddress else { return 0 }
            return RowKernel.flagWithin(
                tile.products(ofRow: position), rowNorm: queries.norms[row],
                columnNorms: norms + tile.columns.lowerBound, count: tile.columns.count,
                low: Float(radius - bound).nextDown, high: Float(radius + bound).nextUp, within: &flags.within,
                unsure: &flags.other)
        }
    }

    /// Flags the columns of a tile within the radius of query `row`; pairs that products cannot decide are computed exactly.
    ///
    /// - Returns: how many flags of `flags.within` are set.
    @inline(__always)
    func flagNeighbors(_ queries: PreparedRows, _ row: Int, in tile: ProductTile, _ flags: inout Flags) -> Int {
        var found = Self.flagPossible(data, radius, queries, row, at: row, in: tile, &flags)
        guard found > 0 else { return 0 }
        let unsure = flags.other
        unsure.forEachSet(count: tile.columns.count) { j in
            if !(queries.exactComparable(row, data, tile.columns.lowerBound + j) <= radius) {
                flags.within.clear(j)
                found -= 1
            }
        }
        return found
    }

    /// Whether each row has at least `minimum` rows, itself included, within the radius. `[n]`
    ///
    /// - Parameter weights: how much each row counts; 1 when `nil`. Rows of weight 0 are not dense.
    package func rowsWithNeighbors(
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
                        let found = flagNeighbors(data, row, in: tile, &scratch.flags)
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
    package func connectedComponents(progress: ProgressHandler) throws(ClusteringError) -> [Int32] {
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
                    guard flagNeighbors(data, row, in: tile, &scratch.flags) > 0 else { continue }
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
    package func lowestLabel(
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
                        let found = flagNeighbors(queries, row, in: tile, &scratch.flags)
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
