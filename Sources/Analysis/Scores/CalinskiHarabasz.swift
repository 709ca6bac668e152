import Clustering
import Tensor

/// The Calinski–Harabasz index (variance ratio): scatter between clusters over scatter within them. Higher is better.
///
/// - Reference: Caliński, Harabasz, "A dendrite method for cluster analysis", 1974, doi:10.1080/03610927408827101.
public enum CalinskiHarabasz {
    /// The index of the clusters `labels` of the rows of `data` `[n × d]`, by Euclidean distance.
    ///
    /// Differs from scikit-learn: noise is left out unless asked for, where scikit-learn takes label −1 for a cluster;
    /// with fewer than two clusters, or as many clusters as rows, the answer is `nil` and not an error.
    ///
    /// - Returns: `nil` when the index has no meaning: fewer than two clusters, or every row its own cluster.
    /// - Throws: ``AnalysisError`` for other numbers of rows or a value that is not finite.
    /// - Complexity: O(n · d).
    public static func score(
        _ data: Matrix, labels: ClusterLabels, noise: NoiseTreatment = .leftOut
    ) throws(AnalysisError) -> Double? {
        try ClusterGeometry(data, labels: labels, noise: noise).calinskiHarabasz
    }
}

extension ClusterGeometry {
    /// The Calinski–Harabasz index (see ``CalinskiHarabasz``); `nil` for fewer than two clusters, when every row is its
    /// own cluster, or when the metric is not Euclidean. When all rows equal their centroids it is 1, as in
    /// scikit-learn.
    ///
    /// - Complexity: O(k · d).
    public var calinskiHarabasz: Double? {
        let (k, n) = (occupiedCount, rowCount)
        guard metric == .euclidean, k >= 2, k < n else { return nil }
        let within = sumsOfSquares.reduce(0, +)
        guard within > 0 else { return 1 }
        var between = 0.0
        for j in 0..<dimension {
            var mean = 0.0
            for (cluster, size) in sizes.enumerated() { mean += Double(size) * centroidValues[cluster * dimension + j] }
            mean /= Double(n)
            for (cluster, size) in sizes.enumerated() {
                let difference = centroidValues[cluster * dimension + j] - mean
                between += Double(size) * difference * difference
            }
        }
        return between * Double(n - k) / (within * Double(k - 1))
    }
}
