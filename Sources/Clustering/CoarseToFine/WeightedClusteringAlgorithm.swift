import Tensor

/// A way to group rows that may count differently.
public protocol WeightedClusteringAlgorithm: ClusteringAlgorithm {
    /// Groups the rows of `data` `[n × d]`, each of which counts as much as its weight: a whole number w is as good as w
    /// copies of the row.
    ///
    /// - Parameters:
    ///   - data: the rows.
    ///   - weights: a finite number, not negative, for each row; 1 for all when `nil`. `[n]`
    ///   - progress: is told how far the work is, and can stop it.
    /// - Throws: ``ClusteringError`` for parameters, data or weights that cannot be clustered, or when stopped.
    func fit(_ data: Matrix, weights: [Double]?, progress: ProgressHandler) throws(ClusteringError) -> Model
}

extension DBSCAN: WeightedClusteringAlgorithm {}
extension HDBSCAN: WeightedClusteringAlgorithm {}
extension KMeans: WeightedClusteringAlgorithm {}
extension MiniBatchKMeans: WeightedClusteringAlgorithm {}
extension BisectingKMeans: WeightedClusteringAlgorithm {}
