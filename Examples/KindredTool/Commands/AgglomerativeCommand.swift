import ArgumentParser
import Kindred

extension Linkage: ExpressibleByArgument {}

/// `kindred cluster agglomerative`.
struct AgglomerativeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agglomerative",
        abstract: "Merge the two nearest groups again and again, and cut the tree of merges.",
        discussion: """
            EXAMPLE
              kindred cluster agglomerative --input x.npy --n-clusters 12 --output labels.csv
              kindred cluster agglomerative --input x.npy --linkage average --metric cosine \\
                  --distance-threshold 0.4 --tree tree.csv --output labels.csv
              kindred cluster agglomerative --input x.npy --dynamic --min-cluster-size 10 \\
                  --output labels.csv
            """)

    @OptionGroup var files: ClusterFiles

    @Option(help: "How far apart two groups are.")
    var linkage: Linkage = .ward

    @OptionGroup var cutting: CutOptions

    @Option(help: ArgumentHelp("Merge only along a graph of so many nearest neighbours of each row.", valueName: "k"))
    var nNeighbors: Int?

    @OptionGroup var treeFile: TreeOption
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let nNeighbors, nNeighbors < 1 {
            throw ValidationError("--n-neighbors is \(nNeighbors); it must be at least 1")
        }
    }

    func run() throws {
        try treeFile.check()
        let metric = try files.metric
        let algorithm = Agglomerative(cut: cutting.cut, linkage: linkage, metric: metric)
        try files.group(
            with: algorithm, called: "agglomerative clustering", common,
            estimate: nNeighbors.map { neighbors in { memoryEstimate(rows: $0, columns: $1, neighbors) } },
            fit: { _, data, progress in
                var algorithm = algorithm
                if let nNeighbors {
                    algorithm.connectivity = try ConnectivityGraph(
                        nearest: nNeighbors, of: data, metric: metric, progress: progress)
                }
                return try algorithm.fit(data, progress: progress)
            }
        ) { model, session in
            try treeFile.write(model.dendrogram, session)
            return ClusterReport(
                algorithm: "agglomerative",
                details: [
                    .init("linkage", .string(linkage.rawValue)),
                    .init("merges", .integer(model.dendrogram.merges.count)),
                    .init("tree", treeFile.tree.map { .string($0.path) } ?? .null),
                ])
        }
    }

    /// What a graph of neighbours takes, and merging along it.
    private func memoryEstimate(rows: Int, columns: Int, _ neighbors: Int) -> MemoryEstimate {
        MemoryEstimate("shifted rows and centroids", bytes: rows * columns * 24)
            + MemoryEstimate("graph", bytes: rows * neighbors * 192) + MemoryEstimate("tree", bytes: rows * 160)
    }
}
