/// The flat clustering that some clusters of a ``CondensedTree`` are.
struct FlatClusters: Sendable {
    private let tree: CondensedTree
    /// The clusters taken, in the order of their labels.
    let taken: [Int]
    /// For each cluster of the tree the label of the cluster taken that it lies in, or −1.
    private let labels: [Int32]
    /// Where the root is taken: the density below which a row does not belong to it.
    private let rootThreshold: Double

    init(_ tree: CondensedTree, _ selection: ClusterSelection, _ constraints: LinkConstraints) {
        self.init(tree, taken: tree.selectedClusters(selection, constraints), selection)
    }

    private init(_ tree: CondensedTree, taken: [Int], _ selection: ClusterSelection) {
        self.tree = tree
        self.taken = taken
        var labels = [Int32](repeating: ClusterLabels.noise, count: tree.clusters.count)
        for (label, cluster) in taken.enumerated() { labels[cluster] = Int32(label) }
        for (index, cluster) in tree.clusters.enumerated() {
            if let parent = cluster.parent, labels[index] < 0 { labels[index] = labels[parent] }
        }
        self.labels = labels
        rootThreshold = tree.rootThreshold(selection)
    }

    /// The label of a row that falls out of a cluster of the tree at density λ.
    func label(of cluster: Int, lambda: Double) -> Int32 {
        let label = labels[cluster]
        // All rows as one cluster: those that leave it early are noise.
        return label >= 0 && taken[Int(label)] == 0 && lambda < rootThreshold ? ClusterLabels.noise : label
    }

    /// How firmly a row belongs to its cluster, 0 … 1: the share of the cluster's highest finite density that it survives.
    func probability(label: Int32, lambda: Double) -> Float {
        guard label >= 0 else { return 0 }
        let peak = tree.clusters[taken[Int(label)]].peak
        return peak > 0 ? Float(min(lambda, peak) / peak) : 1
    }

    /// The label of the cluster taken that a cluster of the tree lies in, or −1.
    func clusterLabel(_ cluster: Int) -> Int32 { labels[cluster] }

    /// The labels of the rows of the tree. `[n]`
    var rowLabels: [Int32] {
        tree.rowClusters.indices.map { label(of: tree.rowClusters[$0], lambda: tree.rowLambdas[$0]) }
    }

    /// The same clusters, in another order.
    func reordered(_ order: [Int], _ selection: ClusterSelection) -> FlatClusters {
        FlatClusters(tree, taken: order.map { taken[$0] }, selection)
    }
}

extension CondensedTree {
    /// How much of an outlier each row is, 0 … 1: the share of the density reached by what was once its cluster that it
    /// does not reach itself. Rows that coincide reach any density; others are compared with the highest finite one. `[n]`
    ///
    /// - Complexity: O(n).
    /// - Reference: GLOSH, Campello et al. 2015, section 6.
    public var outlierScores: [Float] {
        var peaks = clusters.map(\.peak)
        for (index, cluster) in clusters.enumerated().reversed() {
            if let parent = cluster.parent { peaks[parent] = max(peaks[parent], peaks[index]) }
        }
        return rowClusters.indices.map { row in
            let (peak, lambda) = (peaks[rowClusters[row]], rowLambdas[row])
            return lambda < peak ? Float((peak - lambda) / peak) : 0
        }
    }
}
