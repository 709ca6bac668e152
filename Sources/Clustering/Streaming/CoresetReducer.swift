import Tensor

/// How many points become few groups.
public enum CoresetReducer: String, Sendable, Hashable, Codable, CaseIterable {
    /// A coreset tree, as of StreamKM++: points are divided in two where the cost is.
    ///
    /// - Reference: Ackermann et al., JEA 2012, doi:10.1145/2133803.2184450.
    case coresetTree
    /// Points drawn by their share of the cost of a rough solution and of their cluster there, each with the points of its
    /// cluster that are nearest to it.
    ///
    /// - Reference: Feldman and Langberg, "A unified framework for approximating and clustering data", STOC 2011,
    ///   doi:10.1145/1993636.1993712.
    case sensitivitySampling
    /// BICO: a tree of clustering features that grow to a squared error, which doubles when there are too many.
    ///
    /// - Reference: Fichtenberger et al., "BICO: BIRCH meets coresets for k-means clustering", ESA 2013,
    ///   doi:10.1007/978-3-642-40450-4_41.
    case clusteringFeatures

    /// At most `count` groups of all points.
    ///
    /// - Parameter clusterCount: the k that the groups are for; at most `count`.
    package func reduce(
        _ input: CoresetInput, to count: Int, clusterCount: Int, _ random: inout RandomSource
    ) -> Coreset {
        let found =
            switch self {
            case _ where input.count <= count: (labels: Array(0..<Int32(input.count)), count: input.count)
            case .coresetTree: CoresetTree.labels(input, count: count, &random)
            case .sensitivitySampling:
                SensitivitySampling(input, clusterCount: min(2 * clusterCount, count), &random)
                    .labels(count: count, &random)
            case .clusteringFeatures: FeatureTree.labels(input, count: count)
            }
        return input.grouped(by: found.labels, count: found.count)
    }
}
