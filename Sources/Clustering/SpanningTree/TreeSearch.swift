import Tensor

/// A spanning forest on its way to the minimum spanning tree; ``MutualReachabilityTree`` says how.
struct TreeSearch {
    let data: PreparedRows
    /// Core distances in the metric's comparable form. `[n]`
    let cores: [Double]
    /// The edges found so far, ascending.
    private(set) var tree: [TreeEdge]
    /// Whether pairs are compared by products of rounded rows.
    private var isRounding: Bool

    /// - Parameter rounding: whether rows are rounded; by default where that is faster.
    init(_ data: PreparedRows, cores: [Double], tree: [TreeEdge], rounding: Bool? = nil) {
        self.data = data
        self.cores = cores
        self.tree = tree
        isRounding = data.rounds(rounding)
    }

    private func weight(_ a: Int32, _ b: Int32) -> Double {
        max(data.exactComparable(Int(a), data, Int(b)), cores[Int(a)], cores[Int(b)])
    }

    private func edge(_ a: Int32, _ b: Int32) -> TreeEdge {
        TreeEdge(a: min(a, b), b: max(a, b), weight: weight(a, b))
    }

    private mutating func add(_ edges: [TreeEdge]) {
        tree = (tree + edges).minimumSpanningForest(count: data.count)
    }

    // MARK: Connecting

    /// Joins the components: one row of each by the edge to its nearest row elsewhere, until there is one component.
    mutating func connect(_ progress: ProgressHandler) throws(ClusteringError) {
        guard tree.count < data.count - 1 else { return }
        let packed = PackedColumns(rowsOf: data.rows)
        while tree.count < data.count - 1 {
            var sets = DisjointSets(count: data.count)
            for edge in tree { sets.join(edge.a, edge.b) }
            let components = sets.numbered()
            // The densest row of each component, the lowest among equals.
            var representatives = [Int32](repeating: -1, count: data.count - tree.count)
            for row in 0..<Int32(data.count) {
                let current = representatives[Int(components[Int(row)])]
                if current < 0 || cores[Int(row)] < cores[Int(current)] {
                    representatives[Int(components[Int(row)])] = row
                }
            }
            let nearest = try nearestElsewhere(representatives, components, packed, progress)
            add(zip(representatives, nearest).map { edge($0, $1) })
        }
    }

    /// For each of some rows, a nearest row of another component, by products.
    private func nearestElsewhere(
        _ rows: [Int32], _ components: [Int32], _ packed: PackedColumns, _ progress: ProgressHandler
    ) throws(ClusteringError) -> [Int32] {
        let watch = Watch(progress, "connecting components", rows.count)
        let floors = cores.map { Float($0) }
        let found = [Int32](unsafeUninitializedCapacity: rows.count) { buffer, initialized in
            nonisolated(unsafe) let target = buffer
            data.rows.forEachProductTile(
                of: rows, with: packed, values: data.tileValues(with: data),
                scratch: { [(distance: Float, row: Int32)](repeating: (.infinity, -1), count: Matrix.productTileRows) },
                start: { positions, best in for index in 0..<positions.count { best[index] = (.infinity, -1) } },
                isNeeded: { _, _, _ in !watch.isStopped },
                epilogue: { tile, best in
                    for position in tile.rows {
                        let row = Int(rows[position])
                        let values = tile.products(ofRow: position)
                        var nearest = best[position - tile.rows.lowerBound]
                        for (offset, column) in tile.columns.enumerated() where components[column] != components[row] {
                            let distance = max(
                                floors[column], data.norms[row] + data.norms[column] - 2 * values[offset])
                            if distance < nearest.distance || nearest.row < 0 { nearest = (distance, Int32(column)) }
                        }
                        best[position - tile.rows.lowerBound] = nearest
                    }
                },
                finish: { positions, best in
                    for position in positions {
                        target.initializeElement(at: position, to: best[position - positions.lowerBound].row)
                    }
                    watch.add(positions.count)
                })
            initialized = rows.count
        }
        if watch.isStopped { throw .cancelled }
        return found
    }

    // MARK: Verifying

    /// The first waves are small: they find what makes the later ones quick.
    private static let firstWave = 8
    private static let largestWave = 1 << 12

