import Tensor

extension DBSCAN {
    /// Groups the rows of a graph, taking rows that do not name each other to be farther apart than ``eps``.
    ///
    /// With all rows within `eps` in the graph, the result is that of `fit(_:progress:)`.
    ///
    /// - Parameters:
    ///   - graph: measured by ``metric``, or given.
    ///   - data: the rows `[n × d]`, to predict from; without them, new rows are given by their distances from all fitted ones.
    ///   - weights: how much each row counts, as in `fit(_:weights:progress:)`.
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``, also where the graph holds only rows within a smaller
    ///   radius, or ``ClusteringError/emptyData(rows:columns:)``.
    /// - Complexity: O(m log m) for m neighbours.
    public func fit(
        _ graph: NeighborGraph, of data: Matrix? = nil, weights: [Double]? = nil
    ) throws(ClusteringError) -> Model {
        try validate()
        try graph.requireMetric(metric)
        let n = graph.rowCount
        guard n > 0 else { throw .emptyData(rows: 0, columns: 0) }
        try data?.requireClusterable(metric, rowsOf: graph)
        if case .within(let radius) = graph.coverage, radius < eps {
            throw .parameter(
                name: "eps", value: "\(eps)", valid: "at most \(radius), within which the graph holds neighbours")
        }
        try weights?.requireWeights(ofRows: n)
        let pairs = graph.pairs.filter { $0.weight <= eps }
        var masses = weights ?? [Double](repeating: 1, count: n)
        let own = masses
        for pair in pairs {
            masses[Int(pair.a)] += own[Int(pair.b)]
            masses[Int(pair.b)] += own[Int(pair.a)]
        }
        let isCore = (0..<n).map { masses[$0] >= Double(minimumSamples) && own[$0] > 0 }
        var sets = DisjointSets(count: n)
        for pair in pairs where isCore[Int(pair.a)] && isCore[Int(pair.b)] { sets.join(pair.a, pair.b) }
        // Components are numbered by their lowest rows, and these are core rows wherever there are several.
        let components = sets.numbered()
        var labels = components.indices.map { isCore[$0] ? components[$0] : Int32.max }
        var border = labels
        for pair in pairs {
            let (a, b) = (Int(pair.a), Int(pair.b))
            if !isCore[a] { border[a] = min(border[a], labels[b]) }
            if !isCore[b] { border[b] = min(border[b], labels[a]) }
        }
        labels = border.map { $0 == .max ? ClusterLabels.noise : $0 }
        return Model(
            labels, coreRows: (0..<n).filter { isCore[$0] },
            rows: data.map { PreparedRows($0, metric: metric) } ?? PreparedRows(absent: n), parameters: self)
    }
}
