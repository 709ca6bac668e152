import Tensor

/// HDBSCAN*: clusters of any density, taken from the hierarchy of all density levels; the rest is noise.
///
/// It takes no radius: clusters may differ in density. What counts as a cluster is told by its least size.
///
/// ```swift
/// let model = try HDBSCAN(minimumClusterSize: 15, metric: .cosine).fit(vectors)
/// model.labels.noiseCount
/// model.probabilities[0]     // how firmly row 0 belongs to its cluster
/// ```
///
/// The spanning tree is exact in any number of dimensions: no sampling, no approximate neighbours, and no matrix of all
/// distances.
///
/// - Reference: Campello, Moulavi, Zimek and Sander, "Hierarchical density estimates for data clustering, visualization,
///   and outlier detection", 2015, doi:10.1145/2733381; McInnes and Healy, "Accelerated hierarchical density based
///   clustering", 2017, doi:10.1109/ICDMW.2017.12.
/// - Note: `minimumSamples` counts the row itself, as in scikit-learn; the `hdbscan` package does not count it, so its
///   `min_samples=5` is 6 here. Differs from both: clusters are numbered by size.
public struct HDBSCAN: ClusteringAlgorithm, Hashable, Codable {
    /// The least number of rows that make a cluster; at least 2.
    public var minimumClusterSize: Int
    /// How many rows, itself included, lie within a row's core distance: the larger, the more rows are noise; at least 1.
    /// `nil` for ``minimumClusterSize``.
    public var minimumSamples: Int?
    /// The metric.
    public var metric: Metric
    /// Which clusters of the hierarchy are taken.
    public var selection: ClusterSelection

    /// - Parameters:
    ///   - minimumClusterSize: the least number of rows that make a cluster.
    ///   - minimumSamples: how many rows, itself included, lie within a row's core distance; `nil` for
    ///     `minimumClusterSize`.
    ///   - metric: how distances are measured.
    ///   - selection: which clusters of the hierarchy are taken.
    public init(
        minimumClusterSize: Int = 5, minimumSamples: Int? = nil, metric: Metric = .euclidean,
        selection: ClusterSelection = ClusterSelection()
    ) {
        self.minimumClusterSize = minimumClusterSize
        self.minimumSamples = minimumSamples
        self.metric = metric
        self.selection = selection
    }

    /// Checks the parameters.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``.
    public func validate() throws(ClusteringError) {
        guard minimumClusterSize >= 2 else {
            throw .parameter(name: "minimumClusterSize", value: "\(minimumClusterSize)", valid: "at least 2")
        }
        if let minimumSamples, minimumSamples < 1 {
            throw .parameter(name: "minimumSamples", value: "\(minimumSamples)", valid: "at least 1")
        }
        guard selection.epsilon >= 0, selection.epsilon.isFinite else {
            throw .parameter(name: "selection.epsilon", value: "\(selection.epsilon)", valid: "a number from 0")
        }
        if let most = selection.maximumClusterSize, most < minimumClusterSize {
            throw .parameter(
                name: "selection.maximumClusterSize", value: "\(most)",
                valid: "at least minimumClusterSize, \(minimumClusterSize)")
        }
    }

    /// The most memory that fitting takes on top of the data.
    public func memoryEstimate(rows: Int, columns: Int) -> MemoryEstimate {
        let neighbors = max(MutualReachabilityTree.neighborCount, (minimumSamples ?? minimumClusterSize) - 1)
        return MemoryEstimate("shifted rows", bytes: rows * columns * 4)
            + MemoryEstimate("rows for products, in two orders", bytes: rows * columns * 12)
            + MemoryEstimate("neighbours and their edges", bytes: rows * neighbors * 36)
            + MemoryEstimate("trees", bytes: rows * 200)
    }

    /// Groups the rows of `data` `[n × d]`. With fewer than ``minimumClusterSize`` rows, all are noise.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` (also where ``minimumSamples`` is above n),
    ///   ``ClusteringError/emptyData(rows:columns:)``, ``ClusteringError/notFinite(row:column:)``,
    ///   ``ClusteringError/cancelled``.
    /// - Complexity: O(n² · d) time, O(n · (d + minimumSamples)) memory.
    public func fit(_ data: Matrix, progress: ProgressHandler) throws(ClusteringError) -> Model {
        try fit(data, weights: nil, progress: progress)
    }

