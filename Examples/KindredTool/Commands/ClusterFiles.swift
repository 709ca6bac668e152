import ArgumentParser
import Kindred

/// What all ways to cluster read and write.
struct ClusterFiles: ParsableArguments {
    @Option(help: ArgumentHelp("The vectors.", valueName: "x.npy"))
    var input: String

    @Option(help: ArgumentHelp("The labels.", valueName: "labels.csv"))
    var output: OutputPath

    @Option(
        help: ArgumentHelp(
            "Keep the model, too: for `kindred predict`, and for programs.", valueName: "model.safetensors"))
    var saveModel: OutputPath?

    @Option(
        name: .customLong("metric"),
        help: "How distances are measured; mahalanobis goes by the covariance of the vectors.")
    var chosenMetric = MetricChoice.named(.euclidean)
}

/// What a way to cluster says of its model besides the labels.
struct ClusterReport {
    /// What the algorithm is called in JSON.
    let algorithm: String
    /// The labels, where they are not the model's own.
    var labels: ClusterLabels?
    /// Columns behind the labels.
    var further: [(column: String, fields: [String])] = []
    /// A few words behind the sizes.
    var remark: String?
    var details: [JSONValue.Member]
}

extension ClusterFiles {
    /// How distances are measured. Reads the vectors where their covariance is needed.
    var metric: Metric {
        get throws {
            switch chosenMetric {
            case .named(let metric): metric
            case .mahalanobis: .mahalanobis(try MahalanobisForm(of: VectorFile(input).presentMatrix()))
            }
        }
    }

    /// Reads the vectors, groups those that hold something, and writes what came of it.
    ///
    /// - Parameters:
    ///   - algorithm: what groups them.
    ///   - name: what it is called in sentences.
    ///   - common: the options that all commands have.
    ///   - estimate: the memory for so many rows and columns, where it is not the algorithm's.
    ///   - fit: groups the rows, where that takes more than the rows.
    ///   - report: what is told of the model.
    func group<Algorithm: ClusteringAlgorithm>(
        with algorithm: Algorithm, called name: String, _ common: CommonOptions,
        estimate: ((_ rows: Int, _ columns: Int) -> MemoryEstimate)? = nil,
        fit: ((VectorFile, Matrix, ProgressHandler) throws -> Algorithm.Model)? = nil,
        report: (Algorithm.Model, Session) throws -> ClusterReport
    ) throws where Algorithm.Model: StoredModel {
        let session = Session(common)
        try output.check()
        try saveModel?.check("--save-model")
        try algorithm.validate()
        let vectors = try session.vectors(input, for: name) { rows, columns in
            estimate?(rows, columns) ?? algorithm.memoryEstimate(rows: rows, columns: columns)
        }
        let data = try vectors.presentMatrix()
        let model =
            try fit?(vectors, data, session.progress) ?? algorithm.fit(data, progress: session.progress)
        let report = try report(model, session)
        let labels = report.labels ?? model.labels
        if let saveModel { try session.write(saveModel.path) { try model.save(to: saveModel.path) } }
        try session.write(output.path) {
            try LabelsFile.write(
                labels, further: report.further, of: vectors.presentRows, ids: vectors.sheet.ids, to: output.path)
        }
        finish(report, labels, vectors, session)
    }

    private func finish(_ report: ClusterReport, _ labels: ClusterLabels, _ vectors: VectorFile, _ session: Session) {
        let leftOut = vectors.sheet.absentCount
        var text = labels.summary
        if leftOut > 0 { text += ", \(counted(leftOut, "row")) left out" }
        if let remark = report.remark { text += "; " + remark }
        text += "\nlabels in \(output)"
        if let saveModel { text += "\nmodel in \(saveModel)" }
        session.finish(
            text,
            json: .object(
                [
                    .init("algorithm", .string(report.algorithm)),
                    .init("metric", .string(chosenMetric.name)),
                    .init("rows", .integer(vectors.rows)),
                    .init("left_out", .integer(leftOut)),
                ] + labels.summaryMembers + report.details
                    + [
                        .init("model", saveModel.map { .string($0.path) } ?? .null),
                        .init("output", .string(output.path)),
                    ]))
    }
}

extension ClusterLabels {
    /// How many clusters there are, and how large they are, in words.
    var summary: String {
        let sizes = sizes
        let shown = sizes.prefix(10).map { String($0) }.joined(separator: ", ")
        var text = counted(sizes.count, "cluster")
        if !sizes.isEmpty { text += " of " + shown + (sizes.count > 10 ? ", … rows" : " rows") }
        if noiseCount > 0 { text += ", \(counted(noiseCount, "row")) of noise" }
        return text
    }

    /// The same for JSON.
    var summaryMembers: [JSONValue.Member] {
        [
            .init("clusters", .integer(clusterCount)),
            .init("sizes", .array(sizes.map { .integer($0) })),
            .init("noise", .integer(noiseCount)),
        ]
    }
}
