import Tensor

extension HDBSCAN {
    /// Groups the rows of a graph, exact or approximate, without looking at all pairs.
    ///
    /// Rows that do not name each other are taken to be farther apart than all that do. What the graph leaves apart parts at
    /// density 0; where the rows themselves are given, each part is joined to the nearest row of another instead.
    /// ``Model/uncertifiedShare`` tells how much of the hierarchy might be other if all pairs were compared: 0 says that it is
    /// exact.
    ///
    /// ```swift
    /// let graph = try NeighborGraph(nearest: 30, of: vectors, search: .approximate())
    /// let model = try HDBSCAN(minimumClusterSize: 50, minimumSamples: 10).fit(graph, of: vectors)
    /// model.uncertifiedShare
    /// ```
    ///
    /// - Parameters:
    ///   - graph: measured by ``metric``, or given; of at least ``minimumSamples`` − 1 neighbours a row.
    ///   - data: the rows `[n × d]`, to join what the graph leaves apart and to predict from; without them, new rows are given
    ///     by their distances from all fitted ones.
    ///   - weights: how much each row counts; 1 for all when `nil`. `[n]`
    ///   - constraints: what is known about pairs of rows.
    ///   - progress: is told how far the work is, and can stop it.
    /// - Throws: as `fit(_:weights:constraints:progress:)`; ``ClusteringError/dimension(expected:found:)`` where data and graph
    ///   have different numbers of rows.
    /// - Complexity: O(m log m) for m neighbours, and O(c · n · d) to join c parts.
    public func fit(
        _ graph: NeighborGraph, of data: Matrix? = nil, weights: [Double]? = nil,
        constraints: LinkConstraints = LinkConstraints(), progress: ProgressHandler = .none
    ) throws(ClusteringError) -> Model {
        try validate()
        try graph.requireMetric(metric)
        let n = graph.rowCount
        guard n > 0 else { throw .emptyData(rows: 0, columns: 0) }
        try data?.requireClusterable(metric, rowsOf: graph)
        let (samples, weights) = try check(rowCount: n, weights: weights, constraints: constraints)
        if let row = weights?.firstIndex(of: 0) {
            throw .parameter(name: "weights[\(row)]", value: "0", valid: "positive; leave other rows out of the graph")
        }
        switch graph.coverage {
        case .nearest(let count), .approximatelyNearest(let count):
            guard samples - 1 <= count else {
                throw .parameter(
                    name: "minimumSamples", value: "\(samples)",
                    valid: "at most \(count + 1) for \(count) neighbours a row")
            }
        case .within, .given: break
        }
        let rows = data.map { PreparedRows($0, metric: metric) } ?? PreparedRows(absent: n)
        let found = GraphTree(graph, minimumSamples: samples, weights: weights, metric: rows.metric)
        var edges = found.edges
        if data != nil, edges.count < n - 1 {
            var search = TreeSearch(rows, cores: found.cores, tree: edges)
            try search.connect(progress)
            edges = search.tree
        }
        let share = n > 1 ? Double(n - 1 - found.certifiedCount) / Double(n - 1) : 0
        return Model(
            rows,
            Dendrogram(
                leafCount: n,
                edges: edges.map {
                    WeightedEdge(Int($0.a), Int($0.b), weight: rows.metric.distance(ofComparable: $0.weight))
                }),
            cores: found.cores, weights: weights, minimumSamples: samples, parameters: self, constraints: constraints,
            uncertifiedShare: share)
    }
}

/// The minimum spanning forest of a graph, weighted by mutual reachability.
private struct GraphTree {
    /// Ascending; weights in the metric's comparable form.
    private(set) var edges: [TreeEdge] = []
    /// In the metric's comparable form; ∞ for rows with too few neighbours. `[n]`
    let cores: [Double]
    /// How many edges belong to a minimum spanning tree of all pairs, as far as the graph's lists hold what they should.
    private(set) var certifiedCount = 0

    init(_ graph: NeighborGraph, minimumSamples: Int, weights: [Double]?, metric: Metric) {
        let pairs = graph.pairs
        let symmetric = graph.symmetrized(pairs)
        let n = graph.rowCount
        let rule = CoreDistances(minimumSamples: minimumSamples, weights: weights)
        cores = (0..<n).map { row in
            let range = symmetric.range(of: row)
            let distance = rule.core(
                own: weights?[row] ?? 1, symmetric.indices[range], symmetric.distances[range])
            return distance.map { metric.comparable($0) } ?? .infinity
        }
        // No row that a list does not name is nearer than this, by mutual reachability.
        var horizons = (0..<n).map { row in max(cores[row], metric.comparable(graph.horizon(of: row))) }
        let reachable = pairs.compactMap { pair -> TreeEdge? in
            let weight = max(metric.comparable(pair.weight), cores[Int(pair.a)], cores[Int(pair.b)])
            return weight.isFinite ? TreeEdge(a: pair.a, b: pair.b, weight: weight) : nil
        }
        var sets = DisjointSets(count: n)
        for edge in reachable.sorted(by: <) {
            let (a, b) = (sets.find(edge.a), sets.find(edge.b))
            if a == b { continue }
            // The lightest edge that leaves a component belongs to the tree.
            let (mine, theirs) = (horizons[Int(a)], horizons[Int(b)])
            if edge.weight <= max(mine, theirs) { certifiedCount += 1 }
            horizons[Int(sets.join(a, b))] = min(mine, theirs)
            edges.append(edge)
        }
    }
}

extension NeighborGraph {
    /// The distance beyond which rows may lie that a row's list does not name.
    fileprivate func horizon(of row: Int) -> Double {
        switch coverage {
        case .nearest(let count), .approximatelyNearest(let count):
            let range = range(of: row)
            if range.count >= rowCount - 1 { return .infinity }
            return range.count < count || range.isEmpty ? 0 : distances[range.upperBound - 1]
        case .within(let radius): return radius
        // Other pairs are farther apart than any: that is how it was given.
        case .given: return .infinity
        }
    }
}
