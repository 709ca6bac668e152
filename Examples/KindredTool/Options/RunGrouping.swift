import ArgumentParser
import Kindred

/// How `kindred run` groups vectors.
struct RunGrouping: ParsableArguments {
    enum Algorithm: String, ExpressibleByArgument, CaseIterable { case kmeans, dbscan, hdbscan }

    @Option(help: "How the vectors are grouped.")
    var algorithm: Algorithm = .kmeans

    @Option(help: "How distances are measured.")
    var metric: Metric = .euclidean

    @Option(help: "kmeans: the number of clusters (default: chosen from the data).")
    var nClusters: Int?

    @Option(
        help:
            "kmeans: how many times to start from other centroids, keeping the best run (default: 10, or 3 for each number of clusters that is tried)."
    )
    var nInit: Int?

    @Option(help: ArgumentHelp("dbscan: the radius of a neighbourhood.", valueName: "number|auto"))
    var eps: Radius = .automatic

    @Option(
        help:
            "dbscan: how many rows, itself included, a dense row has within eps (default: 5); hdbscan: within its core distance (default: --min-cluster-size)."
    )
    var minSamples: Int?

    @Option(help: "hdbscan: the least number of rows that make a cluster.")
    var minClusterSize = 5

    func validate() throws {
        if let nClusters, nClusters < 1 { throw ValidationError("--n-clusters is \(nClusters); it must be at least 1") }
        if let nInit, nInit < 1 { throw ValidationError("--n-init is \(nInit); it must be at least 1") }
        if case .given(let eps) = eps, !(eps > 0 && eps.isFinite) {
            throw ValidationError("--eps is \(eps); it must be a positive number, or auto")
        }
        if let minSamples, minSamples < 1 {
            throw ValidationError("--min-samples is \(minSamples); it must be at least 1")
        }
        if minClusterSize < 2 {
            throw ValidationError("--min-cluster-size is \(minClusterSize); it must be at least 2")
        }
    }

    /// The starts of each fit.
    var restarts: Int { nInit ?? (nClusters == nil ? 3 : 10) }

    func algorithm(seed: UInt64) throws -> any ClusteringAlgorithm {
        switch algorithm {
        case .kmeans:
            guard let nClusters else { return AutomaticKMeans(metric: metric, restarts: restarts, seed: seed) }
            return KMeans(clusterCount: nClusters, metric: metric, restarts: restarts, seed: seed)
        case .dbscan: return eps.algorithm(minimumSamples: minSamples ?? 5, metric: metric)
        case .hdbscan:
            return HDBSCAN(minimumClusterSize: minClusterSize, minimumSamples: minSamples, metric: metric)
        }
    }
}
