import Clustering
import Tensor

/// The Davies–Bouldin index: how much each cluster resembles the one most like it. Lower is better; 0 is best.
///
/// For each cluster, the worst ratio of (own mean distance to the centroid + the other's) to the distance between the
/// two centroids; the index is the mean of these.
///
/// - Reference: Davies, Bouldin, "A cluster separation measure", 1979, doi:10.1109/TPAMI.1979.4766909.
public enum DaviesBouldin {
    /// The index of the clusters `labels` of the rows of `data` `[n × d]`, by Euclidean distance.
    ///
    /// Differs from scikit-learn: noise is left out unless asked for, where scikit-learn takes label −1 for a cluster;
    /// with fewer than two clusters, or as many clusters as rows, the answer is `nil` and not an error.
    ///
    /// - Returns: `nil` when the index has no meaning: fewer than two clusters, or every row its own cluster.
    /// - Throws: ``AnalysisError`` for other numbers of rows or a value that is not finite.
    /// - Complexity: O(n · d + k² · d).
    public static func score(
        _ data: Matrix, labels: ClusterLabels, noise: NoiseTreatment = .leftOut
    ) throws(AnalysisError) -> Double? {
        try ClusterGeometry(data, labels: labels, noise: noise).daviesBouldin
    }
}

extension ClusterGeometry {
    /// The Davies–Bouldin index (see ``DaviesBouldin``); `nil` for fewer than two clusters, when every row is its own
    /// cluster, or when the metric is not Euclidean.
    ///
    /// Two clusters whose centroids coincide do not count against each other, as in scikit-learn.
    ///
    /// - Complexity: O(k² · d).
    public var daviesBouldin: Double? {
        guard metric == .euclidean, occupiedCount >= 2, occupiedCount < rowCount else { return nil }
        let clusters = sizes.indices.filter { sizes[$0] > 0 }
        let d = dimension
        let worst = centroidValues.withUnsafeBufferPointer { centroids in
            parallelMap(clusters.count) { index -> Double in
                let own = clusters[index]
                var result = 0.0
                for other in clusters where other != own {
                    var square = 0.0
                    for j in 0..<d {
                        let difference = centroids[own * d + j] - centroids[other * d + j]
                        square += difference * difference
                    }
                    if square > 0 {
                        result = max(result, (meanDistances[own] + meanDistances[other]) / square.squareRoot())
                    }
                }
                return result
            }
        }
        return worst.reduce(0, +) / Double(clusters.count)
    }
}
