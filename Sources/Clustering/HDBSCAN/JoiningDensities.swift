/// The density at which a row and each cluster taken from a ``CondensedTree`` come together, on the way up from where the
/// row falls out.
struct JoiningDensities: Sendable {
    private let tree: CondensedTree
    /// The labels in the order of a walk through the tree: those within a cluster of the tree lie side by side.
    private let order: [Int]
    /// For each cluster of the tree the places in ``order`` of the clusters taken within it, or of the one it lies in.
    private let ranges: [Range<Int>]

    /// - Parameters:
    ///   - tree: the hierarchy.
    ///   - taken: clusters of it, none part of another, in the order of their labels.
    /// - Complexity: O(c) for c clusters of the tree.
    init(_ tree: CondensedTree, taken: [Int]) {
        var labels = [Int](repeating: -1, count: tree.clusters.count)
        for (label, cluster) in taken.enumerated() { labels[cluster] = label }
        var counts = labels.map { $0 < 0 ? 0 : 1 }
        for (index, cluster) in tree.clusters.enumerated().reversed() {
            if let parent = cluster.parent { counts[parent] += counts[index] }
        }
        var ranges = counts.map { 0..<$0 }
        var isWithin = labels.map { $0 >= 0 }
        var order = [Int](repeating: 0, count: taken.count)
        for (index, cluster) in tree.clusters.enumerated() {
            let range = ranges[index]
            if labels[index] >= 0 { order[range.lowerBound] = labels[index] }
            var start = range.lowerBound
            for child in cluster.children {
                isWithin[child] = isWithin[index] || isWithin[child]
                ranges[child] = isWithin[index] ? range : start..<start + counts[child]
                start = ranges[child].upperBound
            }
        }
        self.tree = tree
        self.order = order
        self.ranges = ranges
    }

    /// The densities for a row that falls out of a cluster of the tree at density λ.
    ///
    /// With the cluster that it falls out of, those within it, and those that it lies in, the row is together up to λ.
    ///
    /// - Parameter densities: the result, by label. `[k]`
    /// - Complexity: O(k), and the depth of the tree.
    func fill(_ densities: UnsafeMutableBufferPointer<Double>, cluster: Int, lambda: Double) {
        var (inner, child) = (ranges[cluster], cluster)
        for place in inner { densities[order[place]] = lambda }
        while let parent = tree.clusters[child].parent {
            let (outer, birth) = (ranges[parent], tree.clusters[child].birth)
            for place in outer.lowerBound..<inner.lowerBound { densities[order[place]] = birth }
            for place in inner.upperBound..<outer.upperBound { densities[order[place]] = birth }
            (inner, child) = (outer, parent)
        }
    }
}
