import Tensor

/// OPTICS: an order of the rows in which dense groups are valleys, for clusters of any density.
///
/// Each row has a *reachability*: the distance at which it is reached from the rows before it. Drawn in this order,
/// reachability is a landscape; its valleys are clusters, and valleys within valleys parts of them.
///
/// ```swift
/// let model = try OPTICS(minimumSamples: 8).fit(points)
/// let plot = model.ordering.map { model.reachability[$0] }
/// let labels = model.labels                               // valleys with steep sides
/// let others = try model.labels(eps: 0.5)                 // or what lies below a level, as DBSCAN has it
/// ```
///
/// - Reference: Ankerst, Breunig, Kriegel and Sander, "OPTICS: ordering points to identify the clustering structure", 1999,
///   doi:10.1145/304182.304187; with the corrections of Schubert and Gertz, "Improving the cluster structure extracted from
///   OPTICS plots", LWDA 2018.
/// - Note: Differs from scikit-learn: distances are not rounded to 15 digits; clusters are numbered by size.
public struct OPTICS: ClusteringAlgorithm, Hashable, Codable {
    /// How many rows, itself included, a row has within its core distance; at least 2.
    public var minimumSamples: Int
    /// Rows farther away are not reached; above 0, in units of the metric. ∞ for all.
    public var maximumEps: Double
    /// How steep the sides of a valley are: by which share reachability changes from a row to the next; above 0, below 1.
    public var xi: Double
    /// The least number of rows of a cluster; at least 2. `nil` for ``minimumSamples``.
    public var minimumClusterSize: Int?
    /// Whether rows at the end of a valley that were not reached from within it are left out of it.
    public var correctsPredecessors: Bool
    /// The metric.
    public var metric: Metric

    /// - Parameters:
    ///   - minimumSamples: how many rows, itself included, a row has within its core distance.
    ///   - maximumEps: rows farther away are not reached.
    ///   - xi: how steep the sides of a valley are.
    ///   - minimumClusterSize: the least number of rows of a cluster; `nil` for `minimumSamples`.
    ///   - correctsPredecessors: whether rows at a valley's end that were not reached from within it are left out.
    ///   - metric: how distances are measured.
    public init(
        minimumSamples: Int = 5, maximumEps: Double = .infinity, xi: Double = 0.05, minimumClusterSize: Int? = nil,
        correctsPredecessors: Bool = true, metric: Metric = .euclidean
    ) {
        self.minimumSamples = minimumSamples
        self.maximumEps = maximumEps
        self.xi = xi
        self.minimumClusterSize = minimumClusterSize
        self.correctsPredecessors = correctsPredecessors
        self.metric = metric
    }

    /// Checks the parameters.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``.
    public func validate() throws(ClusteringError) {
        guard minimumSamples >= 2 else {
            throw .parameter(name: "minimumSamples", value: "\(minimumSamples)", valid: "at least 2")
        }
        guard maximumEps > 0 else {
            throw .parameter(name: "maximumEps", value: "\(maximumEps)", valid: "a positive number, or infinity")
        }
        guard xi > 0, xi < 1 else { throw .parameter(name: "xi", value: "\(xi)", valid: "above 0 and below 1") }
        if let size = minimumClusterSize, size < 2 {
            throw .parameter(name: "minimumClusterSize", value: "\(size)", valid: "at least 2")
        }
    }

    func requireSamples(rows: Int) throws(ClusteringError) {
        guard minimumSamples <= rows else {
            throw .parameter(
                name: "minimumSamples", value: "\(minimumSamples)", valid: "at most \(rows), the number of rows")
        }
    }

    /// The most memory that fitting takes on top of the data.
    public func memoryEstimate(rows: Int, columns: Int) -> MemoryEstimate {
        MemoryEstimate("shifted rows and their packed copy", bytes: rows * columns * 8)
            + MemoryEstimate("neighbours and row numbers", bytes: rows * (minimumSamples * 12 + 64))
    }

    /// Orders and groups the rows of `data` `[n × d]`.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` (also where ``minimumSamples`` is above n),
    ///   ``ClusteringError/emptyData(rows:columns:)``, ``ClusteringError/notFinite(row:column:)``,
    ///   ``ClusteringError/cancelled``.
    /// - Complexity: O(n² · d) time, in up to 8 dimensions mostly O(n · log n); O(n · (d + minimumSamples)) memory.
    public func fit(_ data: Matrix, progress: ProgressHandler) throws(ClusteringError) -> Model {
        try validate()
        try data.requireClusterable(metric)
        try requireSamples(rows: data.rows)
        let rows = PreparedRows(data, metric: metric)
        let lists = try rows.nearestOthers(minimumSamples - 1, progress)
        let radius = metric.comparable(maximumEps)
        let cores = (0..<data.rows).map { lists.last($0) <= radius ? lists.last($0) : .infinity }
        let walk =
            KDTree.pays(rows)
            ? try ReachabilityWalk(KDTree(rows.original), cores: cores, radius: radius, progress: progress)
            : try ReachabilityWalk(rows, cores: cores, radius: radius, progress: progress)
        return Model(walk, cores: cores, parameters: self)
    }
}
