import ArgumentParser
import Kindred

extension CoresetReducer: ExpressibleByArgument {
    public init?(argument: String) {
        switch argument {
        case "tree": self = .coresetTree
        case "sensitivity": self = .sensitivitySampling
        case "features": self = .clusteringFeatures
        default: return nil
        }
    }

    public static var allValueStrings: [String] { ["tree", "sensitivity", "features"] }

    public var defaultValueDescription: String {
        switch self {
        case .coresetTree: "tree"
        case .sensitivitySampling: "sensitivity"
        case .clusteringFeatures: "features"
        }
    }
}

/// The parameters of grouping a stream.
struct StreamOptions: ParsableArguments {
    /// The ways to group a stream.
    enum Algorithm: String, ExpressibleByArgument, CaseIterable { case streamkm, online }

    @Option(help: "How rows are grouped: streamkm keeps coresets, online keeps centroids, in less memory.")
    var algorithm: Algorithm = .streamkm

    @Option(help: ArgumentHelp("The number of clusters, k.", valueName: "k"))
    var nClusters: Int

    @Option(help: "How distances are measured.")
    var metric: Metric = .euclidean

    @Option(help: "After so many rows a row counts half (default: none is forgotten).")
    var halfLife: Double?

    @Option(help: "How often k-means starts from other centroids (default: 5, and 3 for online).")
    var nInit: Int?

    @Option(help: "streamkm: the groups that a bucket of rows is reduced to (default: 200 k).")
    var coresetSize: Int?

    @Option(help: "streamkm: how many buckets are reduced to one.")
    var mergeCount = 4

    @Option(help: "streamkm: how rows become groups: tree, sensitivity or features.")
    var reducer: CoresetReducer = .coresetTree

    @Option(help: "online: the rows that first centroids are chosen from (default: 3 batches, or 10 k where more).")
    var initSize: Int?

    @Option(help: "online: the rows that join the centroids at a time.")
    var batchSize = 1024

    @Option(help: "online: move centroids that have got less than this share of the weight of the greatest lately.")
    var reassignmentRatio = 0.01

    func streamKM(seed: UInt64) -> StreamKMPlusPlus {
        StreamKMPlusPlus(
            clusterCount: nClusters, metric: metric, coresetSize: coresetSize, mergeCount: mergeCount, reducer: reducer,
            halfLife: halfLife, restarts: nInit ?? 5, seed: seed)
    }

    func onlineKMeans(seed: UInt64) -> OnlineKMeans {
        OnlineKMeans(
            clusterCount: nClusters, metric: metric, batchSize: batchSize, initialSize: initSize, halfLife: halfLife,
            reassignmentRatio: reassignmentRatio, restarts: nInit ?? 3, seed: seed)
    }
}
