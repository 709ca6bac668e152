import Tensor

/// Two clusterers in one, for millions of rows: a coarse one that is quick, and a fine one that sees little at a time.
///
/// The coarse one parts the rows into about a thousand groups. Then the fine one finds clusters inside each of the hot
/// groups, or joins groups across: it clusters their means, each of which counts as much as its group has rows.
///
/// ```swift
/// // Topics among two million posts: dense groups inside the hotter half.
/// let topics = try CoarseToFine(inside: HDBSCAN(minimumClusterSize: 30), hot: .covering(0.5)).fit(vectors)
/// topics.labels
/// topics.origins[0]                        // the group that cluster 0 lies in, and its label there
/// try topics.fineModel(ofGroup: 17)        // all that HDBSCAN tells of this group
///
/// // The large forms that the groups make.
/// let forms = try CoarseToFine(across: HDBSCAN(minimumClusterSize: 20_000, minimumSamples: 5000)).fit(vectors)
/// ```
///
/// Inside is for clusters smaller than a group: one that reaches over several groups is found in pieces. Across is for
/// clusters of several groups: nothing smaller than a group is seen.
public struct CoarseToFine<Coarse: ClusteringAlgorithm, Fine: ClusteringAlgorithm>: ClusteringAlgorithm {
    /// What the fine algorithm sees.
    public enum Scope: String, Sendable, Hashable, Codable {
        /// The rows of one group after another.
        case inside
        /// The means of all groups, weighted by their rows.
        case across
    }

    /// Makes the groups.
    public var coarse: Coarse
    /// Makes clusters of what is in a group, or of groups.
    public var fine: Fine
    /// What the fine algorithm sees.
    public let scope: Scope
    /// Which groups are looked at; the rows of the others are noise.
    public var hot: HotGroups
    /// Inside: the rows of groups with fewer rows than this are noise. `nil` for as many as ``fine`` needs, where it is
    /// one of Kindred's; at least 1.
    public var minimumGroupSize: Int?

    /// Looks for clusters inside the groups.
    ///
    /// - Parameters:
    ///   - coarse: makes the groups.
    ///   - fine: makes clusters of the rows of a group.
    ///   - hot: which groups are looked into; the rows of the others are noise.
    ///   - minimumGroupSize: the rows of smaller groups are noise; `nil` for as many as `fine` needs.
    public init(coarse: Coarse, inside fine: Fine, hot: HotGroups = .all, minimumGroupSize: Int? = nil) {
        self.coarse = coarse
        self.fine = fine
        self.scope = .inside
        self.hot = hot
        self.minimumGroupSize = minimumGroupSize
    }

    /// Looks for clusters of groups.
    ///
    /// - Parameters:
    ///   - coarse: makes the groups.
    ///   - fine: makes clusters of the means of groups, which count as much as they have rows: numbers of rows among its
    ///     parameters are numbers of rows.
    ///   - hot: which groups are looked at; the rows of the others are noise.
    public init(coarse: Coarse, across fine: Fine, hot: HotGroups = .all) where Fine: WeightedClusteringAlgorithm {
        self.coarse = coarse
        self.fine = fine
        self.scope = .across
        self.hot = hot
    }

    /// Checks all parameters, those of both algorithms included.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``.
    public func validate() throws(ClusteringError) {
        try coarse.validate()
        try fine.validate()
        try hot.validate()
        // Read from a file, they may not fit together.
        guard scope == .inside || fine is any WeightedClusteringAlgorithm else {
            throw .parameter(name: "scope", value: "\(scope)", valid: "inside: the fine algorithm takes no weights")
        }
        if let minimumGroupSize, minimumGroupSize < 1 {
            throw .parameter(name: "minimumGroupSize", value: "\(minimumGroupSize)", valid: "at least 1")
        }
    }

    /// Groups beyond this size are looked into one after another, by all threads; smaller ones side by side.
    static var largeGroup: Int { 10_000 }

    /// The most memory that fitting takes on top of the data, where no group has more than a twentieth of the rows.
    public func memoryEstimate(rows: Int, columns: Int) -> MemoryEstimate {
        let kept = MemoryEstimate("row numbers", bytes: rows * 24)
        let first = kept + coarse.memoryEstimate(rows: rows, columns: columns)
        func inside(_ rows: Int) -> MemoryEstimate {
            fine.memoryEstimate(rows: rows, columns: columns)
                + MemoryEstimate("rows of a group", floats: rows * columns)
        }
        let largest = min(rows, max(1000, rows / 20))
        let second =
            scope == .inside
            ? max(inside(largest), inside(min(largest, Self.largeGroup)) * Parallelism.threadCount)
            : fine.memoryEstimate(rows: min(rows, 1000), columns: columns)
        return max(first, kept + second)
    }

    /// Groups the rows of `data` `[n × d]`. The model keeps `data`, without copying it.
    ///
    /// - Throws: what the algorithms throw; where it is not about data or parameters as such,
    ///   ``ClusteringError/step(reason:)`` names the group. ``ClusteringError/cancelled`` when stopped.
    /// - Complexity: that of the coarse algorithm, and of the fine one for each group or for the means; O(n · d) besides.
    public func fit(_ data: Matrix, progress: ProgressHandler) throws(ClusteringError) -> Model {
        try validate()
        try data.requireClusterable()
        let groups = try coarse.fit(data, progress: progress)
        let members = groups.labels.members
        let measured = GroupMeans(
            data, members: members, isDirectional: (coarse as? any MeasuresByMetric)?.metric == .cosine)
        var described = measured.groups
        for (group, isHot) in hot.chosen(described).enumerated() { described[group].isHot = isHot }
        let parts = Parts(groups: described, means: measured.means)
        switch scope {
        case .inside: return try inside(data, groups, members, parts, progress)
        case .across: return try across(data, groups, parts, progress)
        }
    }

    /// What is known of the groups before the fine step.
    struct Parts {
        let groups: [CoarseGroup]
        let means: Matrix
    }
}

extension CoarseToFine: Equatable where Coarse: Equatable, Fine: Equatable {}
extension CoarseToFine: Hashable where Coarse: Hashable, Fine: Hashable {}
extension CoarseToFine: Encodable where Coarse: Encodable, Fine: Encodable {}
extension CoarseToFine: Decodable where Coarse: Decodable, Fine: Decodable {}

extension CoarseToFine where Coarse == CoarseKMeans {
    /// Looks for clusters inside about a thousand groups that ``CoarseKMeans`` makes.
    public init(
        inside fine: Fine, coarse: CoarseKMeans = CoarseKMeans(), hot: HotGroups = .all, minimumGroupSize: Int? = nil
    ) {
        self.init(coarse: coarse, inside: fine, hot: hot, minimumGroupSize: minimumGroupSize)
    }

    /// Looks for clusters of about a thousand groups that ``CoarseKMeans`` makes.
    public init(across fine: Fine, coarse: CoarseKMeans = CoarseKMeans(), hot: HotGroups = .all)
    where Fine: WeightedClusteringAlgorithm {
        self.init(coarse: coarse, across: fine, hot: hot)
    }
}
