import ArgumentParser
import Kindred

/// `kindred cluster bisecting`.
struct BisectingCommand: ParsableCommand {
    /// Which cluster is split next, as scikit-learn calls it in kebab-case.
    enum Strategy: String, ExpressibleByArgument, CaseIterable {
        case biggestInertia = "biggest-inertia"
        case largestCluster = "largest-cluster"
    }

    static let configuration = CommandConfiguration(
        commandName: "bisecting",
        abstract: "Group vectors by splitting one group in two, again and again.",
        discussion: """
            EXAMPLE
              kindred cluster bisecting --input x.npy --n-clusters 64 --output labels.csv
              kindred cluster bisecting --input x.npy --n-clusters 64 --n-init 4 \\
                  --bisecting-strategy largest-cluster --output labels.csv
            """, aliases: ["bisecting-kmeans"])

    @OptionGroup var files: ClusterFiles

    @Option(help: ArgumentHelp("The number of clusters, k.", valueName: "k"))
    var nClusters: Int

    @Option(help: "Which cluster is split next: that of the greatest inertia, or that of the most rows.")
    var bisectingStrategy: Strategy = .biggestInertia

    @OptionGroup var parameters: KMeansOptions
    @OptionGroup var weighting: WeightOption
    @OptionGroup var common: CommonOptions

    func run() throws {
        let runs = parameters.runs
        let algorithm = BisectingKMeans(
            clusterCount: nClusters, metric: try files.metric,
            strategy: bisectingStrategy == .biggestInertia ? .largestInertia : .largestCluster,
            seeding: try parameters.`init`.seeding(clusterCount: nClusters), restarts: runs.nInit ?? 1,
            maximumIterations: runs.maxIter, tolerance: runs.tol, seed: common.seed)
        try files.group(with: algorithm, called: "bisecting k-means", common, fit: weighting.fit(algorithm)) {
            model, _ in
            ClusterReport(
                algorithm: "bisecting", remark: "inertia \(model.inertia.short)",
                details: [.init("inertia", .number(model.inertia))])
        }
    }
}
