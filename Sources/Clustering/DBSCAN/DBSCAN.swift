import Tensor

/// DBSCAN: groups of rows that are dense, joined over chains of dense rows; the rest is noise.
///
/// A row is a core row when at least `minimumSamples` rows, itself included, lie within `eps` of it. Core rows within
/// `eps` of each other share a cluster. Other rows within `eps` of a core row join its cluster; where several would do,
/// the one whose lowest core row comes first.
///
/// ```swift
/// let model = try DBSCAN(eps: 0.3, minimumSamples: 5, metric: .cosine).fit(vectors)
/// model.labels.noiseCount
/// ```
///
/// Distances closer to `eps` than rounding can tell are decided in double precision. In up to 8 dimensions a k-d tree is
/// searched; in more, neighbourhoods are computed tile by tile. They are never kept: extra memory does not depend on how
/// many neighbours there are.
///
/// - Reference: Ester et al., "A density-based algorithm for discovering clusters", KDD 1996; Schubert et al., "DBSCAN
///   revisited, revisited", 2017, doi:10.1145/3068335.
/// - Note: Differs from scikit-learn: clusters are numbered by size; memory is O(n · d) in the worst case, too.
public struct DBSCAN: ClusteringAlgorithm, Hashable, Codable {
    /// The radius of a neighbourhood, in units of the metric; above 0.
    public var eps: Double
    /// How many rows, itself included, a core row has within `eps`; at least 1.
    public var minimumSamples: Int
    /// The metric.
    public var metric: Metric

    /// DBSCAN with the given radius, which has no default: it depends on the data. ``AutomaticDBSCAN`` finds one.
    public init(eps: Double, minimumSamples: Int = 5, metric: Metric = .euclidean) {
        self.eps = eps
        self.minimumSamples = minimumSamples
        self.metric = metric
    }

    /// Checks ``eps`` and ``minimumSamples``.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` when ``eps`` is not above 0 or not finite, or
    ///   ``minimumSamples`` is below 1.
    public func validate() throws(ClusteringError) {
        guard eps > 0, eps.isFinite else {
            throw .parameter(name: "eps", value: "\(eps)", valid: "a positive number")
        }
        guard minimumSamples >= 1 else {
            throw .parameter(name: "minimumSamples", value: "\(minimumSamples)", valid: "at least 1")
        }
    }

    /// The most memory that fitting takes on top of the data: the shifted rows, their packed copy, the core
    /// rows, and a few numbers for each row. Neighbour lists are never kept.
    public func memoryEstimate(rows: Int, columns: Int) -> MemoryEstimate {
        if KDTree.mayPay(metric, columns) {
            return MemoryEstimate("k-d tree", bytes: rows * (columns * 16 + 16))
                + MemoryEstimate("neighbours and row numbers", bytes: rows * 160)
        }
        return MemoryEstimate("shifted rows", bytes: rows * columns * 8)
            + MemoryEstimate("core rows", bytes: rows * columns * 8)
            + MemoryEstimate("row numbers", bytes: rows * 64)
    }

    /// Groups the rows of `data` `[n × d]`.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``, ``ClusteringError/emptyData(rows:columns:)``,
    ///   ``ClusteringError/notFinite(row:column:)``, ``ClusteringError/dimension(expected:found:)`` where the metric is made
    ///   for other rows, ``ClusteringError/cancelled``.
    /// - Complexity: O(n² · d) time and O(n · d) memory; for Euclidean rows of up to 8 features O(n · minimumSamples ·
    ///   log n) time where they are spread well.
    public func fit(_ data: Matrix, progress: ProgressHandler) throws(ClusteringError) -> Model {
        try fit(data, weights: nil, progress: progress)
    }

    /// Groups the rows of `data` `[n × d]`, of which each counts as often as its weight says: a row is a core row when the
    /// weights within `eps` of it, its own included, add up to ``minimumSamples``.
    ///
    /// - Parameters:
    ///   - data: the rows.
    ///   - weights: finite numbers from 0, one a row; `nil` for 1 each. A row of weight 0 is no core row, as if it were not
    ///     there, but may join a cluster (in scikit-learn it may be a core row and join others).
    ///   - progress: is told how far the work is, and can stop it.
    /// - Throws: as `fit(_:progress:)`; ``ClusteringError/parameter(name:value:valid:)`` names a row with a bad weight.
    /// - Complexity: as `fit(_:progress:)`.
    public func fit(
        _ data: Matrix, weights: [Double]?, progress: ProgressHandler = .none
    ) throws(ClusteringError) -> Model {
        try validate()
        try data.requireClusterable(metric)
        if let weights { try data.requireWeights(weights) }
        let rows = PreparedRows(data, metric: metric)
        let radius = metric.comparable(eps)
        if KDTree.pays(rows) {
            let (labels, isCore) = try TreeScan(rows.original, radius: radius).run(
                minimumSamples: minimumSamples, weights: weights, progress: progress)
            return Model(labels, coreRows: isCore.indices.filter { isCore[$0] }, rows: rows, parameters: self)
        }
        let isCore = try RadiusScan(rows, radius: radius).rowsWithNeighbors(
            atLeast: minimumSamples, weights: weights, progress: progress)
        let cores = isCore.indices.filter { isCore[$0] }
        let scan = RadiusScan(cores.count == rows.count ? rows : rows.gathering(cores), radius: radius)
        let components = try scan.connectedComponents(progress: progress)
        // Components are numbered by their lowest core row: where a border row may join several, the first wins.
        var labels = [Int32](repeating: ClusterLabels.noise, count: data.rows)
        for (position, row) in cores.enumerated() { labels[row] = components[position] }
        let others = isCore.indices.filter { !isCore[$0] }
        if !cores.isEmpty && !others.isEmpty {
            let border = try scan.lowestLabel(near: rows.gathering(others), labels: components, progress: progress)
            for (position, row) in others.enumerated() { labels[row] = border[position] }
        }
        return Model(labels, coreRows: cores, rows: rows, parameters: self)
    }
}
