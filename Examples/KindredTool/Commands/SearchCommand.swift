import ArgumentParser
import Kindred

/// `kindred search`: the rows that are nearest to others.
struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find the nearest vectors to given ones.",
        discussion: """
            The output has a line for each pair: query, rank (from 1), id, distance. Rows that hold nothing are neither \
            searched nor found. Every query is compared with every row, so that the answer is exact. Queries are \
            vectors, or texts for an encoder that knows the space of the vectors: CLIP finds pictures by words.

            EXAMPLE
              kindred search --input pictures.npy --text "a red dress" \\
                  --encoder models/clip-vit-base-patch32 --output found.csv
              kindred search --input x.npy --query q.npy --k 10 --metric cosine \\
                  --output neighbours.csv
            """)

    @Option(help: ArgumentHelp("The vectors that are searched.", valueName: "x.npy"))
    var input: String

    @Option(help: ArgumentHelp("The vectors whose neighbours are wanted.", valueName: "q.npy"))
    var query: String?

    @Option(
        help: ArgumentHelp("A text whose neighbours are wanted; may be given more than once.", valueName: "a red dress")
    )
    var text: [String] = []

    @Option(help: ArgumentHelp("The model that turns --text into a vector.", valueName: "DIR"))
    var encoder: String?

    @Option(help: "How many neighbours to find.")
    var k = 10

    @Option(help: "How distances are measured. (default: euclidean; cosine for --text)")
    var metric: Metric?

    @Option(help: ArgumentHelp("The neighbours.", valueName: "neighbours.csv"))
    var output: OutputPath

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if k < 1 { throw ValidationError("--k is \(k); it must be at least 1") }
        guard (query == nil) != text.isEmpty else {
            throw ValidationError("give either --query with vectors, or --text with --encoder")
        }
        guard text.isEmpty == (encoder == nil) else {
            throw ValidationError("--text and --encoder belong together")
        }
    }

    func run() throws {
        let session = Session(common)
        try output.check()
        let vectors = try VectorFile(input)
        let queries = try queries(session)
        guard vectors.columns == queries.vectors.columns else {
            throw ToolError.badData(
                "\(queries.source) gives \(queries.vectors.columns) features, but \(input) has \(vectors.columns); "
                    + "make both with the same encoder")
        }
        if let remark = vectors.remark { session.remark(remark) }
        let metric = metric ?? (text.isEmpty ? .euclidean : .cosine)
        let found = min(k, vectors.presentRows.count)
        // The rows twice, as they are and packed for products, the queries once more, and the neighbours.
        try session.requireMemory(
            vectors.memoryEstimate + MemoryEstimate("index", floats: vectors.rows * vectors.columns * 2)
                + MemoryEstimate("queries", floats: queries.vectors.rows * vectors.columns * 2)
                + MemoryEstimate("neighbours", bytes: queries.vectors.rows * (found + 8) * 40),
            for: "the search")
        let index = try BruteForceIndex(vectors.presentMatrix(), metric: metric)
        let neighbors = try index.nearest(k, to: queries.vectors, progress: session.progress)
        if found < k { session.remark("there are only \(found) rows to be found, fewer than --k \(k)") }
        try session.write(output.path) {
            let lines = queries.names.indices.lazy.flatMap { query in
                neighbors.indices[query].indices.lazy.map { rank in
                    [
                        queries.names[query], String(rank + 1),
                        vectors.sheet.ids[vectors.presentRows[neighbors.indices[query][rank]]],
                        "\(neighbors.distances[query][rank])",
                    ]
                }
            }
            try CSVWriter.write(columns: ["query", "rank", "id", "distance"], rows: lines, to: output.path)
        }
        session.finish(
            "\(found) neighbours of each of \(queries.names.count) \(queries.names.count == 1 ? "query" : "queries") in \(output)",
            json: [
                "metric": .string(metric.name),
                "rows": .integer(vectors.presentRows.count),
                "queries": .integer(queries.names.count),
                "k": .integer(found),
                "output": .string(output.path),
            ])
    }

    /// What is asked for.
    private struct Queries {
        let names: [String]
        let vectors: Matrix
        /// What gave the vectors.
        let source: String
    }

    private func queries(_ session: Session) throws -> Queries {
        if let encoder {
            let directory = try EncoderChoice.directory(encoder)
            let vectors = try Pretrained.textEncoder(directory: directory).encode(text, progress: session.progress)
            return Queries(names: text, vectors: vectors, source: encoder)
        }
        let path = query ?? ""
        let file = try VectorFile(path)
        if path != input, let remark = file.remark { session.remark(remark) }
        return Queries(
            names: file.presentRows.map { file.sheet.ids[$0] }, vectors: try file.presentMatrix(), source: path)
    }
}
