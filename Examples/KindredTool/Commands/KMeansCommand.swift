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
            """)

    @OptionGroup var files: ClusterFiles

    @Option(help: ArgumentHelp("The number of clusters, k.", valueName: "k"))
    var nClusters: Int

    @OptionGroup var parameters: KMeansOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let session = Session(common)
        try files.output.check()
        let algorithm = try parameters.algorithm(
            clusterCount: nClusters, metric: files.metric, seed: common.seed)
        let vectors = try session.vectors(files.input)
        try session.requireMemory(
            vectors.memoryEstimate
                + algorithm.memoryEstimate(rows: vectors.presentRows.count, columns: vectors.columns),
            for: "k-means")
        let model = try algorithm.fit(vectors.presentMatrix(), progress: session.progress)
        if !model.converged {
            session.remark(
                "warning: the best run ended after \(counted(model.iterations, "iteration")) without settling; raise --max-iter"
            )
        }
        try files.finish(
            model.labels, of: vectors, algorithm: "kmeans",
            remark: "inertia \(model.inertia.short) after \(counted(model.iterations, "iteration"))",
            details: [
                .init("inertia", .number(model.inertia)),
                .init("iterations", .integer(model.iterations)),
                .init("converged", .boolean(model.converged)),
            ], session: session)
    }
}
