import ArgumentParser
import Kindred

/// How `kindred run` groups vectors.
struct RunGrouping: ParsableArguments {
    enum Algorithm: String, ExpressibleByArgument, CaseIterable { case kmeans, dbscan }

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

    @Option(help: "dbscan: how many rows, itself included, a dense row has within eps.")
    var minSamples = 5

    func validate() throws {
        if let nClusters, nClusters < 1 { throw ValidationError("--n-clusters is \(nClusters); it must be at least 1") }
        if let nInit, nInit < 1 { throw ValidationError("--n-init is \(nInit); it must be at least 1") }
        if case .given(let eps) = eps, !(eps > 0 && eps.isFinite) {
            throw ValidationError("--eps is \(eps); it must be a positive number, or auto")
        }
        if minSamples < 1 { throw ValidationError("--min-samples is \(minSamples); it must be at least 1") }
    }

    /// The starts of each fit.
    var restarts: Int { nInit ?? (nClusters == nil ? 3 : 10) }

    func algorithm(seed: UInt64) throws -> any ClusteringAlgorithm {
        switch algorithm {
        case .kmeans:
            guard let nClusters else { return AutomaticKMeans(metric: metric, restarts: restarts, seed: seed) }
            return KMeans(clusterCount: nClusters, metric: metric, restarts: restarts, seed: seed)
        case .dbscan: return eps.algorithm(minimumSamples: minSamples, metric: metric)
        }
    }
}
