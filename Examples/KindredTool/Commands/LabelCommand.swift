import ArgumentParser
import Foundation
import Kindred

/// `kindred label`: names from a list for pictures, or for clusters of them.
struct LabelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Give pictures or clusters names from a list, by a model that knows texts.",
        discussion: """
            Pictures are vectors of `kindred embed images` with CLIP or one of its like. Without --labels, each \
            picture gets its likeliest name, and the output is a table of id, label, probability, similarity. With \
            --labels, each cluster gets names, one JSON object for each: similarity is the mean cosine of the members \
            and the name, contrast is similarity minus its mean over the other clusters, so that a name that fits all \
            stands back.

            EXAMPLE
              kindred label --input pictures.npy --names names.txt --labels labels.csv \\
                  --encoder models/clip-vit-base-patch32 --output names.jsonl
              kindred label --input pictures.npy --names names.txt \\
                  --template "a photo of a {}." --template "a drawing of a {}." \\
                  --encoder models/clip-vit-base-patch32 --output named.csv
            """)

    @Option(help: ArgumentHelp("The pictures' vectors.", valueName: "x.npy"))
    var input: String

    @Option(help: ArgumentHelp("The model that made the vectors.", valueName: "DIR|owner/name"))
    var encoder: String

    @Option(help: ArgumentHelp("The names, one on each line.", valueName: "names.txt"))
    var names: String

    @Option(
        help: ArgumentHelp(
            "A text with {} in place of the name; may be given more than once, which takes the mean. "
                + "(default: \(ZeroShotClassifier.template))",
            valueName: "text"))
    var template: [String] = []

    @Option(help: ArgumentHelp("The cluster of each picture, if clusters are to be named.", valueName: "labels.csv"))
    var labels: String?

    @Option(help: "How many names to give to each cluster.")
    var count = 3

    @Option(help: "What the names of clusters are ordered by: contrast or similarity.")
    var ranking = ZeroShotClassifier.Ranking.contrast

    @Option(help: ArgumentHelp("The names: a table for pictures, JSON lines for clusters.", valueName: "file"))
    var output: OutputPath

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if count < 1 { throw ValidationError("--count is \(count); it must be at least 1") }
    }

    func run() throws {
        let session = Session(common)
        try output.check()
        let directory = try EncoderChoice.directory(encoder)
        let lines = try PostCollection(lines: names).texts.compactMap { $0?.trimmingCharacters(in: .whitespaces) }
        let list = lines.filter { !$0.isEmpty }
        guard !list.isEmpty else { throw ToolError.badData("\(names) has no names") }
        // Pictures of all rows, those of a block once more, and its scores.
        let file = try session.vectors(input, for: "naming") { rows, columns in
            MemoryEstimate("scores", floats: 4096 * (columns + 3 * list.count))
                + MemoryEstimate("the model", bytes: 1 << 28)
        }
        let clusters = try labels.map { try NamedLabels(LabelsFile($0).fields(of: file.sheet.ids, in: input)) }
        let classifier = try ZeroShotClassifier(
            list, templates: template.isEmpty ? [ZeroShotClassifier.template] : template, directory: directory,
            progress: session.progress)
        guard classifier.vectors.columns == file.columns else {
            throw ToolError.badData(
                "\(encoder) gives \(classifier.vectors.columns) features, but \(input) has \(file.columns); make the "
                    + "vectors with the same model")
        }
        if let clusters {
            try nameClusters(clusters, file, classifier, session)
        } else {
            try namePictures(file, classifier, session)
        }
    }

    private func namePictures(_ file: VectorFile, _ classifier: ZeroShotClassifier, _ session: Session) throws {
        let best = try classifier.names(of: try file.presentMatrix(), progress: session.progress)
        var rows = file.sheet.ids.map { [$0, "", "", ""] }
        var counts = [Int](repeating: 0, count: classifier.names.count)
        for (row, names) in zip(file.presentRows, best) {
            guard let name = names.first else { continue }
            counts[name.index] += 1
            rows[row] = [
                file.sheet.ids[row], classifier.names[name.index], "\(Float(name.probability))",
                "\(Float(name.similarity))",
            ]
        }
        try session.write(output.path) {
            try CSVWriter.write(columns: ["id", "label", "probability", "similarity"], rows: rows, to: output.path)
        }
        session.finish(
            "\(counted(best.count, "picture")) with names in \(output)",
            json: [
                "encoder": .string(encoder),
                "pictures": .integer(best.count),
                "names": .integer(classifier.names.count),
                "counts": .object(zip(classifier.names, counts).map { .init($0, .integer($1)) }),
                "output": .string(output.path),
            ])
    }

    private func nameClusters(
        _ clusters: NamedLabels, _ file: VectorFile, _ classifier: ZeroShotClassifier, _ session: Session
    ) throws {
        // Rows that hold nothing are in no cluster.
        let present = Set(file.presentRows)
        let places = clusters.rows.indices.filter { present.contains(clusters.rows[$0]) }
        let vectors = try file.matrix().gatheringRows(places.map { clusters.rows[$0] })
        let found = try classifier.names(
            ofClusters: places.map { clusters.labels.values[$0] }, vectors: vectors, count: count, ranking: ranking,
            progress: session.progress)
        let sizes = clusters.labels.sizes
        // The last clusters have no names when none of their rows holds anything.
        let names = sizes.indices.map { $0 < found.count ? found[$0] : [] }
        try session.write(output.path) {
            try JSONLWriter.write(
                sizes.indices.lazy.map { cluster in
                    [
                        "cluster": clusters.json(ofCluster: cluster), "size": .integer(sizes[cluster]),
                        "names": .array(names[cluster].map { json($0, classifier) }),
                    ]
                }, to: output.path)
        }
        let lines = sizes.indices.map { cluster in
            "\(clusters.names[cluster])  \(counted(sizes[cluster], "row"))  "
                + names[cluster].map { classifier.names[$0.index] }.joined(separator: ", ")
        }
        session.finish(
            (lines + ["names of \(counted(sizes.count, "cluster")) in \(output)"]).joined(separator: "\n"),
            json: [
                "encoder": .string(encoder),
                "clusters": .integer(sizes.count),
                "rows": .integer(places.count),
                "best": .array(names.map { .string($0.first.map { classifier.names[$0.index] } ?? "") }),
                "output": .string(output.path),
            ])
    }

    private func json(_ name: ZeroShotClassifier.ClusterName, _ classifier: ZeroShotClassifier) -> JSONValue {
        [
            "name": .string(classifier.names[name.index]), "similarity": .number(name.similarity),
            "contrast": .number(name.contrast), "probability": .number(name.probability), "share": .number(name.share),
        ]
    }
}

extension ZeroShotClassifier.Ranking: ExpressibleByArgument {}
