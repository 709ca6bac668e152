import Tensor

extension KDTree {
    /// Whether each position has at least `minimum` points, its own included, within a radius.
    ///
    /// - Parameters:
    ///   - minimum: how many there must be.
    ///   - radius: a squared distance.
    ///   - weights: how much each row counts; 1 when `nil`. A point of weight 0 itself has none.
    ///   - progress: is told how far the work is, and can stop it.
    func hasPoints(
        _ minimum: Int, within radius: Double, weights: [Double]? = nil, progress: ProgressHandler
    ) throws(ClusteringError) -> [Bool] {
        let weights = weights.map { weights in rows.map { weights[Int($0)] } }
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
                                tree: tree, radius: radius, minimum: Double(minimum), weights: weights,
                                point: tree.points + position * dimensions, distances: room)
                            search.run(from: firstLeaf + leaf)
                            result.append(search.hasEnough && (weights.map { $0[position] > 0 } ?? true))
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

/// Counts the points around one point until there are enough, or adds up their weights.
private struct Counting {
    let tree: KDTree.Access
    let radius: Double
    let minimum: Double
    /// The weights of positions.
    let weights: [Double]?
    private var found = 0.0
    let point: UnsafePointer<Float>
    let distances: UnsafeMutablePointer<Double>

    init(
        tree: KDTree.Access, radius: Double, minimum: Double, weights: [Double]?, point: UnsafePointer<Float>,
        distances: UnsafeMutablePointer<Double>
    ) {
        (self.tree, self.radius, self.minimum, self.weights) = (tree, radius, minimum, weights)
        (self.point, self.distances) = (point, distances)
    }

    var hasEnough: Bool { found >= minimum }

    mutating func run(from leaf: Int) {
        scan(leaf)
        var node = leaf
        while node > 1 && !hasEnough {
            visit(node ^ 1)
            node /= 2
        }
    }

    private mutating func visit(_ node: Int) {
        guard !hasEnough, tree.squaredDistance(point, toBox: node) <= radius else { return }
        guard node < tree.firstLeaf else { return scan(node) }
        visit(2 * node)
        visit(2 * node + 1)
    }

    private mutating func scan(_ node: Int) {
        let leaf = node - tree.firstLeaf
        tree.squaredDistances(point, toLeaf: leaf, into: distances)
        // What pads a leaf is infinitely far away.
        guard let weights else {
            var count = 0
            for place in 0..<tree.leafCapacity where distances[place] <= radius { count += 1 }
            found += Double(count)
            return
        }
        for (place, position) in tree.positions(ofLeaf: leaf).enumerated() where distances[place] <= radius {
            found += weights[position]
        }
    }
}
