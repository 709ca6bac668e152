import ArgumentParser
import Kindred

/// `kindred embed texts`.
struct EmbedTextsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "texts",
        abstract: "Turn texts into vectors.",
        discussion: """
            The input is a table with a column of texts, or a plain file with one text on each line.

            EXAMPLE
              kindred embed texts --input posts.csv --text-column text --encoder tfidf \\
                  --components 100 --output x.npy
              kindred embed texts --input texts.txt --output x.npy
            """)

    @Option(
        help: ArgumentHelp(
            "The texts: a table, or a plain file with one on each line.", valueName: "posts.csv|posts.jsonl|texts.txt"))
    var input: String

    @OptionGroup var textColumn: TextColumnOption
    @OptionGroup var idColumn: IDColumnOption

    @Option(
        help: ArgumentHelp(
            "What turns texts into vectors: tfidf needs no weights; or a directory with a model: MiniLM, BGE, E5, XLM-R, CLIP.",
            valueName: "tfidf|DIR|owner/name"))
    var encoder = "tfidf"

    @Option(help: "The most features of a vector of tfidf.")
    var components = 100

    @OptionGroup var words: WordOptions

    @Option(help: ArgumentHelp("The vectors; ids and statuses go to a .rows.csv beside it.", valueName: "x.npy"))
    var output: OutputPath

    @OptionGroup(title: "Models") var model: ModelOptions

    @OptionGroup var common: CommonOptions

    func run() throws {
        let session = Session(common)
        try output.check()
        let choice = EncoderChoice(name: encoder, option: "--encoder", builtIn: "tfidf")
        let directory = try choice.directory()
        if directory == nil { try model.check(without: encoder) }
        let posts = try PostsFile.texts(input, textColumns: textColumn.columns, idColumn: idColumn.idColumn)
        let rows = posts.rowsWithTexts
        guard !rows.isEmpty else { throw ToolError.badData("\(input): no row has a text") }
        let texts = rows.compactMap { posts.texts[$0] }
        let reading =
            try directory.map { try encode(texts, by: $0, outOf: posts.count, session) }
            ?? countWords(texts, outOf: posts.count, session)
        var statuses = posts.statuses
        let wordless = zip(rows, reading.vectors.rowSquaredNorms()).filter { $1 == 0 }.map(\.0)
        for row in wordless { statuses[row] = RowStatus(.ok, "none of its words counts: the vector is zero") }
        let sheet = RowSheet(ids: posts.ids, statuses: statuses)
        session.remark(onAbsentRowsOf: sheet, in: RowSheet.path(beside: output.path))
        if !wordless.isEmpty {
            session.remark("\(counted(wordless.count, "text")) without a word that counts: zeros")
        }
        try session.write(reading.vectors.scattering(to: rows, outOf: posts.count), sheet, to: output.path)
        session.finish(
            "\(rows.count) of \(posts.count) texts as vectors of \(reading.vectors.columns) features"
                + "\(reading.source), in \(output)",
            json: .object(
                [
                    .init("encoder", .string(encoder)), .init("rows", .integer(posts.count)),
                    .init("features", .integer(reading.vectors.columns)),
                ] + reading.facts + [
                    .init("without_words", .integer(wordless.count)), .init("statuses", sheet.json),
                    .init("output", .string(output.path)),
                    .init("row_sheet", .string(RowSheet.path(beside: output.path))),
                ]))
    }

    /// Vectors of texts, and what there is to say about them.
    private struct Reading {
        let vectors: Matrix
        let source: String
        let facts: [JSONValue.Member]
    }

    private func countWords(_ texts: [String], outOf count: Int, _ session: Session) throws -> Reading {
        let parameters = TFIDF(
            analyzer: try words.analyzer(wordsPerTerm: 1...1), components: components, seed: common.seed)
        try parameters.validate()
        // Words, counts and weights take a few times the bytes of the texts; the vectors are made once and copied once.
        try session.requireMemory(
            MemoryEstimate("words", bytes: texts.reduce(0) { $0 + $1.utf8.count } * 16)
                + MemoryEstimate("vectors", floats: count * components * 3), for: "encoding")
        let model = try parameters.fit(texts, progress: session.progress)
        return Reading(
            vectors: try model.encode(texts, progress: session.progress),
            source: ", from \(model.vocabulary.count) words",
            facts: [.init("words", .integer(model.vocabulary.count))])
    }

    private func encode(
        _ texts: [String], by directory: String, outOf count: Int, _ session: Session
    ) throws -> Reading {
        let encoder = try Pretrained.textEncoder(directory: directory, options: try model.textOptions())
        try session.requireMemory(
            MemoryEstimate("tokens", bytes: texts.reduce(0) { $0 + $1.utf8.count } * 16)
                + MemoryEstimate("vectors", floats: count * encoder.dimension * 3), for: "encoding")
        let (vectors, truncatedCount) = try encoder.encodeNotingTruncation(texts, progress: session.progress)
        if truncatedCount > 0 {
            session.remark(
                "\(counted(truncatedCount, "text")) longer than \(encoder.maximumLength) tokens; what follows was not looked at"
            )
        }
        return Reading(
            vectors: vectors, source: "", facts: [.init("truncated", .integer(truncatedCount))])
    }
}
