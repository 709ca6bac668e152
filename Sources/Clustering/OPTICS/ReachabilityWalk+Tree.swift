import Tensor

extension ReachabilityWalk {
    /// The walk over a k-d tree.
    ///
    /// Each row that the walk has come to holds on to the open row that it reaches at the least distance. The least of all
    /// comes next; whoever held on to that one, too, looks for another when its turn comes. A copy of the row from which
    /// it is reached would never be first.
    ///
    /// - Parameters:
    ///   - tree: over the rows.
    ///   - cores: squared core distances; ∞ for rows that reach none.
    ///   - radius: squared; rows farther away are not reached.
    ///   - progress: is told how far the work is, and can stop it.
    /// - Complexity: O(n · log n) for data that few dimensions describe well, O(n) memory.
    init(_ tree: KDTree, cores: [Double], radius: Double, progress: ProgressHandler) throws(ClusteringError) {
        var walk = ReachabilityWalk(count: tree.count)
        let isComplete = tree.withAccess { access in
            withUnsafeTemporaryAllocation(of: Double.self, capacity: access.leafCapacity) { room in
                room.baseAddress.map {
                    walk.run(over: access, OpenPoints(tree), cores, radius, distances: $0, progress)
                }
            }
        }
        guard isComplete == true else { throw .cancelled }
        self = walk
    }

    /// What a row that the walk has come to reaches at the least distance; of equals the lowest row.
    private struct Reach {
        let distance: Double
        let row: Int32
        /// When the walk came to the row from which it is reached.
        let step: Int32
    }

    /// - Returns: whether it came to the end.
    private mutating func run(
        over tree: KDTree.Access, _ points: OpenPoints, _ cores: [Double], _ radius: Double,
        distances: UnsafeMutablePointer<Double>, _ progress: ProgressHandler
    ) -> Bool {
        var points = points
        var reaches = MinimumHeap<Reach> { ($0.distance, $0.row, $0.step) < ($1.distance, $1.row, $1.step) }
        var searches = 0
        while ordering.count < tree.count {
            if searches % 256 == 0, !progress.advance("reachability", ordering.count, of: tree.count) { return false }
            searches += 1
            let (step, row): (Int, Int)
            if let reach = reaches.first, !points.isOpen(reach.row) {
                _ = reaches.removeFirst()
                step = Int(reach.step)
                row = ordering[step]
            } else {
                let reach = reaches.first
                row = Int(reach?.row ?? points.lowest[1])
                step = ordering.count
                append(row)
                points.close(Int32(row), tree)
                if let reach {
                    let origin = ordering[Int(reach.step)]
                    _ = self.reach(row, from: origin, at: reach.distance)
                    if points.coincide(row, origin, tree) { continue }
                }
            }
            guard cores[row].isFinite else { continue }
            var search = NearestOpen(
                tree: tree, points: points, distances: distances, point: points.point(row, tree), core: cores[row],
                distance: radius)
            search.run(from: tree.firstLeaf + Int(points.leaves[row]))
            if search.row < .max {
                reaches.insert(Reach(distance: search.distance, row: search.row, step: Int32(step)))
            }
        }
        _ = progress.advance("reachability", tree.count, of: tree.count)
        return true
    }
}

/// The points of a tree that the walk has not come to.
private struct OpenPoints {
    /// Where each row's point is. `[n]`
    private(set) var positions: [Int32]
    /// The leaf of each row. `[n]`
    private(set) var leaves: [Int32]
    /// At each position its row, or, where the walk has been, the greatest number. `[n]`
    private(set) var rows: [Int32]
    /// Under each node the lowest of ``rows``. `[nodes]`
    private(set) var lowest: [Int32]

    init(_ tree: KDTree) {
        rows = tree.rows
        positions = [Int32](repeating: 0, count: tree.count)
        leaves = positions
        lowest = [Int32](repeating: .max, count: 2 * tree.leafCount)
        for leaf in 0..<tree.leafCount {
            for position in Int(tree.starts[leaf])..<Int(tree.starts[leaf + 1]) {
                let row = Int(tree.rows[position])
                (positions[row], leaves[row]) = (Int32(position), Int32(leaf))
                lowest[tree.firstLeaf + leaf] = min(lowest[tree.firstLeaf + leaf], tree.rows[position])
            }
        }
        for node in (1..<tree.firstLeaf).reversed() { lowest[node] = min(lowest[2 * node], lowest[2 * node + 1]) }
    }

    func isOpen(_ row: Int32) -> Bool { rows[Int(positions[Int(row)])] == row }

    func point(_ row: Int, _ tree: KDTree.Access) -> UnsafePointer<Float> {
        tree.points + Int(positions[row]) * tree.dimensions
    }

    func coincide(_ a: Int, _ b: Int, _ tree: KDTree.Access) -> Bool {
        let (a, b) = (point(a, tree), point(b, tree))
        return (0..<tree.dimensions).allSatisfy { a[$0] == b[$0] }
    }

    mutating func close(_ row: Int32, _ tree: KDTree.Access) {
        rows[Int(positions[Int(row)])] = .max
        let leaf = Int(leaves[Int(row)])
        var node = tree.firstLeaf + leaf
        guard lowest[node] == row else { return }
        lowest[node] = tree.positions(ofLeaf: leaf).reduce(Int32.max) { min($0, rows[$1]) }
        while node > 1, lowest[node / 2] == row {
            node /= 2
            lowest[node] = min(lowest[2 * node], lowest[2 * node + 1])
        }
    }
}

/// A point's search for the open row that it reaches at the least distance.
private struct NearestOpen {
    let tree: KDTree.Access
    let points: OpenPoints
    let distances: UnsafeMutablePointer<Double>
    let point: UnsafePointer<Float>
    /// Nothing is reached at less.
    let core: Double
    /// That of the row found; before, the greatest allowed.
    var distance: Double
    /// The lowest row at that distance.
    var row = Int32.max

    mutating func run(from leaf: Int) {
        visit(leaf, from: 0)
        var node = leaf
        while node > 1 {
            let sibling = node ^ 1
            if points.lowest[sibling] < .max { visit(sibling, from: tree.squaredDistance(point, toBox: sibling)) }
            node /= 2
        }
    }

    /// - Parameter distance: from the point to the node's box.
    private mutating func visit(_ node: Int, from distance: Double) {
        guard precedes(distance, points.lowest[node]) else { return }
        guard node < tree.firstLeaf else { return scan(node - tree.firstLeaf) }
        let (left, right) = (2 * node, 2 * node + 1)
        let (toLeft, toRight) = (
            tree.squaredDistance(point, toBox: left), tree.squaredDistance(point, toBox: right)
        )
        // What comes first is likely where it may.
        if (max(toLeft, core), points.lowest[left]) < (max(toRight, core), points.lowest[right]) {
            visit(left, from: toLeft)
            visit(right, from: toRight)
        } else {
            visit(right, from: toRight)
            visit(left, from: toLeft)
        }
    }

    private mutating func scan(_ leaf: Int) {
        tree.squaredDistances(point, toLeaf: leaf, into: distances)
        for (place, position) in tree.positions(ofLeaf: leaf).enumerated()
        where precedes(distances[place], points.rows[position]) {
            (distance, row) = (max(distances[place], core), points.rows[position])
        }
    }

    /// Whether a row so far away comes before the one found.
    @inline(__always)
    private func precedes(_ distance: Double, _ row: Int32) -> Bool {
        let distance = max(distance, core)
        return distance < self.distance ? row < .max : distance == self.distance && row < self.row
    }
}
