import Clustering
import Tensor

/// How well each row lies in its cluster: s = (b − a) / max(a, b), where a is the mean distance to the other rows of
/// its cluster and b the mean distance to the rows of the nearest other cluster.
///
/// ```swift
/// let silhouette = try Silhouette(points, labels: model.labels)
/// silhouette?.mean           // in [−1, 1], higher is better
/// ```
///
/// - Reference: Rousseeuw, "Silhouettes", 1987, doi:10.1016/0377-0427(87)90125-7.
/// - Note: Differs from scikit-learn: noise is left out unless asked for.
public struct Silhouette: Sendable {
    /// The value of each row, in [−1, 1]; `nil` for noise that was left out. A row alone in its cluster has 0. `[n]`
    public let values: [Double?]
    /// The mean over all rows that have a value.
    public let mean: Double
    /// The mean over each cluster's rows; `nil` for a number that no row has. `[k]`
    public let clusterMeans: [Double?]

    /// The silhouette of every row, exactly.
    ///
    /// For the cosine metric the sum of distances to a cluster follows from the cluster's mean, so no pairs are looked
    /// at.
    ///
    /// - Returns: `nil` when there are fewer than two clusters, or every row is its own cluster.
    /// - Throws: ``AnalysisError`` for data and labels of different lengths, values that are not finite, or when
    ///   stopped.
    /// - Complexity: O(n² · d) time for Euclidean distances, O(n · k · d) for cosine; O(n · d) memory.
    public init?(
        _ data: Matrix, labels: ClusterLabels, metric: Metric = .euclidean, noise: NoiseTreatment = .leftOut,
        progress: ProgressHandler = .none
    ) throws(AnalysisError) {
        guard let groups = try GroupedRows(data, labels: labels, noise: noise) else { return nil }
        let found = try groups.silhouettes(of: nil, metric: metric, progress: progress)
        var values = [Double?](repeating: nil, count: data.rows)
        for (position, row) in groups.rows.enumerated() { values[row] = found[position] }
        self.values = values
        mean = found.reduce(0, +) / Double(found.count)
        clusterMeans = (0..<groups.clusterCount).map { cluster in
            let members = groups.range(of: cluster)
            return members.isEmpty ? nil : found[members].reduce(0, +) / Double(members.count)
        }
    }

    /// The mean silhouette of a sample, with its uncertainty.
    public struct Estimate: Sendable, Hashable {
        /// The mean over the sampled rows. Each of them is compared with all rows, so the estimate is unbiased.
        public let mean: Double
        /// Half the width of the confidence interval: `mean ± margin`. 0 when every row was in the sample.
        public let margin: Double
        /// The probability that the interval holds the mean over all rows.
        public let confidence: Double
        /// How many rows were sampled.
        public let sampleSize: Int
    }

    /// Estimates the mean silhouette from a random sample of rows, each compared with all rows.
    ///
    /// - Parameters:
    ///   - data: the rows. `[n × d]`
    ///   - labels: the cluster of each row. `[n]`
    ///   - sampleSize: how many rows to sample, at least 2; all when there are fewer.
    ///   - confidence: the probability of the interval, between 0 and 1. The interval rests on the normal approximation
    ///     and is narrowed for sampling without replacement.
    ///   - metric: how distances are measured.
    ///   - noise: what is made of rows in no cluster.
    ///   - seed: names the sample.
    ///   - progress: is told how far the work is, and can stop it.
    /// - Returns: `nil` when there are fewer than two clusters, or every row is its own cluster.
    /// - Throws: ``AnalysisError`` for parameters outside their range, and as `init`.
    /// - Complexity: O(sampleSize · n · d).
    public static func estimate(
        _ data: Matrix, labels: ClusterLabels, sampleSize: Int, confidence: Double = 0.95, metric: Metric = .euclidean,
        noise: NoiseTreatment = .leftOut, seed: UInt64 = 0, progress: ProgressHandler = .none
    ) throws(AnalysisError) -> Estimate? {
        guard sampleSize >= 2 else {
            throw .parameter(name: "sampleSize", value: "\(sampleSize)", valid: "at least 2")
        }
        guard confidence > 0, confidence < 1 else {
            throw .parameter(name: "confidence", value: "\(confidence)", valid: "between 0 and 1")
        }
        guard let groups = try GroupedRows(data, labels: labels, noise: noise) else { return nil }
        let total = groups.rows.count
        let size = min(sampleSize, total)
        var random = RandomSource(seed: seed, stage: "silhouette sample")
        let sample = random.sample(size, outOf: total)
        let values = try groups.silhouettes(of: sample, metric: metric, progress: progress)
        let mean = values.reduce(0, +) / Double(size)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(size - 1)
        let unseen = 1 - Double(size) / Double(total)
        let margin = normalQuantile((1 + confidence) / 2) * (variance / Double(size) * unseen).squareRoot()
        return Estimate(mean: mean, margin: margin, confidence: confidence, sampleSize: size)
    }
}

/// The value below which a standard normal variable lies with probability `p`, 0.5 ≤ p < 1, by bisection of the
/// integral's series; accurate to about 1e-9.
private func normalQuantile(_ p: Double) -> Double {
    /// Φ(x) − ½ by its power series, which converges for every x and quickly for those that matter here.
    func area(_ x: Double) -> Double {
        var (term, sum, n) = (x, x, 1.0)
        while abs(term) > 1e-17 * abs(sum) && n < 500 {
            term *= -x * x / (2 * n)
            sum += term / (2 * n + 1)
            n += 1
        }
        return sum / (2 * Double.pi).squareRoot()
    }
    var (low, high) = (0.0, 6.0)
    for _ in 0..<60 {
        let middle = (low + high) / 2
        if area(middle) < p - 0.5 { low = middle } else { high = middle }
    }
    return (low + high) / 2
}
