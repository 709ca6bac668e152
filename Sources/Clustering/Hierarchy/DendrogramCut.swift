/// How a tree of merges is cut into clusters.
public enum DendrogramCut: Sendable, Hashable, Codable {
    /// Into so many clusters: see ``Dendrogram/labels(clusterCount:)``.
    case count(Int)
    /// At a height: see ``Dendrogram/labels(height:)``.
    case height(Double)
    /// Where a merge is much higher than those below it: see ``Dendrogram/labels(inconsistency:depth:)``.
    case inconsistency(Double, depth: Int = 2)
    /// Branch by branch, by their shape: see ``DynamicTreeCut``.
    case dynamic(DynamicTreeCut)

    /// Throws ``ClusteringError/parameter(name:value:valid:)`` for a cut that fits no tree.
    public func validate() throws(ClusteringError) {
        switch self {
        case .count(let count):
            guard count >= 1 else { throw .parameter(name: "clusterCount", value: "\(count)", valid: "at least 1") }
        case .height(let height):
            guard !height.isNaN else { throw .parameter(name: "height", value: "\(height)", valid: "a number") }
        case .inconsistency(let limit, let depth):
            guard !limit.isNaN else { throw .parameter(name: "inconsistency", value: "\(limit)", valid: "a number") }
            guard depth >= 1 else { throw .parameter(name: "depth", value: "\(depth)", valid: "at least 1") }
        case .dynamic(let parameters): try parameters.validate()
        }
    }
}

extension Dendrogram {
    /// The clusters that a cut leaves, numbered by size, largest first.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``, and what ``labels(clusterCount:)`` throws.
    public func labels(_ cut: DendrogramCut) throws(ClusteringError) -> ClusterLabels {
        try cut.validate()
        switch cut {
        case .count(let count): return try labels(clusterCount: count)
        case .height(let height): return labels(height: height)
        case .inconsistency(let limit, let depth): return labels(inconsistency: limit, depth: depth)
        case .dynamic(let parameters): return try labels(dynamic: parameters)
        }
    }

    /// The clusters that are there when `clusterCount` of them are left: all merges but the last `clusterCount` − 1 are
    /// made.
    ///
    /// Differs from scipy's `fcluster(criterion="maxclust")`, which may give fewer where heights are equal, and which
    /// cuts trees whose heights decrease by height; scikit-learn and R's `cutree` count merges, as here.
    ///
    /// - Parameter clusterCount: k; 1 ≤ k ≤ n.
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` below 1, ``ClusteringError/tooFewRows(rows:clusters:)``
    ///   above n, ``ClusteringError/notConnected(parts:clusters:)`` when a forest has more trees.
    /// - Complexity: O(n).
    public func labels(clusterCount: Int) throws(ClusteringError) -> ClusterLabels {
        try DendrogramCut.count(clusterCount).validate()
        guard clusterCount <= leafCount else { throw .tooFewRows(rows: leafCount, clusters: clusterCount) }
        guard clusterCount >= treeCount else { throw .notConnected(parts: treeCount, clusters: clusterCount) }
        let made = leafCount - clusterCount
        return labels { $0 < made }
    }

    /// The clusters whose merges, all of them, are at most `height` high.
    ///
    /// The same as scipy's `fcluster(criterion="distance")`; also where heights decrease.
    ///
    /// - Complexity: O(n).
    public func labels(height: Double) -> ClusterLabels {
        let highest = subtreeMaxima(of: merges.map(\.height))
        return labels { highest[$0] <= height }
    }

    /// The clusters that these merges make; a merge may be made only with all those below it.
    func labels(making isMade: (Int) -> Bool) -> ClusterLabels {
        let lowest = lowestLeaves
        var sets = DisjointSets(count: leafCount)
        for (index, merge) in merges.enumerated() where isMade(index) {
            sets.join(Int32(lowest[merge.first]), Int32(lowest[merge.second]))
        }
        return ClusterLabels(sets.numbered()).numberedBySize().labels
    }
}
