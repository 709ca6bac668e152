/// A dendrogram in which only groups of a minimum size count as clusters.
///
/// Going down from the root, a group that loses fewer rows than the minimum stays the same cluster, from which these rows
/// fall out; where two or more parts are large enough, the cluster ends and new ones begin. Heights are seen as densities,
/// λ = 1 / height. What happens at one height happens at once, as the paper has it: so the tree does not depend on the
/// order in which equal heights were merged.
///
/// - Reference: Campello, Moulavi, Zimek and Sander, "Hierarchical density estimates for data clustering, visualization,
///   and outlier detection", 2015, doi:10.1145/2733381.
public struct CondensedTree: Sendable, Hashable {
    /// A group of rows that holds together from one density to another.
    public struct Cluster: Sendable, Hashable {
        /// The cluster that it is a part of; `nil` for the root.
        public let parent: Int?
        /// The density λ at which it parts from the rest; 0 for the root.
        public let birth: Double
        /// The number of rows at its birth.
        public let rowCount: Int
        /// The clusters that it falls apart into, two or more, or none.
        public fileprivate(set) var children: [Int] = []
        /// The highest density λ at which something leaves it: a row, or its parts.
        public fileprivate(set) var death: Double
        /// The highest finite density λ at which something leaves it, 0 where nothing does: that of ``death`` unless it ends
        /// in rows that coincide.
        public fileprivate(set) var peak = 0.0
        /// Its excess of mass: for each row, how much density it survives in this cluster, λ − birth, added up.
        public fileprivate(set) var stability = 0.0
    }

    /// The clusters, parents before children; the first is the root, of all rows.
    public private(set) var clusters: [Cluster]
    /// The cluster out of which each row falls. `[n]`
    public private(set) var rowClusters: [Int]
    /// The density λ at which it does. `[n]`
    public private(set) var rowLambdas: [Double]

    /// Condenses a dendrogram.
    ///
    /// - Parameters:
    ///   - dendrogram: of one component; rows that it leaves apart fall out of the root at λ = 0.
    ///   - minimumClusterSize: at least 2.
    /// - Complexity: O(n).
    public init(_ dendrogram: Dendrogram, minimumClusterSize: Int) {
        precondition(minimumClusterSize >= 2, "clusters of at least \(minimumClusterSize) rows")
        let n = dendrogram.leafCount
        clusters = [Cluster(parent: nil, birth: 0, rowCount: n, death: 0)]
        rowClusters = [Int](repeating: 0, count: n)
        rowLambdas = [Double](repeating: 0, count: n)
        let leafOrder = dendrogram.leafOrder
        let starts = dendrogram.leafStarts(leafOrder)
        func size(_ node: Int) -> Int { dendrogram.leafCount(of: node) }
        func leaves(_ node: Int) -> ArraySlice<Int> { leafOrder[starts[node]..<starts[node] + size(node)] }
        let roots = dendrogram.roots
        var open = roots.count == 1 ? [(node: roots[0], cluster: 0)] : []
        if roots.count > 1 {
            // A forest: its trees part at density 0.
            let large = roots.filter { size($0) >= minimumClusterSize }
            if large.count == 1 { open = [(large[0], 0)] }
            if large.count > 1 {
                open = large.map { root in
                    clusters.append(Cluster(parent: 0, birth: 0, rowCount: size(root), death: 0))
                    clusters[0].children.append(clusters.count - 1)
                    return (root, clusters.count - 1)
                }
            }
        }
        while let (node, cluster) = open.popLast() {
            guard node >= n else {
                fallOut(leaves(node), of: cluster, at: .infinity)
                continue
            }
            let height = dendrogram.merges[node - n].height
            let lambda = height > 0 ? 1 / height : .infinity
            let parts = dendrogram.parts(of: node)
            let large = parts.filter { size($0) >= minimumClusterSize }
            for part in parts where size(part) < minimumClusterSize {
                fallOut(leaves(part), of: cluster, at: lambda)
            }
            guard large.count > 1 else {
                if let part = large.first { open.append((part, cluster)) }
                continue
            }
            note(cluster, leftAt: lambda)
            for part in large {
                clusters[cluster].stability += span(cluster, lambda) * Double(size(part))
                clusters[cluster].children.append(clusters.count)
                open.append((part, clusters.count))
                clusters.append(Cluster(parent: cluster, birth: lambda, rowCount: size(part), death: lambda))
            }
        }
    }

    /// How much density rows that leave a cluster at λ have survived in it.
    private func span(_ cluster: Int, _ lambda: Double) -> Double {
        lambda > clusters[cluster].birth ? lambda - clusters[cluster].birth : 0
    }

    /// Something leaves a cluster at λ.
    private mutating func note(_ cluster: Int, leftAt lambda: Double) {
        clusters[cluster].death = max(clusters[cluster].death, lambda)
        if lambda.isFinite { clusters[cluster].peak = max(clusters[cluster].peak, lambda) }
    }

    private mutating func fallOut(_ rows: ArraySlice<Int>, of cluster: Int, at lambda: Double) {
        for row in rows {
            rowClusters[row] = cluster
            rowLambdas[row] = lambda
        }
        note(cluster, leftAt: lambda)
        clusters[cluster].stability += span(cluster, lambda) * Double(rows.count)
    }
}

extension Dendrogram {
    /// The nodes that a merge joins, together with the merges below it at the same height.
    fileprivate func parts(of node: Int) -> [Int] {
        let height = merges[node - leafCount].height
        var (parts, open) = ([Int](), [node])
        while let next = open.popLast() {
            guard next >= leafCount, merges[next - leafCount].height == height else {
                parts.append(next)
                continue
            }
            open += [merges[next - leafCount].second, merges[next - leafCount].first]
        }
        return parts
    }
}
