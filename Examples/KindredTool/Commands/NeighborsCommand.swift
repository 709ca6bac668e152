import ArgumentParser
import Kindred

/// `kindred neighbors`: the neighbours of all rows, for several ways to cluster.
struct NeighborsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "neighbors",
        abstract: "Find the neighbours of all vectors once, for several ways to cluster.",
        discussion: """
            The graph is for --graph of `kindred cluster dbscan`, `hdbscan` and `optics`. With --approximate, most of the \
            neighbours are found, much faster for many rows; how much is measured on a sample and told.

            EXAMPLE
              kindred neighbors --input x.npy --k 30 --output graph.safetensors
              kindred cluster hdbscan --input x.npy --graph graph.safetensors \\
                  --min-cluster-size 50 --min-samples 10 --output labels.csv
              kindred neighbors --input x.npy --radius 0.4 --metric cosine --output graph.safetensors
            """)

    @Option(help: ArgumentHelp("The vectors.", valueName: "x.npy"))
    var input: String

    @Option(help: "How many neighbours of each row to find (default: 15).")
    var k: Int?

    @Option(help: "Find all neighbours within this distance, in place of so many.")
    var radius: Double?

    @Flag(help: "Find most of the nearest rows instead of all.")
    var approximate = false

    @Option(help: "With --approximate: which share of the nearest rows is to be found.")
    var recall = 0.98

    @Option(help: "How distances are measured.")
    var metric: Metric = .euclidean

    @Option(help: ArgumentHelp("The graph.", valueName: "graph.safetensors"))
    var output: OutputPath

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let k, k < 1 { throw ValidationError("--k is \(k); it must be at least 1") }
        if let radius, !(radius >= 0 && radius.isFinite) {
            throw ValidationError("--radius is \(radius); it must be a number from 0")
        }
        if radius != nil, k != nil || approximate {
            throw ValidationError("--radius takes all neighbours within it; leave out --k and --approximate")
        }
        if !(recall > 0 && recall <= 1) {
            throw ValidationError("--recall is \(recall); it must be above 0, at most 1")
        }
    }

    func run() throws {
        let session = Session(common)
        try output.check()
        let count = k ?? 15
        let vectors = try session.vectors(input, for: "neighbours") { rows, columns in
            MemoryEstimate("rows made ready, and packed", floats: rows * columns * 3)
                + MemoryEstimate("neighbours", bytes: rows * (count + 24) * 24)
        }
        let data = try vectors.presentMatrix()
        let graph =
            try radius.map { try NeighborGraph(within: $0, of: data, metric: metric, progress: session.progress) }
            ?? NeighborGraph(
                nearest: count, of: data, metric: metric,
                search: approximate ? .approximate(ApproximateSearch(recall: recall, seed: common.seed)) : .exact,
                progress: session.progress)
        try session.write(output.path) { try graph.save(to: output.path) }
        var text = "\(counted(graph.indices.count, "neighbour")) of \(counted(graph.rowCount, "row"))"
        if let found = graph.estimatedRecall { text += ", about \(Percentage(found)) of the nearest" }
        session.finish(
            text + "\ngraph in \(output)",
            json: [
                "metric": .string(metric.name),
                "rows": .integer(graph.rowCount),
                "neighbors": .integer(graph.indices.count),
                "recall": graph.estimatedRecall.map { .number($0) } ?? .null,
                "output": .string(output.path),
            ])
    }
}
