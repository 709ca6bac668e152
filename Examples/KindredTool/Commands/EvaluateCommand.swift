import ArgumentParser
import Kindred

/// `kindred evaluate`: how good a clustering is.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Score clusters, by the vectors alone and against the truth.",
        discussion: """
            Noise is left out of the scores that judge clusters by the vectors, and its share is given beside them; against \
            the truth it is one more group, so that calling rows noise is not rewarded. Rows without a label are left out. \
            Labels are matched to the vectors by id. With --metric cosine the scores are of vectors scaled to length 1.

            EXAMPLE
              kindred evaluate --input x.npy --labels labels.csv --json
              kindred evaluate --input x.npy --labels labels.csv --truth truth.csv
            """)

    @Option(help: ArgumentHelp("The vectors.", valueName: "x.npy"))
    var input: String

    @Option(help: ArgumentHelp("The clusters: a CSV file with the columns id and label.", valueName: "labels.csv"))
    var labels: String

    @Option(help: ArgumentHelp("The true groups: a CSV file with the columns id and label.", valueName: "truth.csv"))
    var truth: String?

    @Option(help: "The column of the true groups.")
    var truthColumn = "label"

    @Option(help: "How distances are measured.")
    var metric: Metric = .euclidean

    @Option(help: "Beyond this many rows, the Euclidean silhouette is estimated from a sample of as many.")
    var sample = 10_000

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if sample < 2 { throw ValidationError("--sample is \(sample); it must be at least 2") }
    }

    func run() throws {
        let session = Session(common)
        let vectors = try VectorFile(input)
        let ids = vectors.sheet.ids
        var fields = try LabelsFile(labels).fields(of: ids, in: input)
        // Rows that hold nothing cannot lie well or badly in a cluster.
        for (row, status) in vectors.sheet.statuses.enumerated() where status.kind != .ok { fields[row] = "" }
        let named = NamedLabels(fields)
        guard !named.rows.isEmpty else { throw ToolError.badData("\(labels): no row has a label") }
        let truthFields = try truth.map { try LabelsFile($0, column: truthColumn).fields(of: ids, in: input) }
        // The scores look at rows in the order of their clusters and at packed copies of them.
        try session.requireMemory(
            vectors.memoryEstimate
                + MemoryEstimate("scores", floats: named.rows.count * vectors.columns * (metric == .cosine ? 4 : 3)),
            for: "scoring")
        let all = try vectors.matrix()
        let data = named.rows.count == vectors.rows ? all : all.gatheringRows(named.rows)
        let scores = try ClusterScores(
            data, labels: named.labels, metric: metric, sample: sample, seed: common.seed, progress: session.progress)
        let agreement = try truthFields.flatMap { try AgreementScores(fields, truth: $0) }
        if truthFields != nil, agreement == nil {
            session.remark("warning: no row has both a label and a true group; there is nothing to compare")
        }
        try Interrupt.check()
        let leftOut = vectors.rows - named.rows.count
        let sizes = named.labels.sizes
        let noise = named.labels.noiseCount
        let share = Double(noise) / Double(named.rows.count)
        var text = [
            "rows                 \(named.rows.count)" + (leftOut > 0 ? ", and \(leftOut) without a label" : ""),
            "clusters             \(sizes.count)",
            "sizes                \(sizes.prefix(20).map { "\($0)" }.joined(separator: ", "))\(sizes.count > 20 ? ", …" : "")",
            "noise                \(noise) rows, \(Percentage(share))",
        ]
        text += scores.text + (agreement?.text ?? [])
        let sizeList = sizes.indices.map { cluster -> JSONValue in
            ["label": named.json(ofCluster: cluster), "size": .integer(sizes[cluster])]
        }
        session.finish(
            text.joined(separator: "\n"),
            json: .object(
                [
                    .init("rows", .integer(named.rows.count)), .init("left_out", .integer(leftOut)),
                    .init("clusters", .integer(sizes.count)), .init("sizes", .array(sizeList)),
                    .init("noise", .integer(noise)), .init("noise_share", .number(share)),
                    .init("metric", .string(metric.name)),
                ] + scores.json + [.init("truth", agreement?.json ?? .null)]))
    }
}