    /// Compares all pairs with the tree, and makes it the minimum spanning tree.
    mutating func verify(_ progress: ProgressHandler) throws(ClusteringError) {
        let pairs = data.count * (data.count - 1) / 2
        let watch = Watch(progress, "checking pairs", max(1, pairs))
        var isDone = [Bool](repeating: false, count: data.count)
        var left = data.count
        var size = Self.firstWave
        while left > 1 {
            let order = LeafOrder(LeafOrder(count: data.count, tree: tree)) { !isDone[Int($0)] }
            let wave = min(size, left)
            // Rows spread over the order, and with it over all clusters.
            let positions = (0..<wave).map { Int32($0 * left / wave) }
            let (shorter, looked) = shorterPairs(of: positions, in: order, watch)
            if watch.isStopped { throw .cancelled }
            // An exact distance costs as much as rounding saves on some fifty products.
            if looked - shorter.count > wave * left / 128 { isRounding = false }
            if !shorter.isEmpty { add(shorter) }
            for position in positions { isDone[Int(order.rows[Int(position)])] = true }
            left -= wave
            size = min(size * 8, Self.largestWave)
        }
    }

    /// What a thread needs for a tile of rows.
    private struct Scratch {
        var parts: [Float]
        var own = [Float](repeating: 0, count: BottleneckLimits.block)
        var flags = BitRow(count: BottleneckLimits.block)
        var found: [TreeEdge] = []
        /// How many pairs were compared exactly.
        var looked = 0
    }

    /// The pairs of the rows at some positions with the rows of the order that are nearer to each other than the tree
    /// joins them; and how many had to be compared exactly.
    private func shorterPairs(
        of positions: [Int32], in order: LeafOrder, _ watch: Watch
    ) -> (edges: [TreeEdge], looked: Int) {
        let limits = BottleneckLimits(order)
        let packed: PackedColumns
        let values: TileValues
        if isRounding {
            packed = data.roundedColumns(order.rows)
            values = .products
        } else {
            let ordered = data.gathering(order.rows.map { Int($0) })
            packed = PackedColumns(rowsOf: ordered.rows)
            values = data.tileValues(with: ordered)
        }
        let norms = order.rows.map { data.norms[Int($0)] }
        // Rounded down, as limits are rounded up.
        let floors = order.rows.map { Float(cores[Int($0)]).nextDown }
        var isInWave = [Bool](repeating: false, count: order.rows.count)
        for position in positions { isInWave[Int(position)] = true }
        let tileCount = (0..<positions.count).tileCount(size: Matrix.productTileRows)
        var found = [[TreeEdge]](repeating: [], count: tileCount)
        var looked = 0
        found.withUnsafeMutableBufferPointer { found in
            nonisolated(unsafe) let found = found
            data.rows.forEachProductTile(
                of: positions.map { order.rows[Int($0)] }, with: packed, values: values,
                scratch: {
                    Scratch(parts: [Float](repeating: 0, count: limits.blockCount * Matrix.productTileRows))
                },
                start: { range, scratch in
                    scratch.found = []
                    scratch.parts.withUnsafeMutableBufferPointer { parts in
                        guard let parts = parts.baseAddress else { return }
                        for index in range {
                            limits.parts(
                                ofRowAt: Int(positions[index]),
                                into: parts + (index - range.lowerBound) * limits.blockCount)
                        }
                    }
                },
                isNeeded: { _, _, _ in !watch.isStopped },
                epilogue: { tile, scratch in
                    let (first, count) = (tile.columns.lowerBound, tile.columns.count)
                    for index in tile.rows {
                        let position = Int(positions[index])
                        let row = order.rows[position]
                        let rowNorm = norms[position] - data.errorBound(data, Int(row), in: tile, at: index)
                        scratch.parts.withUnsafeBufferPointer { parts in
                            norms.withUnsafeBufferPointer { norms in
                                floors.withUnsafeBufferPointer { floors in
                                    guard let parts = parts.baseAddress, let norms = norms.baseAddress,
                                        let floors = floors.baseAddress
                                    else { return }
                                    limits.withLimits(
                                        of: first / BottleneckLimits.block, forRowAt: position,
                                        parts: parts + (index - tile.rows.lowerBound) * limits.blockCount,
                                        own: &scratch.own
                                    ) { columnLimits, part in
                                        let any = RowKernel.belowLimits(
                                            tile.products(ofRow: index), rowNorm: rowNorm, columnNorms: norms + first,
                                            cores: floors + first, core: floors[position], limit: part,
                                            limits: columnLimits, count: count, flags: &scratch.flags)
                                        guard any > 0 else { return }
                                        scratch.looked += any
                                        scratch.flags.forEachSet(count: count) { offset in
                                            let other = first + offset
                                            if other == position || (isInWave[other] && other < position) { return }
                                            let edge = edge(row, order.rows[other])
                                            // What is not below is longer than all of the way through the tree.
                                            if edge.weight < Double(max(part, columnLimits[offset])) {
                                                scratch.found.append(edge)
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                },
                finish: { range, scratch in
                    found[range.lowerBound / Matrix.productTileRows] = scratch.found
                    watch.add(range.count * (order.rows.count - positions.count) + range.count * positions.count / 2)
                },
                merge: { looked += $0.looked })
        }
        return (Array(found.joined()), looked)
    }
}
