import Clustering
import Tensor

/// Finds, for each cluster, the rows that stand for it and the rows that nearly belong elsewhere.
///
/// Medoid rows are those nearest to the centroid (the mean of the cluster's rows). Boundary rows are those with the
/// smallest margin: the distance to the nearest centroid of another cluster minus the distance to their own. A negative
/// margin means that the row lies nearer to another centroid. Distances are exact (double precision); ties go to the
/// lower row.
///
/// ```swift
/// let prototypes = try Prototypes(medoidCount: 9, metric: .cosine).find(labels, data: joint)
/// prototypes[0].medoids.map(\.row)    // nine pictures that show what cluster 0 is about
/// ```
public struct Prototypes: Sendable, Hashable {
    /// How many medoid rows each cluster gets, at least 0; fewer when it has fewer different rows.
    public var medoidCount: Int
    /// How many boundary rows each cluster gets, at least 0; fewer when it has fewer different rows.
    public var boundaryCount: Int
    /// `.euclidean` or `.cosine`.
    public var metric: Metric
    /// Rows at most this far from a row already chosen are passed over, so that a grid does not show one picture twice.
    /// 0 passes over equal rows only; `nil` passes over none. In the units of ``metric``, at least 0.
    public var duplicateDistance: Double?

    /// A search for the given numbers of rows: by default five of each kind, and of equal rows only the first.
    public init(
        medoidCount: Int = 5, boundaryCount: Int = 5, metric: Metric = .euclidean, duplicateDistance: Double? = 0
    ) {
        self.medoidCount = medoidCount
        self.boundaryCount = boundaryCount
        self.metric = metric
        self.duplicateDistance = duplicateDistance
    }

    /// What stands for one cluster.
    public struct Cluster: Sendable, Hashable {
        /// The cluster's label.
        public let label: Int
        /// The rows nearest to the centroid, nearest first.
        public let medoids: [Medoid]
        /// The rows with the smallest margin, smallest first; none when there is one cluster only.
        public let boundary: [Boundary]
    }

    /// A row that is typical of its cluster.
    public struct Medoid: Sendable, Hashable {
        /// The row of the data.
        public let row: Int
        /// The distance to the cluster's centroid.
        public let distance: Double
    }

    /// A row that nearly belongs to another cluster.
    public struct Boundary: Sendable, Hashable {
        /// The row of the data.
        public let row: Int
        /// The distance to the other cluster's centroid minus the distance to the own.
        public let margin: Double
        /// The cluster whose centroid is nearest among the others; the lower label of equals.
        public let otherLabel: Int
    }

    /// Throws ``AnalysisError/parameter(name:value:valid:)`` for the first parameter outside its range.
    public func validate() throws(AnalysisError) {
        guard medoidCount >= 0 else {
            throw .parameter(name: "medoidCount", value: "\(medoidCount)", valid: "at least 0")
        }
        guard boundaryCount >= 0 else {
            throw .parameter(name: "boundaryCount", value: "\(boundaryCount)", valid: "at least 0")
        }
        if let duplicateDistance, !(duplicateDistance >= 0) {
            throw .parameter(
                name: "duplicateDistance", value: "\(duplicateDistance)", valid: "at least 0, or nil to keep duplicates"
            )
        }
    }

    /// The prototypes of each cluster of the rows of `data` `[n × d]`; empty lists for a cluster without rows. `[k]`
    ///
    /// - Throws: ``AnalysisError`` for parameters outside their range, other numbers of rows or a value that is not
    ///   finite.
    /// - Complexity: O(n · k · d) for the products in single precision that find the candidates (only when boundary
    ///   rows are asked for), O(n · d) for the exact distances, O(n log n) to order; O(n + k · d) memory.
    public func find(_ labels: ClusterLabels, data: Matrix) throws(AnalysisError) -> [Cluster] {
        try validate()
        let geometry = try ClusterGeometry(data, labels: labels, metric: metric)
        let own = ownDistances(labels, data: data, geometry: geometry)
        let others =
            boundaryCount > 0
            ? NearestOtherCentroid(geometry: geometry).search(data, labels: labels) : []
        return parallelMap(geometry.sizes.count) { label in
            let members = geometry.members[label]
            let byDistance = members.sorted { (own[$0], $0) < (own[$1], $1) }
            let medoids = different(byDistance, upTo: medoidCount, in: data)
                .map { Medoid(row: $0, distance: own[$0]) }
            guard boundaryCount > 0, geometry.occupiedCount > 1 else {
                return Cluster(label: label, medoids: medoids, boundary: [])
            }
            let byMargin = members.sorted { (others[$0].distance - own[$0], $0) < (others[$1].distance - own[$1], $1) }
            let boundary = different(byMargin, upTo: boundaryCount, in: data)
                .map { Boundary(row: $0, margin: others[$0].distance - own[$0], otherLabel: others[$0].label) }
            return Cluster(label: label, medoids: medoids, boundary: boundary)
        }
    }

    /// The distance of each row to its own centroid; 0 for noise. `[n]`
    private func ownDistances(
        _ labels: ClusterLabels, data: Matrix, geometry: ClusterGeometry
    ) -> [Double] {
        let d = data.columns
        var result = [Double](repeating: 0, count: data.rows)
        result.withUnsafeMutableBufferPointer { result in
            let all = 0..<data.rows
            parallelFor(all.tileCount(size: ClusterChunks.size)) { tile in
                data.withUnsafeBufferPointer { values in
                    geometry.centroidValues.withUnsafeBufferPointer { centroids in
                        guard let values = values.baseAddress, let centroids = centroids.baseAddress else { return }
                        for row in all.tile(tile, size: ClusterChunks.size) {
                            guard let label = labels[row] else { continue }
                            result[row] = metric.distance(values + row * d, centroids + label * d, d)
                        }
                    }
                }
            }
        }
        return result
    }

    /// The first `count` of `rows` of which none is a duplicate of one before it.
    private func different(_ rows: [Int], upTo count: Int, in data: Matrix) -> [Int] {
        guard let duplicateDistance else { return Array(rows.prefix(count)) }
        var chosen: [Int] = []
        for row in rows where chosen.count < count {
            let values = data.row(row)
            let isDuplicate = chosen.contains { other in
                let otherValues = data.row(other)
                return values.elementsEqual(otherValues)
                    || (duplicateDistance > 0 && metric.distance(values, otherValues) <= duplicateDistance)
            }
            if !isDuplicate { chosen.append(row) }
        }
        return chosen
    }
}
