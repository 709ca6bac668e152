import ArgumentParser
import Kindred

/// `kindred tokenize`: texts as the tokens that a model sees.
struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize",
        abstract: "Split texts into the tokens of a model.",
        discussion: """
            The output has an object on each line: id, ids (the numbers of the tokens), tokens, offsets (for each token \
            where it begins and ends in the text, in Unicode scalars; special tokens have none), truncated.

            EXAMPLE
              kindred tokenize --encoder models/all-MiniLM-L6-v2 --input posts.csv \\
                  --output ids.jsonl
            """)

    @Option(
        help: ArgumentHelp(
            "The texts: a table, or a plain file with one on each line.", valueName: "posts.csv|posts.jsonl|texts.txt"))
    var input: String

    @OptionGroup var textColumn: TextColumnOption
    @OptionGroup var idColumn: IDColumnOption

    @Option(help: ArgumentHelp("The model whose tokenizer is used.", valueName: "DIR"))
    var encoder: String

    @Option(help: ArgumentHelp("The tokens.", valueName: "ids.jsonl"))
    var output: OutputPath

    @OptionGroup var common: CommonOptions

    func run() throws {
        let session = Session(common)
        try output.check()
        let tokenizer = try Tokenizer(directory: encoder)
        let posts = try PostsFile.texts(input, textColumns: textColumn.columns, idColumn: idColumn.idColumn)
        let rows = posts.rowsWithTexts
        guard !rows.isEmpty else { throw ToolError.badData("\(input): no row has a text") }
        let texts = rows.compactMap { posts.texts[$0] }
        try session.requireMemory(
            MemoryEstimate("tokens", bytes: texts.reduce(0) { $0 + $1.utf8.count } * 48), for: "the tokens")
        let encodings = try tokenizer.encode(texts, progress: session.progress)
        try session.write(output.path) {
            try JSONLWriter.write(
                rows.indices.lazy.map { place -> JSONValue in
                    let encoding = encodings[place]
                    return [
                        "id": .string(posts.ids[rows[place]]),
                        "ids": .array(encoding.ids.map { .integer(Int($0)) }),
                        "tokens": .array(encoding.ids.map { .string(tokenizer.token(of: $0) ?? "") }),
                        "offsets": .array(
                            encoding.offsets.map { .array([.integer($0.lowerBound), .integer($0.upperBound)]) }),
                        "truncated": .boolean(encoding.isTruncated),
                    ]
                }, to: output.path)
        }
        let count = encodings.reduce(0) { $0 + $1.ids.count }
        let truncatedCount = encodings.count { $0.isTruncated }
        session.finish(
            "\(count) tokens of \(counted(texts.count, "text"))"
                + (truncatedCount > 0 ? ", \(truncatedCount) of them cut," : "") + " in \(output)",
            json: [
                "texts": .integer(texts.count), "tokens": .integer(count), "truncated": .integer(truncatedCount),
                "output": .string(output.path),
            ])
    }
}
