import ArgumentParser
import Kindred

/// `kindred topics`: what the texts of each cluster are about.
struct TopicsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics",
        abstract: "Tell in words what each cluster is about.",
        discussion: """
            Writes one JSON object for each cluster: its words with their weights, a short line, and the texts that stand \
            for it. Texts and labels are matched by id. Function words of English and Chinese are left out unless one \
            language is chosen; the words of --stop-words, one a line, are left out besides.

            EXAMPLE
              kindred topics --input posts.csv --text-column text --labels labels.csv \\
                  --output topics.jsonl
              kindred topics --input texts.txt --labels labels.csv --language zh \\
                  --output topics.jsonl
            """)

    @Option(
        help: ArgumentHelp("The texts: a table, or a plain file with one text on each line.", valueName: "posts.csv"))
    var input: String

    @OptionGroup var textColumn: TextColumnOption
    @OptionGroup var idColumn: IDColumnOption

    @Option(help: ArgumentHelp("The cluster of each text.", valueName: "labels.csv"))
    var labels: String

    @Option(help: ArgumentHelp("The topics.", valueName: "topics.jsonl"))
    var output: OutputPath

    @OptionGroup var wordOptions: WordOptions

    @Option(help: "How many words to give for each cluster.")
    var words = 10

    @Option(help: "How many texts to give for each cluster.")
    var representatives = 3

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if words < 1 { throw ValidationError("--words is \(words); it must be at least 1") }
        if representatives < 0 {
            throw ValidationError("--representatives is \(representatives); it must be at least 0")
        }
    }

    func run() throws {
        let session = Session(common)
        try output.check()
        let analyzer = try wordOptions.analyzer(wordsPerTerm: 1...2)
        let collection = try PostsFile.texts(
            input, textColumns: textColumn.columns, idColumn: idColumn.idColumn)
        let file = try LabelsFile(labels)
        let named = NamedLabels(try file.fields(of: collection.ids, in: input))
        let places = named.rows.indices.filter { collection.texts[named.rows[$0]] != nil }
        let rows = places.map { named.rows[$0] }
        let texts = rows.compactMap { collection.texts[$0] }
        // Terms and counts take a few times the bytes of the texts.
        try session.requireMemory(
            MemoryEstimate("words", bytes: texts.reduce(0) { $0 + $1.utf8.count } * 12), for: "counting words")
        let summary = TopicSummary(
            texts: texts, labels: ClusterLabels(places.map { named.labels.values[$0] }), analyzer: analyzer,
            wordCount: words, representativeCount: representatives)
        let sizes = named.labels.sizes
        // The last clusters have no topic when none of their rows has a text.
        let topics = sizes.indices.map { $0 < summary.topics.count ? summary.topics[$0] : nil }
        try session.write(output.path) {
            try JSONLWriter.write(
                sizes.indices.lazy.map { cluster in
                    json(topics[cluster], cluster: named.json(ofCluster: cluster), size: sizes[cluster]) {
                        (collection.ids[rows[$0]], texts[$0])
                    }
                }, to: output.path)
        }
        let lines = sizes.indices.map { "\(named.names[$0])  \(sizes[$0]) rows  \(topics[$0]?.line ?? "")" }
        session.finish(
            (lines + ["\(sizes.count) topics in \(output)"]).joined(separator: "\n"),
            json: [
                "clusters": .integer(sizes.count),
                "rows": .integer(collection.count),
                "texts": .integer(texts.count),
                "lines": .array(topics.map { .string($0?.line ?? "") }),
                "output": .string(output.path),
            ])
    }

    private func json(
        _ topic: TopicSummary.Topic?, cluster: JSONValue, size: Int, text: (Int) -> (id: String, text: String)
    ) -> JSONValue {
        let words = (topic?.words ?? []).map { word -> JSONValue in
            [
                "term": .string(word.term), "weight": .number(Double(word.weight)), "count": .integer(word.count),
                "share": .number(word.documentShare),
            ]
        }
        let representatives = (topic?.representatives ?? []).map { position -> JSONValue in
            let (id, text) = text(position)
            return ["id": .string(id), "text": .string(text)]
        }
        return [
            "cluster": cluster, "size": .integer(size), "texts": .integer(topic?.size ?? 0),
            "line": .string(topic?.line ?? ""), "words": .array(words), "representatives": .array(representatives),
        ]
    }
}
