import Clustering
import Tensor

/// Finds hot clusters: those that hold more than a given share of the rows, ranked by size and density.
///
/// ```swift
/// let hot = try HotClusters().rank(labels, data: joint).filter(\.isHot)
/// ```
///
/// - The **share** of a cluster is its size over the number of all rows, noise included.
/// - Its **relative density** is the mean distance of all clustered rows to their centroids over the mean distance of
///   its own rows: 2 means that its rows lie twice as close together as the collection's do. It is at most
///   ``densityLimit``, so that a handful of copies of one picture is not infinitely dense, and 1 for a cluster of one
///   row, about which nothing is known, and when the rows of all clusters coincide with their centroids.
/// - Its **heat** is share × relative density. Clusters are ranked by heat; equal heat by size, then by label.
public struct HotClusters: Sendable, Hashable {
    /// A cluster is hot when its share lies above this. 0 ..< 1.
    public var minimumShare: Double
    /// The largest relative density that counts, at least 1.
    public var densityLimit: Double
    /// How density is measured: `.euclidean` or `.cosine`.
    public var metric: Metric

    /// Parameters of the ranking. By default a cluster is hot with more than 5 % of all rows.
    public init(minimumShare: Double = 0.05, densityLimit: Double = 10, metric: Metric = .euclidean) {
        self.minimumShare = minimumShare
        self.densityLimit = densityLimit
        self.metric = metric
    }

    /// One cluster's heat.
    public struct Cluster: Sendable, Hashable {
        /// The cluster's label.
        public let label: Int
        /// The number of its rows.
        public let size: Int
        /// Its size over the number of all rows, noise included.
        public let share: Double
        /// The mean distance of its rows to its centroid; `nil` when no data was given.
        public let meanDistance: Double?
        /// How much denser than the collection it is; 1 when no data was given.
        public let relativeDensity: Double
        /// Share × relative density.
        public let heat: Double
        /// 1 for the hottest.
        public let rank: Int
        /// Whether its share lies above the threshold.
        public let isHot: Bool
    }

    /// Throws ``AnalysisError/parameter(name:value:valid:)`` for the first parameter outside its range.
    public func validate() throws(AnalysisError) {
        guard minimumShare >= 0, minimumShare < 1 else {
            throw .parameter(name: "minimumShare", value: "\(minimumShare)", valid: "in 0 ..< 1, such as 0.05 for 5 %")
        }
        guard densityLimit >= 1, densityLimit.isFinite else {
            throw .parameter(name: "densityLimit", value: "\(densityLimit)", valid: "a number of at least 1")
        }
    }

    /// All clusters that have rows, hottest first, weighted by their density in `data` `[n × d]`.
    ///
    /// - Throws: ``AnalysisError`` for parameters outside their range, other numbers of rows or a value that is not
    ///   finite.
    /// - Complexity: O(n · d + k log k).
    public func rank(_ labels: ClusterLabels, data: Matrix) throws(AnalysisError) -> [Cluster] {
        try validate()
        return ranked(labels, geometry: try ClusterGeometry(data, labels: labels, metric: metric))
    }

    /// All clusters that have rows, largest first; heat is the share alone.
    ///
    /// - Throws: ``AnalysisError/parameter(name:value:valid:)`` for parameters outside their range.
    /// - Complexity: O(n + k log k).
    public func rank(_ labels: ClusterLabels) throws(AnalysisError) -> [Cluster] {
        try validate()
        return ranked(labels, geometry: nil)
    }

    private func ranked(_ labels: ClusterLabels, geometry: ClusterGeometry?) -> [Cluster] {
        let sizes = labels.sizes
        let overall = geometry?.overallMeanDistance ?? 0
        let found = sizes.indices.filter { sizes[$0] > 0 }.map { label -> Cluster in
            let share = Double(sizes[label]) / Double(labels.count)
            let meanDistance = geometry?.meanDistances[label]
            var density = 1.0
            if let meanDistance, overall > 0, sizes[label] > 1 {
                density = meanDistance > 0 ? min(densityLimit, overall / meanDistance) : densityLimit
            }
            return Cluster(
                label: label, size: sizes[label], share: share, meanDistance: meanDistance, relativeDensity: density,
                heat: share * density, rank: 0, isHot: share > minimumShare)
        }
        return found.sorted { ($1.heat, $1.size, $0.label) < ($0.heat, $0.size, $1.label) }
            .enumerated().map { $1.ranked($0 + 1) }
    }
}

extension HotClusters.Cluster {
    fileprivate func ranked(_ rank: Int) -> Self {
        Self(
            label: label, size: size, share: share, meanDistance: meanDistance, relativeDensity: relativeDensity,
            heat: heat, rank: rank, isHot: isHot)
    }
}