    /// Groups the rows of `data` `[n × d]`, each of which counts as much as its weight.
    ///
    /// A whole number w as a weight is as good as w copies of the row: ``minimumSamples`` and ``minimumClusterSize`` are
    /// compared with sums of weights, stability is a sum over weights, and clusters are numbered by weight. Other numbers
    /// mean the same in between. A row of weight 0 changes nothing for the others; it is labelled as a new row would be.
    ///
    /// - Parameters:
    ///   - data: the rows.
    ///   - weights: a finite number, not negative, for each row; 1 for all when `nil`. `[n]`
    ///   - progress: is told how far the work is, and can stop it.
    /// - Throws: as ``fit(_:progress:)``, and ``ClusteringError/parameter(name:value:valid:)`` for weights that are
    ///   negative, not finite, not as many as rows, or whose sum is below ``minimumSamples`` or 1.
    /// - Complexity: as of ``fit(_:progress:)``; where weights are far below 1, longer lists of neighbours are searched for,
    ///   but not kept.
    public func fit(
        _ data: Matrix, weights: [Double]?, progress: ProgressHandler = .none
    ) throws(ClusteringError) -> Model {
        try fit(data, weights: weights, constraints: LinkConstraints(), progress: progress)
    }

    /// Groups the rows of `data` `[n × d]`, some pairs of which are known to belong together, or not to.
    ///
    /// The hierarchy is as without. From it those clusters are taken that satisfy the most pairs, and among such choices the
    /// one that ``selection`` prefers. So constraints that are satisfied anyway change nothing; rows that do not belong
    /// together are separated by smaller clusters, and rows that do are joined by a larger one, as far as the hierarchy has
    /// them. ``Model/violations`` tells which pairs remain.
    ///
    /// - Parameters:
    ///   - data: the rows.
    ///   - weights: how much each row counts; 1 for all when `nil`. `[n]`
    ///   - constraints: what is known. Each pair counts the same, however often it is named.
    ///   - progress: is told how far the work is, and can stop it.
    /// - Throws: as ``fit(_:weights:progress:)``, and ``ClusteringError/parameter(name:value:valid:)`` for constraints as
    ///   ``LinkConstraints/validate(rowCount:)`` does.
    /// - Complexity: as of ``fit(_:progress:)``.
    /// - Reference: Campello, Moulavi, Zimek and Sander, "A framework for semi-supervised and unsupervised optimal extraction
    ///   of clusters from hierarchies", 2013, doi:10.1007/s10618-013-0311-4.
    public func fit(
        _ data: Matrix, weights: [Double]? = nil, constraints: LinkConstraints, progress: ProgressHandler = .none
    ) throws(ClusteringError) -> Model {
        try validate()
        try data.requireClusterable(metric)
        let (samples, uneven) = try check(rowCount: data.rows, weights: weights, constraints: constraints)
        let rows = PreparedRows(data, metric: metric)
        let (edges, cores) = try Self.spanningTree(rows, minimumSamples: samples, weights: uneven, progress: progress)
        return Model(
            rows, Dendrogram(leafCount: rows.count, edges: edges), cores: cores, weights: uneven,
            minimumSamples: samples, parameters: self, constraints: constraints)
    }

    /// Checks what goes with so many rows; gives the samples of a core distance, and the weights unless all are 1.
    func check(
        rowCount: Int, weights: [Double]?, constraints: LinkConstraints
    ) throws(ClusteringError) -> (samples: Int, weights: [Double]?) {
        try constraints.validate(rowCount: rowCount)
        let total = try weights.map { weights throws(ClusteringError) in
            try weights.requireWeights(ofRows: rowCount)
        }
        if let total, total < 1 {
            throw .parameter(
                name: "the sum of the weights", value: "\(total)", valid: "at least 1, the weight of a row")
        }
        let most = total ?? Double(rowCount)
        let samples = minimumSamples ?? Int(min(Double(minimumClusterSize), most))
        guard Double(samples) <= most else {
            let limit = total == nil ? "\(rowCount), the number of rows" : "\(most), the sum of the weights"
            throw .parameter(name: "minimumSamples", value: "\(samples)", valid: "at most \(limit)")
        }
        return (samples, weights.flatMap { $0.allSatisfy { $0 == 1 } ? nil : $0 })
    }
}
