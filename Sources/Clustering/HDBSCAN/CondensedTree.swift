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
        /// How much they count together: as many as they are, unless rows have weights.
        public let weight: Double
        /// The clusters that it falls apart into, two or more, or none.
        public fileprivate(set) var children: [Int] = []
        /// The highest density λ at which something leaves it: a row, or its parts.
        public fileprivate(set) var death: Double
        /// The highest finite density λ at which something leaves it, 0 where nothing does: that of ``death`` unless it ends
        /// in rows that coincide.
        public fileprivate(set) var peak = 0.0
        /// Its excess of mass: for each row, how much density it survives in this cluster, λ − birth, times its weight,
        /// added up.
        public fileprivate(set) var stability = 0.0
    }

    /// The clusters, parents before children; the first is the root, of all rows.
    public private(set) var clusters: [Cluster]
    /// The cluster out of which each row falls. `[n]`
    public private(set) var rowClusters: [Int]
    /// The density λ at which it does. `[n]`
    public private(set) var rowLambdas: [Double]
    /// The density λ at which the root has lost as many rows as make a cluster: 0 where it never loses so many, and that at
    /// which it falls apart where it does so first.
    private(set) var firstLoss = 0.0
    /// The stability of the root, were it born at ``firstLoss``.
    private(set) var stabilityFromFirstLoss = 0.0

    /// Condenses a dendrogram.
    ///
    /// A leaf of weight w stands for w rows in one place: they are a cluster by themselves where that is enough, which
    /// lasts until its own height. A leaf of weight 0 falls out where it was joined, and counts for nothing.
    ///
    /// - Parameters:
    ///   - dendrogram: of one component; rows that it leaves apart fall out of the root at λ = 0.
    ///   - minimumClusterSize: at least 2; with weights, the least that rows count together.
    ///   - weights: how much each leaf counts; one where there are none. `[n]`
    ///   - leafHeights: the height at which what a leaf stands for falls apart itself, not above that of its first merge: its
    ///     core distance; 0 where there are none. `[n]`
    /// - Precondition: there are as many weights and heights as leaves.
    /// - Complexity: O(n).
    public init(
        _ dendrogram: Dendrogram, minimumClusterSize: Int, weights: [Double]? = nil, leafHeights: [Double]? = nil
    ) {
        precondition(minimumClusterSize >= 2, "clusters of at least \(minimumClusterSize) rows")
        let n = dendrogram.leafCount
        precondition(weights?.count ?? n == n && leafHeights?.count ?? n == n, "weights or heights of other leaves")
        let nodeWeights = weights.map { dendrogram.merges.reduce(into: $0) { $0.append($0[$1.first] + $0[$1.second]) } }
        func weight(_ node: Int) -> Double { nodeWeights?[node] ?? Double(dendrogram.leafCount(of: node)) }
        /// Whether a part is still together below a height, and large enough.
        func isLarge(_ node: Int, below height: Double) -> Bool {
            weight(node) >= Double(minimumClusterSize) && (node >= n || leafHeights?[node] ?? 0 < height)
        }
        let roots = dendrogram.roots
        let total = roots.reduce(0) { $0 + weight($1) }
        clusters = [Cluster(parent: nil, birth: 0, rowCount: n, weight: total, death: 0)]
        rowClusters = [Int](repeating: 0, count: n)
        rowLambdas = [Double](repeating: 0, count: n)
        let leafOrder = dendrogram.leafOrder
        let starts = dendrogram.leafStarts(leafOrder)
        func size(_ node: Int) -> Int { dendrogram.leafCount(of: node) }
        func leaves(_ node: Int) -> ArraySlice<Int> { leafOrder[starts[node]..<starts[node] + size(node)] }
        var open = roots.count == 1 ? [(node: roots[0], cluster: 0)] : []
        if roots.count > 1 {
            // A forest: its trees part at density 0.
            let large = roots.filter { isLarge($0, below: .infinity) }
            if large.count == 1 { open = [(large[0], 0)] }
            if large.count > 1 {
                open = large.map { root in
                    clusters.append(
                        Cluster(parent: 0, birth: 0, rowCount: size(root), weight: weight(root), death: 0))
                    clusters[0].children.append(clusters.count - 1)
                    return (root, clusters.count - 1)
                }
            }
        }
        while let (node, cluster) = open.popLast() {
            let height = node < n ? leafHeights?[node] ?? 0 : dendrogram.merges[node - n].height
            let lambda = height > 0 ? 1 / height : .infinity
            guard node >= n else {
                fallOut(leaves(node), weight(node), of: cluster, at: lambda)
                continue
            }
            let parts = dendrogram.parts(of: node)
            let large = parts.filter { isLarge($0, below: height) }
            for part in parts where !isLarge(part, below: height) {
                fallOut(leaves(part), weight(part), of: cluster, at: lambda)
            }
            guard large.count > 1 else {
                if let part = large.first { open.append((part, cluster)) }
                continue
            }
            note(cluster, leftAt: lambda)
            for part in large {
                clusters[cluster].stability += span(cluster, lambda) * weight(part)
                clusters[cluster].children.append(clusters.count)
                open.append((part, clusters.count))
                clusters.append(
                    Cluster(
                        parent: cluster, birth: lambda, rowCount: size(part), weight: weight(part), death: lambda))
            }
        }
        measureFirstLoss(minimumClusterSize, weights)
    }

    private mutating func measureFirstLoss(_ minimumClusterSize: Int, _ weights: [Double]?) {
        let (root, rows) = (clusters[0], rowClusters.indices.filter { rowClusters[$0] == 0 })
        firstLoss = root.children.isEmpty ? 0 : root.death
        var lost = 0.0
        for row in rows.sorted(by: { (rowLambdas[$0], $0) < (rowLambdas[$1], $1) }) {
            lost += weights?[row] ?? 1
            if lost >= Double(minimumClusterSize) {
                // The last rows of all are no loss.
                if rowLambdas[row] < root.death { firstLoss = rowLambdas[row] }
                break
            }
        }
        for row in rows where rowLambdas[row] > firstLoss && weights?[row] != 0 {
            stabilityFromFirstLoss += (rowLambdas[row] - firstLoss) * (weights?[row] ?? 1)
        }
        for child in root.children { stabilityFromFirstLoss += (root.death - firstLoss) * clusters[child].weight }
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

    private mutating func fallOut(_ rows: ArraySlice<Int>, _ weight: Double, of cluster: Int, at lambda: Double) {
        for row in rows {
            rowClusters[row] = cluster
            rowLambdas[row] = lambda
        }
        // What counts for nothing tells nothing of the cluster.
        guard weight > 0 else { return }
        note(cluster, leftAt: lambda)
        clusters[cluster].stability += span(cluster, lambda) * weight
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
