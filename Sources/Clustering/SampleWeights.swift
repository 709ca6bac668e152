import Tensor

extension Matrix {
    /// Throws unless the rows can be grouped into so many clusters, from these first centroids; gives their weights.
    func requireClusterable(
        into clusterCount: Int, seeding: KMeans.Seeding = .automatic, weights: [Double]?
    ) throws(ClusteringError) -> SampleWeights {
        try requireClusterable()
        let weights = try checkedWeights(weights)
        guard clusterCount <= rows else { throw .tooFewRows(rows: rows, clusters: clusterCount) }
        if case .given(_, let dimension) = seeding, dimension != columns {
            throw .dimension(expected: columns, found: dimension)
        }
        return weights
    }

    /// How much each row counts, checked as by ``requireWeights(_:)`` and for not being all zero.
    func checkedWeights(_ weights: [Double]?) throws(ClusteringError) -> SampleWeights {
        guard let weights else { return SampleWeights(values: nil, unit: 1) }
        let total = try requireWeights(weights)
        guard total > 0 else {
            throw .parameter(name: "the sum of the weights", value: "\(total)", valid: "positive")
        }
        let areEqual = weights.allSatisfy { $0 == weights[0] }
        return areEqual ? SampleWeights(values: nil, unit: weights[0]) : SampleWeights(values: weights, unit: 1)
    }

    /// Throws unless these can be the weights of the rows; gives their sum.
    @discardableResult
    func requireWeights(_ weights: [Double]) throws(ClusteringError) -> Double {
        try weights.requireWeights(ofRows: rows)
    }
}

extension [Double] {
    /// Throws unless there is one finite weight, not negative, for each of so many rows, and their sum is finite.
    ///
    /// - Returns: the sum.
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``, which names the row.
    @discardableResult
    func requireWeights(ofRows rows: Int) throws(ClusteringError) -> Double {
        guard count == rows else {
            throw .parameter(name: "weights", value: "\(count) numbers", valid: "one for each of \(rows) rows")
        }
        var total = 0.0
        for (row, weight) in enumerated() {
            guard weight >= 0, weight.isFinite else {
                throw .parameter(name: "weights[\(row)]", value: "\(weight)", valid: "0 or a positive number")
            }
            total += weight
        }
        guard total.isFinite else {
            throw .parameter(name: "the sum of the weights", value: "\(total)", valid: "finite")
        }
        return total
    }
}

/// How much each row counts.
struct SampleWeights: Sendable {
    /// The weight of each row; `nil` when all count the same. `[n]`
    let values: [Double]?
    /// What one row counts where all count the same, else 1.
    let unit: Double
}
