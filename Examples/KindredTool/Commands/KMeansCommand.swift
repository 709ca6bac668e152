import ArgumentParser
import Kindred

/// `kindred cluster kmeans`.
struct KMeansCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kmeans",
        abstract: "Group vectors around k means.",
        discussion: """
            With --metric cosine the vectors are compared by their direction.

            EXAMPLE
              kindred cluster kmeans --input x.npy --n-clusters 8 --n-init 10 \\
                  --output labels.csv
              kindred cluster kmeans --input x.npy --n-clusters 8 --weights counts.npy \\
                  --save-model groups.safetensors --output labels.csv
            """)

    @OptionGroup var files: ClusterFiles

    @Option(help: ArgumentHelp("The number of clusters, k.", valueName: "k"))
    var nClusters: Int

    @OptionGroup var parameters: KMeansOptions
    @OptionGroup var weighting: WeightOption
    @OptionGroup var common: CommonOptions

    func run() throws {
        let algorithm = try parameters.algorithm(clusterCount: nClusters, metric: try files.metric, seed: common.seed)
        try files.group(with: algorithm, called: "k-means", common, fit: weighting.fit(algorithm)) { model, session in
            if !model.converged {
                session.remark(
                    "warning: the best run ended after \(counted(model.iterations, "iteration")) without settling; raise --max-iter"
                )
            }
            return ClusterReport(algorithm: "kmeans", model, "iteration")
        }
    }
}

extension ClusterReport {
    /// What is told of k-means.
    init(algorithm: String, _ model: KMeans.Model, _ step: String) {
        self.init(
            algorithm: algorithm, remark: "inertia \(model.inertia.short) after \(counted(model.iterations, step))",
            details: [
                .init("inertia", .number(model.inertia)),
                .init("iterations", .integer(model.iterations)),
                .init("converged", .boolean(model.converged)),
            ])
    }
}
