import ArgumentParser
import Kindred

/// `kindred search`: the rows that are nearest to others.
struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find the nearest vectors to given ones.",
        discussion: """
            The output has a line for each pair: query, rank (from 1), id, distance. Rows that hold nothing are neither \
            searched nor found. Every query is compared with every row, so that the answer is exact.

            EXAMPLE
              kindred search --input x.npy --query q.npy --k 10 --metric cosine \\
                  --output neighbours.csv
            """)

    @Option(help: ArgumentHelp("The vectors that are searched.", valueName: "x.npy"))
    var input: String

    @Option(help: ArgumentHelp("The vectors whose neighbours are wanted.", valueName: "q.npy"))
    var query: String

    @Option(help: "How many neighbours to find.")
    var k = 10

    @Option(help: "How distances are measured.")
    var metric: Metric = .euclidean

    @Option(help: ArgumentHelp("The neighbours.", valueName: "neighbours.csv"))
    var output: OutputPath

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if k < 1 { throw ValidationError("--k is \(k); it must be at least 1") }
    }

    func run() throws {
        let session = Session(common)
        try output.check()
        let vectors = try VectorFile(input)
        let queries = try VectorFile(query)
        guard vectors.columns == queries.columns else {
            throw ToolError.badData(
                "\(query) has \(queries.columns) features, but \(input) has \(vectors.columns); "
                    + "make both with the same encoder")
        }
        if let remark = vectors.remark { session.remark(remark) }
        if query != input, let remark = queries.remark { session.remark(remark) }
        let found = min(k, vectors.presentRows.count)
        // The rows twice, as they are and packed for products, the queries once more, and the neighbours.
        try session.requireMemory(
            vectors.memoryEstimate + MemoryEstimate("index", floats: vectors.rows * vectors.columns * 2)
                + queries.memoryEstimate * 2 + MemoryEstimate("neighbours", bytes: queries.rows * (found + 8) * 40),
            for: "the search")
        let index = try BruteForceIndex(vectors.presentMatrix(), metric: metric)
        let neighbors = try index.nearest(k, to: queries.presentMatrix(), progress: session.progress)
        if found < k { session.remark("there are only \(found) rows to be found, fewer than --k \(k)") }
        try session.write(output.path) {
            let lines = queries.presentRows.indices.lazy.flatMap { query in
                neighbors.indices[query].indices.lazy.map { rank in
                    [
                        queries.sheet.ids[queries.presentRows[query]], String(rank + 1),
                        vectors.sheet.ids[vectors.presentRows[neighbors.indices[query][rank]]],
                        "\(neighbors.distances[query][rank])",
                    ]
                }
            }
            try CSVWriter.write(columns: ["query", "rank", "id", "distance"], rows: lines, to: output.path)
        }
        session.finish(
            "\(found) neighbours of each of \(queries.presentRows.count) queries in \(output)",
            json: [
                "metric": .string(metric.name),
                "rows": .integer(vectors.presentRows.count),
                "queries": .integer(queries.presentRows.count),
                "k": .integer(found),
                "output": .string(output.path),
            ])
    }
}
