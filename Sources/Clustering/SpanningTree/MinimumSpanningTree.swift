import Tensor

/// The minimum spanning tree of rows: the edges with the least sum of weights that connect all of them.
///
/// An edge weighs as much as the distance of its rows or, with `minimumSamples` above 1, as their mutual reachability: the
/// largest of their distance and of both core distances. The tree is exact, in any number of dimensions; where trees of
/// equal weight exist, it is one of them, whatever the number of threads.
///
/// ```swift
/// let tree = try MinimumSpanningTree(vectors)
/// let linkage = Dendrogram(leafCount: vectors.rows, edges: tree.edges)     // single linkage
/// ```
///
/// - Reference: Campello et al. 2015, doi:10.1145/2733381, for mutual reachability.
public struct MinimumSpanningTree: Sendable {
    /// The edges, ascending; weights in units of the metric. `[n − 1]`
    public let edges: [WeightedEdge]
    /// The distance of each row within which it has so many rows as asked for, itself included; 0 for
    /// `minimumSamples` 1. `[n]`
    public let coreDistances: [Float]

    /// The tree of the rows of `data` `[n × d]`.
    ///
    /// - Parameters:
    ///   - data: the rows.
    ///   - minimumSamples: how many rows, itself included, lie within a row's core distance; 1 … n. 1 for plain
    ///     distances.
    ///   - metric: how distances are measured.
    ///   - progress: is told how far the work is, and can stop it.
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``, ``ClusteringError/emptyData(rows:columns:)``,
    ///   ``ClusteringError/notFinite(row:column:)``, ``ClusteringError/cancelled``.
    /// - Complexity: O(n² · d) time, for Euclidean rows of up to 8 features O(n log n) where they are spread well;
    ///   O(n · (d + minimumSamples)) memory.
    public init(
        _ data: Matrix, minimumSamples: Int = 1, metric: Metric = .euclidean, progress: ProgressHandler = .none
    ) throws(ClusteringError) {
        try data.requireClusterable(metric)
        guard (1...data.rows).contains(minimumSamples) else {
            throw .parameter(
                name: "minimumSamples", value: "\(minimumSamples)", valid: "from 1 to \(data.rows), the number of rows")
        }
        let tree = try MutualReachabilityTree(
            PreparedRows(data, metric: metric), minimumSamples: minimumSamples, progress: progress)
        edges = tree.weightedEdges(metric)
        coreDistances = tree.cores.map { Float(metric.distance(ofComparable: $0)) }
    }
}

extension MutualReachabilityTree {
    /// The edges with weights in units of the metric.
    func weightedEdges(_ metric: Metric) -> [WeightedEdge] {
        edges.map { WeightedEdge(Int($0.a), Int($0.b), weight: metric.distance(ofComparable: $0.weight)) }
    }
}
