import Tensor

/// The nearest centroid of each row, followed while the centroids move.
///
/// The score of centroid c for row x is ½‖c‖² − x·c, smallest for the nearest. A ``NearestScreen`` finds it by products of
/// whole numbers. Rows that it leaves in doubt are compared by fused products in single precision, reduced while their tile
/// is in the cache; and where the best two are closer than rounding can tell there, too, the row is decided by distances
/// in double precision, and exact ties by the lower centroid. So labels are always those of distances in double precision.
///
/// The best two scores also bound the distances to the own and to every other centroid. When centroids move, the bounds
/// move with them, and only rows whose bounds cross are looked at again, gathered into blocks. The labels are those of
/// looking at all rows.
///
/// - Reference: Hamerly, "Making k-means even faster", SDM 2010, doi:10.1137/1.9781611972801.12.
struct KMeansAssignment {
    /// The nearest centroid of each row. `[n]`
    private(set) var labels: [Int32]
    /// At least the distance to the own centroid. `[n]`
    private var upper: [Float]
    /// At most the distance to any other centroid. `[n]`
    private var lower: [Float]
    private let data: PreparedRows
    private var centroids: Matrix
    /// Whether whole numbers tell most rows apart.
    private var screens: Bool

    /// The nearest of the given centroids, which stay.
    ///
    /// - Parameter screens: whether rows are first looked at in whole numbers, which changes no label.
    init(_ data: PreparedRows, centroids: Matrix, screens: Bool = true) {
        self.init(unlabelled: data, centroids: centroids, screens: screens, moves: false)
        _ = assign(after: nil, addsUp: false)
    }

    /// The nearest of the given centroids, which may move, and the sums of their rows.
    init(_ data: PreparedRows, centroids: Matrix, sums: inout ClusterSums) {
        self.init(unlabelled: data, centroids: centroids, screens: true, moves: true)
        let changes = assign(after: nil, addsUp: sums.takesParts)
        if sums.takesParts { sums.update(with: changes, labels: labels) } else { sums.recompute(labels) }
    }

    /// - Parameter moves: whether the centroids will move: without that, bounds are not kept.
    private init(unlabelled data: PreparedRows, centroids: Matrix, screens: Bool, moves: Bool) {
        self.data = data
        self.centroids = centroids
        self.screens = screens
        labels = [Int32](repeating: -1, count: data.count)
        upper = [Float](repeating: .infinity, count: moves ? data.count : 0)
        lower = [Float](repeating: 0, count: moves ? data.count : 0)
    }

    /// Moves the centroids; rows follow, and the sums of clusters.
    ///
    /// - Returns: whether any label changed.
    mutating func move(to next: Matrix, sums: inout ClusterSums) -> Bool {
        let movements = Movements(from: centroids, to: next)
        centroids = next
        let changes = assign(after: movements, addsUp: sums.takesParts)
        sums.update(with: changes, labels: labels)
        return !changes.isEmpty
    }

    /// Rows are taken in tiles of a multiple of this many, up to ``tileLimit``: the rows of a tile are asked for ahead of
    /// their use, but for the first.
    private static let tileRows = 2048
    private static let tileLimit = 8192

    /// How far centroids moved.
    private struct Movements {
        /// Of each, rounded up. `[k]`
        let distances: [Float]
        /// The one that moved most.
        let farthest: Int
        /// How far the others moved at most.
        let next: Float

        init(from before: Matrix, to after: Matrix) {
            let columns = before.columns
            let distances = before.withUnsafeBufferPointer { a in
                after.withUnsafeBufferPointer { b in
                    (0..<before.rows).map { row -> Float in
                        guard let a = a.baseAddress, let b = b.baseAddress else { return 0 }
                        let square = RowKernel.squaredDistance(a + row * columns, b + row * columns, count: columns)
                        return Float(square.squareRoot() * (1 + 1e-6)).nextUp
                    }
                }
            }
            let farthest = distances.indices.max { distances[$0] < distances[$1] } ?? 0
            next = distances.indices.filter { $0 != farthest }.map { distances[$0] }.max() ?? 0
            self.distances = distances
            self.farthest = farthest
        }
    }

    /// Finds the nearest centroids of all rows, or, after the centroids moved, of those whose bounds cross.
    ///
    /// - Parameter addsUp: whether rows that change their label are added up while they are in the cache.
    /// - Returns: the rows whose label changed; where they are not added up, without those that had none.
    private mutating func assign(after movements: Movements?, addsUp: Bool) -> LabelChanges {
        guard data.count > 0 else { return LabelChanges() }
        let scorer = CentroidScorer(data, centroids)
        let screen = screens ? scorer.screen : nil
        // Parts of about equal size, by the number of rows only.
        let size = (0..<data.count).tileCount(size: Self.tileRows * Self.partLimit) * Self.tileRows
        let parts = withRowState { [data, centroids] state in
            parallelMap((0..<data.count).tileCount(size: size), scratch: { Scratch(depth: data.rows.columns) }) {
                index, scratch in
                var part = Part()
                part.changes.isFirst = movements == nil
                if addsUp { part.changes.moved = MovedRows(count: centroids.rows, depth: centroids.columns) }
                let rows = (0..<data.count).tile(index, size: size)
                for tile in 0..<rows.tileCount(size: Self.tileLimit) {
                    let count = scratch.choose(rows.tile(tile, size: Self.tileLimit), state, movements)
                    scratch.look(count, state, scorer, screen, &part)
                }
                return part
            }
        }
        let open = parts.flatMap(\.open)
        if open.count * 2 > max(parts.reduce(0) { $0 + $1.seen }, Self.tileRows) { screens = false }
        let before = open.map { labels[Int($0)] }
        compare(open.count == data.count ? nil : open, scorer)
        var changes = LabelChanges(merging: parts.map(\.changes))
        if addsUp || movements != nil {
            for (row, label) in zip(open, before) where labels[Int(row)] != label { changes.append(row, label) }
        }
        return changes
    }

