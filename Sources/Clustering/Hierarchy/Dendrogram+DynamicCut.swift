import Tensor

extension Dendrogram {
    /// The clusters of a dynamic tree cut; leaves that belong to none are noise.
    ///
    /// How tight the core of a branch is tells the mean height at which its leaves joined. With the rows at hand,
    /// ``labels(dynamic:of:metric:)`` looks at their distances, as the paper does.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``.
    /// - Complexity: O(n log n) on balanced trees, O(n²) at worst.
    public func labels(dynamic parameters: DynamicTreeCut) throws(ClusteringError) -> ClusterLabels {
        try parameters.validate()
        return labels(dynamic: parameters) { branch, core in
            branch.heights.prefix(core).reduce(0, +) / Double(core)
        }
    }

    /// The clusters of a dynamic tree cut; leaves that belong to none are noise.
    ///
    /// How tight the core of a branch is tells the mean distance of its rows.
    ///
    /// - Parameter data: the rows that the leaves are. `[n × d]`
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``, also when there are not as many rows as leaves, or
    ///   ``ClusteringError/notFinite(row:column:)``.
    /// - Complexity: as ``labels(dynamic:)``, and O(m² · d) for each meeting of branches with cores of m rows.
    public func labels(
        dynamic parameters: DynamicTreeCut, of data: Matrix, metric: Metric = .euclidean
    ) throws(ClusteringError) -> ClusterLabels {
        try parameters.validate()
        try requireRows(data)
        let rows = PreparedRows(data, metric: metric)
        return labels(dynamic: parameters) { branch, core in
            var sum = 0.0
            for i in 0..<core {
                for j in 0..<i {
                    sum += metric.distance(ofComparable: rows.exactComparable(branch.leaves[i], rows, branch.leaves[j]))
                }
            }
            return 2 * sum / Double(core * (core - 1))
        }
    }

    private func labels(
        dynamic parameters: DynamicTreeCut, scatter: @escaping (_ branch: Branch, _ core: Int) -> Double
    ) -> ClusterLabels {
        guard let criterion = BranchCriterion(self, parameters, scatter: scatter) else {
            return ClusterLabels([Int32](repeating: ClusterLabels.noise, count: leafCount))
        }
        let highest = subtreeMaxima(of: merges.map(\.height))
        var clusters: [[Int]] = []
        // The branch at each node; leaves that stand alone have none.
        var branches = [Branch?](repeating: nil, count: nodeCount)
        /// Ends a branch that meets nothing below the cut.
        func finish(_ branch: Branch?) {
            if let branch, criterion.isCluster(branch, meetingAt: criterion.cutHeight) {
                clusters.append(branch.leaves)
            }
        }
        for (index, merge) in merges.enumerated() {
            let (a, b) = (branches[merge.first], branches[merge.second])
            branches[merge.first] = nil
            branches[merge.second] = nil
            guard highest[index] <= criterion.cutHeight else {
                finish(a)
                finish(b)
                continue
            }
            var joined: Branch
            switch (a, b) {
            case (let a?, let b?): joined = criterion.join(a, b, at: merge.height) { clusters.append($0.leaves) }
            case (let branch?, nil), (nil, let branch?): joined = branch
            case (nil, nil): joined = Branch()
            }
            for leaf in [merge.first, merge.second] where leaf < leafCount { joined.attach(leaf, at: merge.height) }
            branches[leafCount + index] = joined
        }
        branches.forEach(finish)
        var labels = [Int32](repeating: ClusterLabels.noise, count: leafCount)
        for (number, leaves) in clusters.enumerated() { for leaf in leaves { labels[leaf] = Int32(number) } }
        return ClusterLabels(labels).numberedBySize().labels
    }
}

/// A branch of the tree on its way up.
private struct Branch {
    /// The leaves, in the order in which they joined, unless the branch is composite.
    private(set) var leaves: [Int] = []
    /// The height at which each joined.
    private(set) var heights: [Double] = []
    /// How many leaves it has, also those in clusters kept apart.
    private(set) var size = 0
    /// Whether clusters below have been kept apart: then leaves that still come belong to none.
    private(set) var isComposite = false

    mutating func attach(_ leaf: Int, at height: Double) {
        size += 1
        guard !isComposite else { return }
        leaves.append(leaf)
        heights.append(height)
    }

    mutating func absorb(_ other: Branch) {
        size += other.size
        guard !isComposite else { return }
        leaves += other.leaves
        heights += other.heights
    }

    /// What is left of two branches that have been kept apart.
    static func composite(size: Int) -> Branch {
        var result = Branch()
        result.isComposite = true
        result.size = size
        return result
    }
}

/// What makes a branch a cluster.
private struct BranchCriterion {
    let cutHeight: Double
    private let minimumSize: Int
    private let largestScatter: Double
    private let smallestGap: Double
    private let scatter: (Branch, Int) -> Double

    /// `nil` when there is nothing to cut.
    init?(_ tree: Dendrogram, _ parameters: DynamicTreeCut, scatter: @escaping (Branch, Int) -> Double) {
        let heights = tree.merges.map(\.height).sorted()
        guard let highest = heights.last else { return nil }
        let quantile = (Double(heights.count) * 0.05).rounded(.toNearestOrEven)
        let reference = heights[max(1, Int(quantile)) - 1]
        cutHeight = parameters.cutHeight.map { min($0, highest) } ?? 0.99 * (highest - reference) + reference
        let shape = parameters.shape
        minimumSize = parameters.minimumClusterSize
        largestScatter = reference + shape.scatter * (cutHeight - reference)
        smallestGap = shape.gap * (cutHeight - reference)
        self.scatter = scatter
    }

    /// Whether a branch that is not composite is large, tight and far enough below the height at which it meets another.
    func isCluster(_ branch: Branch, meetingAt height: Double) -> Bool {
        guard !branch.isComposite, branch.size >= minimumSize else { return false }
        // The core: half the minimum size and one more, and of the rest as many as its square root.
        let base = Double(minimumSize) / 2 + 1
        let size = Double(branch.size)
        let core = base < size ? Int(base + (size - base).squareRoot()) : branch.size
        let scatter = scatter(branch, core)
        return scatter <= largestScatter && height - scatter >= smallestGap
    }

    /// What two branches make that meet at a height; `keep` receives those that are clusters and stay apart.
    func join(_ a: Branch, _ b: Branch, at height: Double, keep: (Branch) -> Void) -> Branch {
        // Of equal size, the second counts as the larger.
        var (small, large) = a.size <= b.size ? (a, b) : (b, a)
        let (smallIsCluster, largeIsCluster) = (
            isCluster(small, meetingAt: height), isCluster(large, meetingAt: height)
        )
        if !small.isComposite && !smallIsCluster {
            large.absorb(small)
            return large
        }
        if !large.isComposite && !largeIsCluster {
            small.absorb(large)
            return small
        }
        if smallIsCluster { keep(small) }
        if largeIsCluster { keep(large) }
        return .composite(size: small.size + large.size)
    }
}
