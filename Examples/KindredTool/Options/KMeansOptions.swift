import ArgumentParser
import Kindred

/// The parameters of k-means besides the number of clusters.
struct KMeansOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How the first centroids are chosen: k-means++, k-means|| (for much data), auto (one of these two), afk-mc2 (fast, "
                + "less good), random, or a .npy file with one centroid in each row.", valueName: "start"))
    var `init`: KMeansStart = .automatic

    @OptionGroup var runs: KMeansRunOptions

    /// The algorithm with these parameters.
    ///
    /// - Throws: ``ToolError`` for parameters out of their range, and for a file of centroids that does not fit.
    func algorithm(clusterCount: Int, metric: Metric, seed: UInt64) throws -> KMeans {
        var parameters = KMeans(
            clusterCount: clusterCount, metric: metric, restarts: runs.nInit ?? 1, maximumIterations: runs.maxIter,
            tolerance: runs.tol, seed: seed)
        parameters.seeding = try `init`.seeding(clusterCount: clusterCount)
        try parameters.validate()
        return parameters
    }
}

/// The parameters of the runs of k-means.
struct KMeansRunOptions: ParsableArguments {
    @Option(
        help: "How often to start from other centroids, keeping the best run (default: 1, and 3 where k is chosen).")
    var nInit: Int?

    @Option(help: "The most iterations of a run.")
    var maxIter = 300

    @Option(help: "A run ends when the centroids move less than this, relative to the mean variance of the features.")
    var tol = 1e-4
}

/// The value of `--init`.
enum KMeansStart: ExpressibleByArgument, CustomStringConvertible {
    case automatic
    case plusPlus
    case parallel
    case markovChain
    case random
    case file(String)

    init?(argument: String) {
        switch argument {
        case "auto": self = .automatic
        case "k-means++": self = .plusPlus
        case "k-means||": self = .parallel
        case "afk-mc2": self = .markovChain
        case "random": self = .random
        case _ where argument.hasSuffix(".npy"): self = .file(argument)
        default: return nil
        }
    }

    var description: String {
        switch self {
        case .automatic: "auto"
        case .plusPlus: "k-means++"
        case .parallel: "k-means||"
        case .markovChain: "afk-mc2"
        case .random: "random"
        case .file(let path): path
        }
    }

    /// What the library calls it.
    ///
    /// - Throws: ``ToolError`` for a file of another number of centroids.
    func seeding(clusterCount: Int) throws -> KMeans.Seeding {
        switch self {
        case .automatic: return .automatic
        case .plusPlus: return .plusPlus()
        case .parallel: return .parallel()
        case .markovChain: return .markovChain()
        case .random: return .random
        case .file(let path):
            let centroids = try Matrix(npy: path)
            guard centroids.rows == clusterCount else {
                throw ToolError.badData(
                    "\(path) holds \(centroids.rows) centroids for --n-clusters \(clusterCount); give one row for each")
            }
            return .given(centroids)
        }
    }
}
