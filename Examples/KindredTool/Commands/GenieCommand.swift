import ArgumentParser
import Kindred

/// `kindred cluster genie`.
struct GenieCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "genie",
        abstract: "Group vectors of any shape: single linkage that keeps groups from growing too unequal.",
        discussion: """
            EXAMPLE
              kindred cluster genie --input x.npy --n-clusters 8 --output labels.csv
              kindred cluster genie --input x.npy --n-clusters 8 --gini-threshold 0.5 \\
                  --tree tree.csv --output labels.csv
            """)

    @OptionGroup var files: ClusterFiles

    @Option(help: ArgumentHelp("The number of clusters, k.", valueName: "k"))
    var nClusters: Int

    @Option(help: "The highest Gini index of sizes at which the nearest are merged, from 0 to 1; 1 is single linkage.")
    var giniThreshold = 0.3

    @OptionGroup var treeFile: TreeOption
    @OptionGroup var common: CommonOptions

    func run() throws {
        try treeFile.check()
        let algorithm = Genie(clusterCount: nClusters, giniThreshold: giniThreshold, metric: try files.metric)
        try files.group(with: algorithm, called: "Genie", common) { model, session in
            try treeFile.write(model.dendrogram, session)
            return ClusterReport(
                algorithm: "genie",
                details: [
                    .init("gini_threshold", .number(giniThreshold)),
                    .init("tree", treeFile.tree.map { .string($0.path) } ?? .null),
                ])
        }
    }
}