    /// Rows are divided into this many parts at most.
    private static let partLimit = 128

    /// The most bytes that the sums of parts take.
    static func partBytes(rows: Int, sums count: Int) -> Int {
        count > ClusterSums.partSize ? 0 : min(partLimit, (0..<rows).tileCount(size: tileRows)) * count * 8
    }

    /// What came of some tiles.
    private struct Part {
        /// How many rows were looked at.
        var seen = 0
        /// The rows that are left to products of floats.
        var open: [Int32] = []
        var changes = LabelChanges()
    }

    /// What is known of each row, for threads that write to rows of their own.
    private struct RowState: @unchecked Sendable {
        let labels: UnsafeMutablePointer<Int32>
        /// Without them, bounds are not kept.
        let upper, lower: UnsafeMutablePointer<Float>?
    }

    private mutating func withRowState<R>(_ body: (RowState) -> R) -> R {
        labels.withUnsafeMutableBufferPointer { labels in
            upper.withUnsafeMutableBufferPointer { upper in
                lower.withUnsafeMutableBufferPointer { lower in
                    guard let labels = labels.baseAddress else { preconditionFailure("an array without memory") }
                    return body(
                        RowState(
                            labels: labels, upper: upper.isEmpty ? nil : upper.baseAddress,
                            lower: lower.isEmpty ? nil : lower.baseAddress))
                }
            }
        }
    }

    /// What a thread works with.
    private struct Scratch {
        /// The rows to look at.
        var rows = [Int32](repeating: 0, count: KMeansAssignment.tileLimit)
        let found: NearestScreen.Rows
        /// Those of a group whose label changed, and what it was.
        private var changed = [Int32](repeating: 0, count: NearestScreen.rowCount)
        private var previous = [Int32](repeating: 0, count: NearestScreen.rowCount)

        init(depth: Int) { found = NearestScreen.Rows(depth: depth) }

        /// Puts those of a tile into ``rows`` that are to be looked at.
        ///
        /// - Returns: how many those are.
        mutating func choose(_ tile: Range<Int>, _ state: RowState, _ movements: Movements?) -> Int {
            guard let movements, let upper = state.upper, let lower = state.lower else {
                for position in 0..<tile.count { rows[position] = Int32(tile.lowerBound + position) }
                return tile.count
            }
            return RowKernel.loosenBounds(
                state.labels + tile.lowerBound, count: tile.count, movements: movements.distances,
                farthest: movements.farthest, most: movements.distances[movements.farthest], next: movements.next,
                upper: upper + tile.lowerBound, lower: lower + tile.lowerBound, first: tile.lowerBound,
                into: &rows)
        }

        /// Finds the nearest centroids of the first `count` of ``rows`` where whole numbers tell them.
        mutating func look(
            _ count: Int, _ state: RowState, _ scorer: CentroidScorer, _ screen: NearestScreen?, _ part: inout Part
        ) {
            part.seen += count
            guard let screen else {
                part.open += rows.prefix(count)
                return
            }
            rows.withUnsafeBufferPointer { rows in
                guard let start = rows.baseAddress else { return }
                for first in stride(from: 0, to: count, by: NearestScreen.rowCount) {
                    let (indices, group) = (start + first, min(NearestScreen.rowCount, count - first))
                    let expected = min(NearestScreen.rowCount, count - first - group)
                    scorer.find(indices, count: group, expected: expected, by: screen, into: found)
                    // Bounds of rows in doubt are overwritten when those are decided.
                    if !scorer.boundsHold { found.dropBounds(group) }
                    let changedCount = found.settle(
                        indices, count: group, labels: state.labels, upper: state.upper, lower: state.lower,
                        changed: &changed, previous: &previous)
                    part.changes.append(changed, previous, count: changedCount, scorer.elements, state.labels)
                    found.forEachDoubtful { part.open.append(indices[$0]) }
                }
            }
        }
    }

    /// Finds the nearest centroids of some rows, or of all, by products of floats.
    private mutating func compare(_ selection: [Int32]?, _ scorer: CentroidScorer) {
        guard selection?.isEmpty != true else { return }
        let data = data
        labels.withUnsafeMutableBufferPointer { labels in
            upper.withUnsafeMutableBufferPointer { upper in
                lower.withUnsafeMutableBufferPointer { lower in
                    nonisolated(unsafe) let (labels, upper, lower) = (labels, upper, lower)
                    data.rows.forEachProductTile(
                        of: selection, with: PackedColumns(rowsOf: centroids),
                        scratch: { [RowKernel.Best](repeating: .init(), count: Matrix.productTileRows) },
                        start: { rows, best in for index in 0..<rows.count { best[index] = .init() } },
                        epilogue: { tile, best in tile.updateBest(&best, offsets: scorer.offsets) },
                        finish: { rows, best in
                            for position in rows {
                                let row = selection.map { Int($0[position]) } ?? position
                                let found = scorer.nearest(of: row, best[position - rows.lowerBound])
                                labels[row] = found.label
                                guard !upper.isEmpty else { continue }
                                upper[row] = found.upper
                                lower[row] = found.lower
                            }
                        })
                }
            }
        }
    }
}
