/// Cuts each branch of a tree where its own shape says that it is one cluster: the dynamic hybrid tree cut.
///
/// Going up the tree, a branch grows by single leaves and by smaller branches. Where two branches meet, each must show that
/// it is a cluster: it has enough leaves, its core is tight, and there is a gap between its core and the height at which
/// they meet. A branch that fails dissolves into the other; two that pass stay apart for good. Leaves that join above such
/// a meeting belong to no cluster. So clusters may lie at different heights, and their number is not asked for.
///
/// Heights are looked at between the 5 % quantile of all heights and ``cutHeight``.
///
/// - Reference: Langfelder, Zhang and Horvath, "Defining clusters from a hierarchical cluster tree: the Dynamic Tree Cut
///   package for R", 2008, doi:10.1093/bioinformatics/btm563.
/// - Note: The first stage of the paper's hybrid method, as R's `cutreeHybrid(pamStage = FALSE)`; the second, which assigns
///   leftover leaves to the nearest cluster, is left out: they are noise.
public struct DynamicTreeCut: Sendable, Hashable, Codable {
    /// The fewest leaves of a cluster; at least 2.
    public var minimumClusterSize: Int
    /// How readily branches are split, 0 ... 4: higher gives more and smaller clusters.
    public var deepSplit: Int
    /// Merges above this are not made; by default at 99 % of the range of heights.
    public var cutHeight: Double?

    /// A cut with the paper's defaults.
    public init(minimumClusterSize: Int = 20, deepSplit: Int = 1, cutHeight: Double? = nil) {
        self.minimumClusterSize = minimumClusterSize
        self.deepSplit = deepSplit
        self.cutHeight = cutHeight
    }

    /// Checks all parameters.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``.
    public func validate() throws(ClusteringError) {
        guard minimumClusterSize >= 2 else {
            throw .parameter(name: "minimumClusterSize", value: "\(minimumClusterSize)", valid: "at least 2")
        }
        guard (0...4).contains(deepSplit) else {
            throw .parameter(name: "deepSplit", value: "\(deepSplit)", valid: "from 0 to 4")
        }
        guard cutHeight.map({ !$0.isNaN }) ?? true else {
            throw .parameter(name: "cutHeight", value: "nan", valid: "a number")
        }
    }

    /// The largest scatter of a core and the smallest gap above it, as shares of the range of heights.
    var shape: (scatter: Double, gap: Double) {
        let scatter = [0.64, 0.73, 0.82, 0.91, 0.95][deepSplit]
        return (scatter, (1 - scatter) * 0.75)
    }
}
