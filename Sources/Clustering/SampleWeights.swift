import Tensor

extension Matrix {
    /// Checks how much each row counts: one finite number, not negative, for each row, and not all zero.
    ///
    /// - Returns: the weights, or `nil` where all rows count the same.
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``, which names the row.
    func checkedWeights(_ weights: [Double]?) throws(ClusteringError) -> SampleWeights {
        guard let weights else { return SampleWeights(values: nil, unit: 1) }
        guard weights.count == rows else {
            throw .parameter(name: "weights", value: "\(weights.count) numbers", valid: "one for each of \(rows) rows")
        }
        var total = 0.0
        var areEqual = true
        for (row, weight) in weights.enumerated() {
            guard weight >= 0, weight.isFinite else {
                throw .parameter(name: "weights[\(row)]", value: "\(weight)", valid: "0 or a positive number")
            }
            total += weight
            if weight != weights[0] { areEqual = false }
        }
        guard total > 0, total.isFinite else {
            throw .parameter(name: "the sum of the weights", value: "\(total)", valid: "positive and finite")
        }
        return areEqual ? SampleWeights(values: nil, unit: weights[0]) : SampleWeights(values: weights, unit: 1)
    }
}

/// How much each row counts.
struct SampleWeights {
    /// The weight of each row; `nil` when all count the same. `[n]`
    let values: [Double]?
    /// What one row counts where all count the same, else 1.
    let unit: Double
}
