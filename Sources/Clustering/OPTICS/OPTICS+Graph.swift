import Tensor

extension OPTICS {
    /// Orders and groups the rows of a graph, taking rows that do not name each other to be out of reach.
    ///
    /// With all rows within ``maximumEps`` in the graph, the result is that of `fit(_:progress:)`.
    ///
    /// - Parameter graph: measured by ``metric``, or given.
    /// - Throws: as `fit(_:progress:)`.
    /// - Complexity: O(m log m) for m neighbours.
    public func fit(_ graph: NeighborGraph) throws(ClusteringError) -> Model {
        try validate()
        try graph.requireMetric(metric)
        let n = graph.rowCount
        guard n > 0 else { throw .emptyData(rows: 0, columns: 0) }
        try requireSamples(rows: n)
        let graph = graph.symmetrized()
        let cores = graph.coreDistances(minimumSamples).map { $0 <= maximumEps ? metric.comparable($0) : .infinity }
        let walk = ReachabilityWalk(graph, cores: cores, longest: maximumEps, metric: metric)
        return Model(walk, cores: cores, parameters: self)
    }
}

extension NeighborGraph {
    /// The distance of each row within which it has so many rows, itself included; ∞ where its list is too short. `[n]`
    func coreDistances(_ minimumSamples: Int) -> [Double] {
        (0..<rowCount).map { row in
            let range = range(of: row)
            if minimumSamples == 1 { return 0 }
            return minimumSamples - 1 <= range.count ? distances[range.lowerBound + minimumSamples - 2] : .infinity
        }
    }
}

extension ReachabilityWalk {
    /// The walk over a graph in which rows name each other.
    ///
    /// - Parameters:
    ///   - cores: core distances in the metric's comparable form; ∞ for rows that reach none.
    ///   - longest: rows farther away, in units of the metric, are not reached.
    /// - Complexity: O(m log m).
    init(_ graph: NeighborGraph, cores: [Double], longest: Double, metric: Metric) {
        let n = graph.rowCount
        self.init(count: n)
        var isDone = [Bool](repeating: false, count: n)
        // Rows that can be reached, nearest first; a row that comes nearer is added again.
        var open = MinimumHeap<(distance: Double, row: Int32)> { ($0.distance, $0.row) < ($1.distance, $1.row) }
        for start in 0..<n where !isDone[start] {
            var next = start
            while true {
                isDone[next] = true
                append(next)
                if cores[next].isFinite {
                    for place in graph.range(of: next) where graph.distances[place] <= longest {
                        let other = Int(graph.indices[place])
                        let reached = max(metric.comparable(graph.distances[place]), cores[next])
                        if !isDone[other], reach(other, from: next, at: reached) {
                            open.insert((reached, Int32(other)))
                        }
                    }
                }
                var found: Int?
                while let (_, row) = open.removeFirst() {
                    if !isDone[Int(row)] {
                        found = Int(row)
                        break
                    }
                }
                guard let row = found else { break }
                next = row
            }
        }
    }
}
