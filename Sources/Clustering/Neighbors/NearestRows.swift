import Tensor

/// Exact nearest rows by blocked products.
///
/// Products choose some candidates more than are asked for; distances in double precision put them in order. Where the
/// error bound of the products leaves it open whether a row beyond the candidates is nearer, the query looks through all
/// rows once more. Products are those of rounded rows where that is faster; queries that these leave open have their turn
/// with floats.
package struct NearestRows: Sendable {
    let data: PreparedRows
    private let packed: PackedColumns

    /// - Parameter rounding: whether rows are rounded; by default where that is faster.
    package init(_ data: PreparedRows, rounding: Bool? = nil) {
        self.data = data
        packed = data.packedColumns(rounding: rounding)
    }

    /// The k nearest rows of each query; optionally without row i as a neighbour of query i.
    ///
    /// - Precondition: there are k such rows.
    /// - Complexity: O(m · n · d) time, O(m · k) memory.
    package func nearest(
        _ k: Int, to queries: PreparedRows, excludingSelf: Bool, progress: ProgressHandler
    ) throws(ClusteringError) -> NeighborLists {
        precondition(k <= data.count - (excludingSelf ? 1 : 0), "\(k) neighbours among \(data.count) rows")
        var lists = NeighborLists(
            k: k, indices: [Int32](repeating: 0, count: queries.count * k),
            comparables: [Double](repeating: 0, count: queries.count * k))
        guard k > 0 else { return lists }
        let watch = Watch(progress, "nearest neighbours", queries.count)
        var (floats, left) = (packed, [Int32]?.none)
        if packed.isRounded {
            if try roundingHelps(&lists, queries, excludingSelf, watch) {
                let open = try choose(nil, with: packed, &lists, queries, excludingSelf, watch)
                if open.isEmpty { return lists }
                left = open
            }
            floats = data.packedColumns(rounding: false)
        }
        let open = try choose(left, with: floats, &lists, queries, excludingSelf, watch)
        if !open.isEmpty { try chooseAgain(open, with: floats, &lists, queries, excludingSelf, progress) }
        return lists
    }

    /// Whether products of rounded rows are sharp enough for most queries, by a sample of them.
    private func roundingHelps(
        _ lists: inout NeighborLists, _ queries: PreparedRows, _ excludingSelf: Bool, _ watch: Watch
    ) throws(ClusteringError) -> Bool {
        guard let sample = queries.sampleForRounding() else { return true }
        return try choose(sample, with: packed, &lists, queries, excludingSelf, watch).count <= sample.count / 4
    }

    /// A candidate in the order that counts.
    private struct Candidate {
        var comparable: Double
        var index: Int32
        static func < (a: Candidate, b: Candidate) -> Bool { (a.comparable, a.index) < (b.comparable, b.index) }
    }

    /// What a thread collects for a tile of queries.
    private struct Collected {
        var best: [Float]
        var indices: [Int32]
        /// How far each row's distances by products may be from the exact ones.
        var bounds = [Float](repeating: 0, count: Matrix.productTileRows)
        var exact: [Candidate] = []

        init(kept: Int) {
            best = [Float](repeating: 0, count: kept * Matrix.productTileRows)
            indices = [Int32](repeating: 0, count: kept * Matrix.productTileRows)
        }
    }

    /// Fills the lists of some queries, by default all, from the nearest rows by products; gives those whose lists may be
    /// wrong, ascending.
    private func choose(
        _ selection: [Int32]?, with packed: PackedColumns, _ lists: inout NeighborLists, _ queries: PreparedRows,
        _ excludingSelf: Bool, _ watch: Watch
    ) throws(ClusteringError) -> [Int32] {
        let k = lists.k
        let kept = min(k + (excludingSelf ? 1 : 0) + max(8, k / 4), data.count)
        var isOpen = [Bool](repeating: false, count: queries.count)
        lists.withTargets { indices, comparables in
            isOpen.withUnsafeMutableBufferPointer { isOpen in
                data.norms.withUnsafeBufferPointer { norms in
                    nonisolated(unsafe) let (indices, comparables, isOpen) = (indices, comparables, isOpen)
                    nonisolated(unsafe) let columnNorms = norms
                    queries.rows.forEachProductTile(
                        of: selection, with: packed, values: queries.tileValues(with: data),
                        scratch: { Collected(kept: kept) },
                        start: { rows, scratch in
                            for place in 0..<rows.count * kept {
                                scratch.best[place] = .infinity
                                scratch.indices[place] = .max
                            }
                        },
                        isNeeded: { _, _, _ in !watch.isStopped },
                        epilogue: { tile, scratch in
                            guard let norms = columnNorms.baseAddress else { return }
                            let (first, count) = (tile.columns.lowerBound, tile.columns.count)
                            scratch.best.withUnsafeMutableBufferPointer { best in
                                scratch.indices.withUnsafeMutableBufferPointer { found in
                                    guard let best = best.baseAddress, let found = found.baseAddress else { return }
                                    for position in tile.rows {
                                        let slot = position - tile.rows.lowerBound
                                        let row = selection.map { Int($0[position]) } ?? position
                                        let place = slot * kept
                                        scratch.bounds[slot] = data.errorBound(queries, row, in: tile, at: position)
                                        RowKernel.collectNearest(
                                            tile.products(ofRow: position), rowNorm: queries.norms[row],
                                            columnNorms: norms + first, count: count, first: first, kept: kept,
                                            best: best + place, indices: found + place)
                                    }
                                }
                            }
                        },
                        finish: { rows, scratch in
                            guard !watch.isStopped else { return }
                            for position in rows {
                                let slot = position - rows.lowerBound
                                let (start, bound) = (slot * kept, scratch.bounds[slot])
                                let row = selection.map { Int($0[position]) } ?? position
                                scratch.exact.removeAll(keepingCapacity: true)
                                var farthest = -Double.infinity
                                for place in start..<start + kept {
                                    let index = scratch.indices[place]
                                    if index == .max || (excludingSelf && Int(index) == row) { continue }
                                    // No row from here on is nearer than all of the first k.
                                    if scratch.exact.count >= k,
                                        Double((scratch.best[place] - bound).nextDown) > farthest
                                    {
                                        break
                                    }
                                    scratch.exact.append(
                                        Candidate(
                                            comparable: queries.exactComparable(row, data, Int(index)), index: index))
                                    if scratch.exact.count <= k {
                                        farthest = max(farthest, scratch.exact[scratch.exact.count - 1].comparable)
                                    }
                                }
                                scratch.exact.sort(by: <)
                                for (place, candidate) in scratch.exact.prefix(k).enumerated() {
                                    indices[row * k + place] = candidate.index
                                    comparables[row * k + place] = candidate.comparable
                                }
                                // Rows beyond the candidates are at least this far away.
                                let beyond = scratch.best[start + kept - 1] - bound
                                let isCertain =
                                    kept == data.count || comparables[row * k + k - 1] < Double(beyond.nextDown)
                                isOpen[row] = !isCertain
                            }
                            if selection == nil { watch.add(rows.count) }
                        })
                }
            }
        }
        if watch.isStopped { throw .cancelled }
        return isOpen.indices.filter { isOpen[$0] }.map { Int32($0) }
    }

    /// Fills the lists of some queries by looking at every row that may be nearer than the last of the list.
    private func chooseAgain(
        _ open: [Int32], with packed: PackedColumns, _ lists: inout NeighborLists, _ queries: PreparedRows,
        _ excludingSelf: Bool,
        _ progress: ProgressHandler
    ) throws(ClusteringError) {
        let k = lists.k
        let watch = Watch(progress, "neighbours at nearly equal distances", open.count)
        let rowSlots = Matrix.productTileRows
        lists.withTargets { indices, comparables in
            data.norms.withUnsafeBufferPointer { norms in
                nonisolated(unsafe) let (indices, comparables, columnNorms) = (indices, comparables, norms)
                queries.rows.forEachProductTile(
                    of: open, with: packed, values: queries.tileValues(with: data),
                    scratch: {
                        (
                            best: [[Candidate]](repeating: [], count: rowSlots), near: BitRow(count: 256),
                            lost: BitRow(count: 256)
                        )
                    },
                    start: { rows, scratch in
                        for index in 0..<rows.count { scratch.best[index].removeAll(keepingCapacity: true) }
                    },
                    isNeeded: { _, _, _ in !watch.isStopped },
                    epilogue: { tile, scratch in
                        guard let norms = columnNorms.baseAddress else { return }
                        let (first, count) = (tile.columns.lowerBound, tile.columns.count)
                        for position in tile.rows {
                            let row = Int(open[position])
                            let values = tile.products(ofRow: position)
                            _ = RowKernel.squaredDistances(
                                values, rowNorm: queries.norms[row], columnNorms: norms + first, count: count,
                                relative: 0, lost: &scratch.lost)
                            let bound = Double(data.errorBound(queries, row, in: tile, at: position))
                            let slot = position - tile.rows.lowerBound
                            // What is known so far is an upper bound of the k-th distance.
                            var limit = comparables[row * k + k - 1]
                            if scratch.best[slot].count == k {
                                limit = min(limit, scratch.best[slot][k - 1].comparable)
                            }
                            guard
                                RowKernel.atMost(
                                    Float(limit + bound).nextUp, values, count: count, flags: &scratch.near) > 0
                            else { continue }
                            let near = scratch.near
                            near.forEachSet(count: count) { j in
                                let index = Int32(first + j)
                                if excludingSelf && Int(index) == row { return }
                                let candidate = Candidate(
                                    comparable: queries.exactComparable(row, data, Int(index)), index: index)
                                Self.insert(candidate, into: &scratch.best[slot], atMost: k)
                            }
                        }
                    },
                    finish: { positions, scratch in
                        guard !watch.isStopped else { return }
                        for position in positions {
                            let row = Int(open[position])
                            for (place, found) in scratch.best[position - positions.lowerBound].enumerated() {
                                indices[row * k + place] = found.index
                                comparables[row * k + place] = found.comparable
                            }
                        }
                        watch.add(positions.count)
                    })
            }
        }
        if watch.isStopped { throw .cancelled }
    }

    private static func insert(_ candidate: Candidate, into list: inout [Candidate], atMost k: Int) {
        if list.count == k {
            guard let last = list.last, candidate < last else { return }
            list.removeLast()
        }
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if list[middle] < candidate { low = middle + 1 } else { high = middle }
        }
        list.insert(candidate, at: low)
    }
}

extension NeighborLists {
    /// Where lists are written, by several threads at once.
    mutating func withTargets(
        _ body: (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Double>) -> Void
    ) {
        indices.withUnsafeMutableBufferPointer { indices in
            comparables.withUnsafeMutableBufferPointer { comparables in
                guard let indices = indices.baseAddress, let comparables = comparables.baseAddress else { return }
                body(indices, comparables)
            }
        }
    }
}
