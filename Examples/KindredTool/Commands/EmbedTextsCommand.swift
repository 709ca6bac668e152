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

    @Option(help: ArgumentHelp("What turns texts into vectors.", valueName: "tfidf"))
    var encoder = "tfidf"

    @Option(help: "The most features of a vector.")
    var components = 100

    @OptionGroup var words: WordOptions

    @Option(help: ArgumentHelp("The vectors; ids and statuses go to a .rows.csv beside it.", valueName: "x.npy"))
    var output: OutputPath

    @OptionGroup var common: CommonOptions

    func run() throws {
        let session = Session(common)
        try output.check()
        try EncoderChoice.check(encoder, builtIn: "tfidf")
        let parameters = TFIDF(
            analyzer: try words.analyzer(wordsPerTerm: 1...1), components: components, seed: common.seed)
        try parameters.validate()
        let posts = try PostsFile.texts(input, textColumns: textColumn.columns, idColumn: idColumn.idColumn)
        let rows = posts.rowsWithTexts
        guard !rows.isEmpty else { throw ToolError.badData("\(input): no row has a text") }
        let texts = rows.compactMap { posts.texts[$0] }
        // Words, counts and weights take a few times the bytes of the texts; the vectors are made once and copied once.
        try session.requireMemory(
            MemoryEstimate("words", bytes: texts.reduce(0) { $0 + $1.utf8.count } * 16)
                + MemoryEstimate("vectors", floats: posts.count * components * 3), for: "encoding")
        let model = try parameters.fit(texts, progress: session.progress)
        let vectors = try model.encode(texts, progress: session.progress)
        var statuses = posts.statuses
        let wordless = zip(rows, vectors.rowSquaredNorms()).filter { $1 == 0 }.map(\.0)
        for row in wordless { statuses[row] = RowStatus(.ok, "none of its words counts: the vector is zero") }
        let sheet = RowSheet(ids: posts.ids, statuses: statuses)
        session.remark(onAbsentRowsOf: sheet, in: RowSheet.path(beside: output.path))
        if !wordless.isEmpty {
            session.remark("\(counted(wordless.count, "text")) without a word that counts: zeros")
        }
        try session.write(vectors.scattering(to: rows, outOf: posts.count), sheet, to: output.path)
        session.finish(
            "\(rows.count) of \(posts.count) texts as vectors of \(vectors.columns) features, from "
                + "\(model.vocabulary.count) words, in \(output)",
            json: [
                "encoder": .string(encoder),
                "rows": .integer(posts.count),
                "features": .integer(vectors.columns),
                "words": .integer(model.vocabulary.count),
                "without_words": .integer(wordless.count),
                "statuses": sheet.json,
                "output": .string(output.path),
                "row_sheet": .string(RowSheet.path(beside: output.path)),
            ])
    }
}
