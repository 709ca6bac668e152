import Tensor

extension Dendrogram {
    /// The height at which two leaves come together: their cophenetic distance. Infinite where they never do, in different
    /// trees of a forest; 0 for a leaf and itself.
    ///
    /// - Precondition: both are leaves.
    /// - Complexity: O(n); for many pairs use
    ///   ``copheneticDistances(from:)``.
    public func copheneticDistance(_ a: Int, _ b: Int) -> Double { copheneticDistances(from: a)[b] }

    /// The height at which each leaf comes together with one of them. `[n]`
    ///
    /// - Precondition: `leaf` is in 0 ..< n.
    /// - Complexity: O(n).
    public func copheneticDistances(from leaf: Int) -> [Double] {
        precondition(leaf >= 0 && leaf < leafCount, "leaf \(leaf) of \(leafCount)")
        // Downwards from the top: a node on the leaf's way has its own height, others have what their parent gives.
        var heights = [Double](repeating: .infinity, count: nodeCount)
        var isOnWay = [Bool](repeating: false, count: nodeCount)
        isOnWay[leaf] = true
        for (index, merge) in merges.enumerated() {
            isOnWay[leafCount + index] = isOnWay[merge.first] || isOnWay[merge.second]
        }
        for (index, merge) in merges.enumerated().reversed() {
            let node = leafCount + index
            let height = isOnWay[node] ? merge.height : heights[node]
            heights[merge.first] = height
            heights[merge.second] = height
        }
        heights[leaf] = 0
        return Array(heights[..<leafCount])
    }

    /// How well the tree tells the distances of the rows: the correlation, over all pairs, of their distance and the height
    /// at which they come together. 1 is perfect; NaN where distances or heights are all equal.
    ///
    /// The same as scipy's `cophenet`, without keeping distances: pairs are gone through tile by tile, with the leaves in
    /// the tree's order, where the heights of a row's pairs are running maxima.
    ///
    /// - Parameter data: the rows that the leaves are. `[n × d]`
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` when there are not as many rows as leaves,
    ///   ``ClusteringError/notConnected(parts:clusters:)`` for a forest, ``ClusteringError/notFinite(row:column:)``,
    ///   ``ClusteringError/cancelled``.
    /// - Complexity: O(n² · d) time, O(n · d) memory.
    /// - Reference: Sokal and Rohlf, "The comparison of dendrograms by objective methods", 1962, doi:10.2307/1217208.
    public func copheneticCorrelation(
        with data: Matrix, metric: Metric = .euclidean, progress: ProgressHandler = .none
    ) throws(ClusteringError) -> Double {
        try requireRows(data)
        guard treeCount == 1 else { throw .notConnected(parts: treeCount, clusters: 1) }
        let order = leafOrder
        let joints = neighbourMerges(order)
        let heights = merges.map(\.height)
        let rows = PreparedRows(data, metric: metric).gathering(order)
        let tile = 32
        let tiles = (0..<leafCount).tileCount(size: tile)
        let watch = Watch(progress, "cophenetic correlation", leafCount)
        // Sums are taken of what is left after about the mean, so that no digits are lost where all are alike.
        let middle = heights.last ?? 0
        let parts = parallelMap(tiles) { index in
            var moments = PairMoments()
            for i in (0..<leafCount).tile(index, size: tile) where !watch.isStopped {
                var joint = -1
                for j in i + 1..<max(i + 1, leafCount) {
                    joint = max(joint, joints[j - 1])
                    let distance = metric.distance(ofComparable: rows.exactComparable(i, rows, j))
                    moments.add(distance - middle, heights[joint] - middle)
                }
            }
            watch.add(min(tile, leafCount - index * tile))
            return moments
        }
        if watch.isStopped { throw .cancelled }
        return parts.reduce(into: PairMoments()) { $0.add($1) }.correlation
    }

    /// For leaves next to each other in the plain order, the merge at which they come together. `[n − 1]`
    ///
    /// Two leaves further apart come together at the last of the merges between them.
    private func neighbourMerges(_ order: [Int]) -> [Int] {
        let starts = leafStarts(order)
        var result = [Int](repeating: 0, count: max(0, leafCount - 1))
        for (index, merge) in merges.enumerated() {
            result[max(starts[merge.first], starts[merge.second]) - 1] = index
        }
        return result
    }
}

/// Sums of pairs of numbers and of their products.
private struct PairMoments {
    private var count = 0.0
    private var x = 0.0, y = 0.0, xx = 0.0, xy = 0.0, yy = 0.0

    @inline(__always)
    mutating func add(_ a: Double, _ b: Double) {
        count += 1
        x += a
        y += b
        xx += a * a
        xy += a * b
        yy += b * b
    }

    mutating func add(_ other: PairMoments) {
        count += other.count
        x += other.x
        y += other.y
        xx += other.xx
        xy += other.xy
        yy += other.yy
    }

    /// Pearson's correlation.
    var correlation: Double {
        let (dx, dy) = (xx - x * x / count, yy - y * y / count)
        guard dx > 0, dy > 0 else { return .nan }
        return max(-1, min(1, (xy - x * y / count) / (dx * dy).squareRoot()))
    }
}
