import Tensor

extension KDTree {
    /// Whether each position has at least `minimum` points, its own included, within a radius.
    ///
    /// - Parameter radius: a squared distance.
    func hasPoints(
        _ minimum: Int, within radius: Double, progress: ProgressHandler
    ) throws(ClusteringError) -> [Bool] {
        let watch = Watch(progress, "dense rows", count)
        let leaves = 0..<leafCount
        let found = withAccess { tree in
            parallelMap(leaves.tileCount(size: 32)) { tile -> [Bool] in
                guard !watch.isStopped else { return [] }
                var result: [Bool] = []
                withUnsafeTemporaryAllocation(of: Double.self, capacity: leafCapacity) { room in
                    guard let room = room.baseAddress else { return }
                    for leaf in leaves.tile(tile, size: 32) {
                        for position in tree.positions(ofLeaf: leaf) {
                            var search = Counting(
                                tree: tree, radius: radius, missing: minimum,
                                point: tree.points + position * dimensions, distances: room)
                            search.run(from: firstLeaf + leaf)
                            result.append(search.missing <= 0)
                        }
                    }
                }
                watch.add(result.count)
                return result
            }
        }
        if watch.isStopped { throw .cancelled }
        return Array((found ?? []).joined())
    }
}

/// Counts the points around one point until there are enough.
private struct Counting {
    let tree: KDTree.Access
    let radius: Double
    var missing: Int
    let point: UnsafePointer<Float>
    let distances: UnsafeMutablePointer<Double>

    mutating func run(from leaf: Int) {
        scan(leaf)
        var node = leaf
        while node > 1 && missing > 0 {
            visit(node ^ 1)
            node /= 2
        }
    }

    private mutating func visit(_ node: Int) {
        guard missing > 0, tree.squaredDistance(point, toBox: node) <= radius else { return }
        guard node < tree.firstLeaf else { return scan(node) }
        visit(2 * node)
        visit(2 * node + 1)
    }

    private mutating func scan(_ node: Int) {
        let leaf = node - tree.firstLeaf
        tree.squaredDistances(point, toLeaf: leaf, into: distances)
        // What pads a leaf is infinitely far away.
        for place in 0..<tree.leafCapacity where distances[place] <= radius { missing -= 1 }
    }
}
