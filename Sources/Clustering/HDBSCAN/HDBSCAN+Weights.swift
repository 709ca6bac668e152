import Tensor

extension HDBSCAN {
    /// The spanning tree of all rows in units of the metric, and their core distances in its comparable form.
    ///
    /// Rows of weight 0 are no part of the tree: each is joined to the row nearest by mutual reachability afterwards, so
    /// that nothing else changes.
    static func spanningTree(
        _ rows: PreparedRows, minimumSamples: Int, weights: [Double]?, progress: ProgressHandler
    ) throws(ClusteringError) -> (edges: [WeightedEdge], cores: [Double]) {
        guard let weights, let present = weights.presentRows else {
            let tree = try MutualReachabilityTree(
                rows, minimumSamples: minimumSamples, weights: weights, progress: progress)
            return (tree.weightedEdges(rows.metric), tree.cores)
        }
        let part = rows.gathering(present)
        let tree = try MutualReachabilityTree(
            part, minimumSamples: minimumSamples, weights: present.map { weights[$0] }, progress: progress)
        var edges = tree.weightedEdges(rows.metric).map {
            WeightedEdge(present[$0.a], present[$0.b], weight: $0.weight)
        }
        var cores = [Double](repeating: 0, count: rows.count)
        for (position, row) in present.enumerated() { cores[row] = tree.cores[position] }
        let absent = weights.indices.filter { weights[$0] == 0 }
        let found = try ReachableRows(
            part, cores: tree.cores, minimumSamples: minimumSamples, weights: present.map { weights[$0] }
        ).edges(
            of: rows.gathering(absent), isWeightless: [Bool](repeating: true, count: absent.count), progress: progress)
        for (row, edge) in zip(absent, found) {
            cores[row] = edge.core
            edges.append(
                WeightedEdge(present[edge.row], row, weight: rows.metric.distance(ofComparable: edge.weight)))
        }
        return (edges, cores)
    }
}

extension [Double] {
    /// The rows whose weight is not 0; `nil` where that is all of them.
    var presentRows: [Int]? { contains(0) ? indices.filter { self[$0] > 0 } : nil }
}
