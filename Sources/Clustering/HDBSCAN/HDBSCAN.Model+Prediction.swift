import Tensor

extension HDBSCAN.Model {
    /// Where rows that were not fitted belong.
    public struct Prediction: Sendable {
        /// The cluster of each row. `[m]`
        public let labels: ClusterLabels
        /// How firmly each row belongs to it. `[m]`
        public let probabilities: [Float]
    }

    /// The cluster of each row of `data` `[m × d]`. A row that was fitted gets the label that it has in ``labels``.
    ///
    /// - Throws: ``ClusteringError`` for another number of features, or values that are not finite.
    /// - Complexity: O(m · n · d).
    public func predict(_ data: Matrix) throws(ClusteringError) -> ClusterLabels {
        try prediction(data, progress: .none).labels
    }

    /// As ``predict(_:)``, with probabilities.
    ///
    /// A new row joins the hierarchy at the fitted row that is nearest by mutual reachability; the hierarchy stays as it
    /// is. A row equal to a fitted one is taken for it.
    ///
    /// - Throws: ``ClusteringError`` for another number of features, values that are not finite, or when stopped.
    /// - Complexity: O(m · n · d).
    public func prediction(
        _ data: Matrix, progress: ProgressHandler = .none
    ) throws(ClusteringError) -> Prediction {
        let places = try places(of: try prepared(data), progress: progress)
        let labels = places.map { flat.label(of: $0.cluster, lambda: $0.lambda) }
        return Prediction(
            labels: ClusterLabels(labels),
            probabilities: zip(labels, places).map { flat.probability(label: $0, lambda: $1.lambda) })
    }

    /// Rows to come, ready to be compared with those fitted.
    func prepared(_ data: Matrix) throws(ClusteringError) -> PreparedRows {
        guard data.columns == rows.original.columns else {
            throw .dimension(expected: rows.original.columns, found: data.columns)
        }
        if let (row, column) = data.firstNonFinite() { throw .notFinite(row: row, column: column) }
        return PreparedRows(data, metric: rows.metric, shift: rows.shift)
    }

    /// Where a row falls out of the condensed tree: of which cluster, and at which density.
    struct Place {
        let cluster: Int
        let lambda: Double
    }

    /// Where new rows would fall out, had they been there.
    func places(of queries: PreparedRows, progress: ProgressHandler) throws(ClusteringError) -> [Place] {
        let k = min(2 * minimumSamples, rows.count)
        let lists = try NearestRows(rows).nearest(k, to: queries, excludingSelf: false, progress: progress)
        return parallelMap(queries.count) { place(of: $0, queries, lists) }
    }

    private func place(of query: Int, _ queries: PreparedRows, _ lists: NeighborLists) -> Place {
        let list = query * lists.k..<(query + 1) * lists.k
        // A row equal to a fitted one is among its own neighbours already.
        let isKnown = lists.comparables[list.lowerBound] <= 0
        let rank = min(isKnown ? minimumSamples : minimumSamples - 1, lists.k)
        let core = rank > 0 ? lists.comparables[list.lowerBound + rank - 1] : 0
        var best = (weight: Double.infinity, distance: Double.infinity, row: Int32.max)
        func consider(_ row: Int32, _ distance: Double) {
            let candidate = (max(core, cores[Int(row)], distance), distance, row)
            if candidate < (best.weight, best.distance, best.row) { best = candidate }
        }
        for place in list { consider(lists.indices[place], lists.comparables[place]) }
        // Rows beyond the list are at least as far as its last.
        if best.weight > lists.comparables[list.upperBound - 1] {
            for row in 0..<rows.count where cores[row] < best.weight {
                consider(Int32(row), queries.exactComparable(query, rows, row))
            }
        }
        let row = Int(best.row)
        let height = rows.metric.distance(ofComparable: best.weight)
        let lambda = height > 0 ? 1 / height : .infinity
        var cluster = condensedTree.rowClusters[row]
        guard lambda < condensedTree.rowLambdas[row] else {
            return Place(cluster: cluster, lambda: condensedTree.rowLambdas[row])
        }
        // What joins at the very density at which clusters part belongs to none of them.
        while let parent = condensedTree.clusters[cluster].parent, lambda <= condensedTree.clusters[cluster].birth {
            cluster = parent
        }
        return Place(cluster: cluster, lambda: lambda)
    }
}
