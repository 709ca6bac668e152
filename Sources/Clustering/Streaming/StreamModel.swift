import Tensor

/// What a stream's rows are grouped into.
public struct StreamModel: Sendable, Equatable {
    /// The centroids, by weight, greatest first; of length 1 for ``Metric/cosine``. `[k × d]`; fewer than were asked for
    /// where fewer rows differ.
    public let centroids: Matrix
    /// The weight of the rows of each cluster, with decay what is left of it. `[k]`
    public let weights: [Double]
    /// The weighted squared distances of the rows of each cluster to its centroid, added up. `[k]`
    public let squaredErrors: [Double]
    /// The metric of the stream.
    public let metric: Metric

    /// The weight of all rows.
    public var totalWeight: Double { weights.reduce(0, +) }

    /// The weighted squared distances of all rows to their centroids, added up: the inertia, as the stream knows it. It is
    /// that of the rows where none was grouped with rows of another cluster, and else an upper bound.
    public var cost: Double { squaredErrors.reduce(0, +) }

    /// The root of the mean squared distance of the rows of each cluster to its centroid; 0 without rows. `[k]`
    public var radii: [Double] {
        zip(squaredErrors, weights).map { $1 > 0 ? ($0 / $1).squareRoot() : 0 }
    }

    /// Summarizes a coreset by its nearest centroids.
    ///
    /// - Parameter origin: what centroids are relative to, if anything. `[d]`
    init(_ coreset: Coreset, centroids: Matrix, origin: [Double]?, metric: Metric) {
        let dimension = centroids.columns
        let points = coreset.means(relativeTo: origin)
        let labels = KMeansAssignment(
            PreparedRows(points, metric: metric, shift: nil), centroids: centroids
        ).labels
        var weights = [Double](repeating: 0, count: centroids.rows)
        var errors = weights
        for (group, label) in labels.enumerated() {
            let weight = coreset.weights[group]
            var square = 0.0
            for column in 0..<dimension {
                let mean = coreset.sums[group * dimension + column] / weight - (origin?[column] ?? 0)
                let difference = mean - Double(centroids[Int(label), column])
                square += difference * difference
            }
            weights[Int(label)] += weight
            errors[Int(label)] += weight * square + coreset.squaredErrors[group]
        }
        let order = weights.indices.sorted { (-weights[$0], $0) < (-weights[$1], $1) }
        let ordered = centroids.gatheringRows(order)
        self.centroids = origin.map { ordered.subtractingFromRows($0.map { -$0 }) } ?? ordered
        self.weights = order.map { weights[$0] }
        squaredErrors = order.map { errors[$0] }
        self.metric = metric
    }

    /// The nearest centroid of each row of `data` `[n × d]`.
    ///
    /// - Throws: ``ClusteringError/dimension(expected:found:)`` or ``ClusteringError/notFinite(row:column:)``.
    /// - Complexity: O(n · k · d).
    public func predict(_ data: Matrix) throws(ClusteringError) -> ClusterLabels {
        guard data.columns == centroids.columns else {
            throw .dimension(expected: centroids.columns, found: data.columns)
        }
        if let (row, column) = data.firstNonFinite() { throw .notFinite(row: row, column: column) }
        // Relative to the centroids' mean, so that products lose no digits.
        let shift = metric == .euclidean ? centroids.columnMeans() : nil
        let prepared = PreparedRows(data, metric: metric, shift: shift)
        let targets = shift.map { centroids.subtractingFromRows($0) } ?? centroids
        return ClusterLabels(KMeansAssignment(prepared, centroids: targets).labels)
    }

    /// The weighted squared distances of rows of `data` `[n × d]` to their nearest centroids, added up, in double precision.
    ///
    /// - Throws: as ``predict(_:)``.
    /// - Complexity: O(n · k · d).
    public func cost(of data: Matrix, weights: [Double]? = nil) throws(ClusteringError) -> Double {
        let labels = try predict(data).values
        if let weights { try data.requireWeights(weights) }
        let prepared = PreparedRows(data, metric: metric, shift: nil)
        return KMeansAssignment.inertia(prepared, weights: weights, centroids: centroids, labels: labels)
    }
}
