import Clustering
import Tensor

/// Where clusters lie and how far they spread: one pass over the rows for the centroids, one for the scatter.
///
/// Several scores and tables need the same two passes; make the geometry once and ask it for each of them. All sums are
/// kept in double precision.
///
/// Clusters that no row belongs to stay in the arrays, with size 0, so that an index is always a cluster's label. Rows
/// that are noise are left out unless ``NoiseTreatment/ownGroup`` is asked for; their values are then not looked at.
public struct ClusterGeometry: Sendable {
    /// How distance is measured.
    public let metric: Metric
    /// The number of features, d.
    public let dimension: Int
    /// The number of rows in each cluster. `[k]`
    public let sizes: [Int]
    /// The mean distance of each cluster's rows to its centroid; 0 for an empty cluster. `[k]`
    public let meanDistances: [Double]
    /// The sum of squared distances of each cluster's rows to its centroid. `[k]`
    public let sumsOfSquares: [Double]
    /// The centroids, row by row. `[k × d]`
    let centroidValues: [Double]
    /// The rows of each cluster, ascending. `[k]`
    let members: [[Int]]

    /// The geometry of the clusters `labels` of the rows of `data` `[n × d]`.
    ///
    /// The centroid is the mean of the rows. With the cosine metric the rows are scaled to unit length first, the
    /// distance is 1 − cosine, and a row of zeros has distance 1 to everything.
    ///
    /// - Throws: ``AnalysisError`` for other numbers of rows, a value that is not finite, or a metric without centroids
    ///   (``Metric/hasCentroids``).
    /// - Complexity: O(n · d) time; O(n + (n / 1024 + k) · d) memory.
    public init(
        _ data: Matrix, labels: ClusterLabels, metric: Metric = .euclidean, noise: NoiseTreatment = .leftOut
    ) throws(AnalysisError) {
        guard labels.count == data.rows else {
            throw .rowCount(of: "labels", found: labels.count, expected: data.rows)
        }
        guard metric.hasCentroids else {
            throw .parameter(
                name: "metric", value: "\(metric)", valid: "euclidean or cosine, whose centroids are means")
        }
        let groups = labels.treatingNoise(as: noise)
        self.metric = metric
        dimension = data.columns
        members = groups.members
        sizes = members.map(\.count)
        let chunks = ClusterChunks(sizes: sizes)
        centroidValues = chunks.centroids(of: data, members: members, metric: metric)
        if centroidValues.contains(where: { !$0.isFinite }) {
            throw Self.firstNotFinite(in: data, members: members)
        }
        (meanDistances, sumsOfSquares) = chunks.scatter(
            of: data, members: members, centroids: centroidValues, metric: metric)
    }

    /// The number of clusters that have rows.
    public var occupiedCount: Int { sizes.count { $0 > 0 } }

    /// The number of rows that belong to clusters.
    public var rowCount: Int { sizes.reduce(0, +) }

    /// The centroids, one a row; zeros for an empty cluster. `[k × d]`
    ///
    /// - Complexity: O(k · d).
    public var centroids: Matrix {
        Matrix(rows: sizes.count, columns: dimension, values: centroidValues.map { Float($0) })
    }

    /// The mean distance to their own centroid of all rows that belong to clusters; 0 when there are none.
    public var overallMeanDistance: Double {
        let count = rowCount
        return count == 0 ? 0 : zip(meanDistances, sizes).reduce(0) { $0 + $1.0 * Double($1.1) } / Double(count)
    }

    private static func firstNotFinite(in data: Matrix, members: [[Int]]) -> AnalysisError {
        for row in members.joined().sorted() {
            if let column = data.row(row).firstIndex(where: { !$0.isFinite }) {
                return .notFinite(row: row, column: column)
            }
        }
        return .notFinite(row: 0, column: 0)
    }
}
