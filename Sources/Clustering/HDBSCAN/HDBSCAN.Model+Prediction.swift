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
        try data.requireComparable(with: rows)
        return PreparedRows(data, like: rows)
    }

    /// Where a row falls out of the condensed tree: of which cluster, and at which density.
    struct Place {
        let cluster: Int
        let lambda: Double
    }

    /// Where new rows would fall out, had they been there.
    func places(of queries: PreparedRows, progress: ProgressHandler) throws(ClusteringError) -> [Place] {
        guard let weights, let present = weights.presentRows else {
            return try ReachableRows(rows, cores: cores, minimumSamples: minimumSamples, weights: weights)
                .edges(of: queries, progress: progress).map { place($0.row, $0.weight) }
        }
        // Rows of weight 0 are joined by none; only what equals one of them is taken for it.
        let absent = rows.gathering(weights.indices.filter { weights[$0] == 0 })
        let nearest = try NearestRows(absent).nearest(1, to: queries, excludingSelf: false, progress: progress)
        let reachable = ReachableRows(
            rows.gathering(present), cores: present.map { cores[$0] }, minimumSamples: minimumSamples,
            weights: present.map { weights[$0] })
        return try reachable.edges(
            of: queries, isWeightless: nearest.comparables.map { $0 <= 0 }, progress: progress
        ).map { place(present[$0.row], $0.weight) }
    }

    /// Where a row falls out that is joined to a fitted one at a mutual reachability in the metric's comparable form.
    private func place(_ row: Int, _ comparable: Double) -> Place {
        let height = rows.metric.distance(ofComparable: comparable)
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
