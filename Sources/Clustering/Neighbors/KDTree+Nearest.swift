import Tensor

extension KDTree {
    /// The k nearest points of each point, itself left out, as positions in the order of the leaves; of points at equal
    /// distances any. Where fewer lie within the radius, the list ends with distances ∞.
    ///
    /// - Parameters:
    ///   - k: 1 ≤ k < n.
    ///   - radius: a squared distance; points farther away do not count.
    ///   - progress: is told how far the work is, and can stop it.
    /// - Complexity: O(n · k · log n) for data that few dimensions describe well.
    func nearest(
        _ k: Int, within radius: Double = .infinity, progress: ProgressHandler
    ) throws(ClusteringError) -> NeighborLists {
        precondition(k >= 1 && k < count, "\(k) neighbours among \(count) points")
        let watch = Watch(progress, "nearest neighbours", count)
        var lists = NeighborLists(
            k: k, indices: [Int32](repeating: 0, count: count * k),
            comparables: [Double](repeating: 0, count: count * k))
        lists.withTargets { indices, comparables in
            withAccess { tree in
                nonisolated(unsafe) let (indices, comparables) = (indices, comparables)
                let leaves = 0..<leafCount
                parallelFor(leaves.tileCount(size: 16)) { tile in
                    guard !watch.isStopped else { return }
                    withUnsafeTemporaryAllocation(of: Double.self, capacity: leafCapacity) { distances in
                        guard let distances = distances.baseAddress else { return }
                        var done = 0
                        for leaf in leaves.tile(tile, size: 16) {
                            for position in tree.positions(ofLeaf: leaf) {
                                var search = NearestSearch(
                                    tree: tree, own: position, k: k, point: tree.points + position * dimensions,
                                    distances: distances, best: comparables + position * k,
                                    found: indices + position * k, limit: radius.nextUp)
                                search.run(from: firstLeaf + leaf)
                                done += 1
                            }
                        }
                        watch.add(done)
                    }
                }
            }
        }
        if watch.isStopped { throw .cancelled }
        return lists
    }

    /// The k points nearest to each of some points, itself among them, as positions in the order of the leaves; of points
    /// at equal distances any.
    ///
    /// - Parameters:
    ///   - k: 1 ≤ k ≤ n.
    ///   - positions: the points, as positions.
    ///   - progress: is told how far the work is, and can stop it.
    func nearest(
        _ k: Int, toPointsAt positions: [Int], progress: ProgressHandler
    ) throws(ClusteringError) -> NeighborLists {
        precondition(k >= 1 && k <= count, "\(k) neighbours among \(count) points")
        let watch = Watch(progress, "nearest neighbours", positions.count)
        var lists = NeighborLists(
            k: k, indices: [Int32](repeating: 0, count: positions.count * k),
            comparables: [Double](repeating: 0, count: positions.count * k))
        lists.withTargets { indices, comparables in
            withAccess { tree in
                nonisolated(unsafe) let (indices, comparables) = (indices, comparables)
                parallelFor(positions.indices.tileCount(size: 64)) { tile in
                    guard !watch.isStopped else { return }
                    let places = positions.indices.tile(tile, size: 64)
                    withUnsafeTemporaryAllocation(of: Double.self, capacity: leafCapacity) { distances in
                        guard let distances = distances.baseAddress else { return }
                        for place in places {
                            var search = NearestSearch(
                                tree: tree, own: -1, k: k, point: tree.points + positions[place] * dimensions,
                                distances: distances, best: comparables + place * k, found: indices + place * k,
                                limit: .infinity)
                            search.run(from: firstLeaf + leaf(ofPosition: positions[place]))
                        }
                    }
                    watch.add(places.count)
                }
            }
        }
        if watch.isStopped { throw .cancelled }
        return lists
    }

    /// The leaf that a position lies in.
    private func leaf(ofPosition position: Int) -> Int {
        var (low, high) = (0, leafCount)
        while high - low > 1 {
            let middle = (low + high) / 2
            if Int(starts[middle]) <= position { low = middle } else { high = middle }
        }
        return low
    }
}

/// One point's search for its nearest points.
private struct NearestSearch {
    let tree: KDTree.Access
    let own: Int
    let k: Int
    let point: UnsafePointer<Float>
    let distances: UnsafeMutablePointer<Double>
    let best: UnsafeMutablePointer<Double>
    let found: UnsafeMutablePointer<Int32>
    /// Only points nearer than this are of interest.
    var limit: Double

    /// From the point's own leaf upwards, which finds near points first.
    mutating func run(from leaf: Int) {
        for place in 0..<k { best[place] = .infinity }
        scan(leaf)
        var node = leaf
        while node > 1 {
            let sibling = node ^ 1
            if tree.squaredDistance(point, toBox: sibling) < limit { visit(sibling) }
            node /= 2
        }
    }

    private mutating func visit(_ node: Int) {
        if node >= tree.firstLeaf { return scan(node) }
        let (left, right) = (2 * node, 2 * node + 1)
        let (toLeft, toRight) = (
            tree.squaredDistance(point, toBox: left), tree.squaredDistance(point, toBox: right)
        )
        if toLeft <= toRight {
            if toLeft < limit { visit(left) }
            if toRight < limit { visit(right) }
        } else {
            if toRight < limit { visit(right) }
            if toLeft < limit { visit(left) }
        }
    }

    private mutating func scan(_ node: Int) {
        let leaf = node - tree.firstLeaf
        tree.squaredDistances(point, toLeaf: leaf, into: distances)
        let positions = tree.positions(ofLeaf: leaf)
        for place in 0..<positions.count where distances[place] < limit {
            let position = positions.lowerBound + place
            if position != own { insert(distances[place], Int32(truncatingIfNeeded: position)) }
        }
    }

    @inline(__always)
    private mutating func insert(_ distance: Double, _ position: Int32) {
        var place = k - 1
        while place > 0 && best[place - 1] > distance {
            best[place] = best[place - 1]
            found[place] = found[place - 1]
            place -= 1
        }
        best[place] = distance
        found[place] = position
        limit = min(limit, best[k - 1])
    }
}
