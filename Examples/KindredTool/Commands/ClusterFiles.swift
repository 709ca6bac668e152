import ArgumentParser
import Kindred

/// What all ways to cluster read and write.
struct ClusterFiles: ParsableArguments {
    @Option(help: ArgumentHelp("The vectors.", valueName: "x.npy"))
    var input: String

    @Option(help: ArgumentHelp("The labels.", valueName: "labels.csv"))
    var output: OutputPath

    @Option(help: "How distances are measured.")
    var metric: Metric = .euclidean
}

extension ClusterFiles {
    /// Writes the labels of the rows that hold something, with further columns, and says what they are.
    func finish(
        _ labels: ClusterLabels, of vectors: VectorFile, algorithm: String,
        further: [(column: String, fields: [String])] = [], remark: String? = nil, details: [JSONValue.Member],
        session: Session
    ) throws {
        try session.write(output.path) {
            try LabelsFile.write(
                labels, further: further, of: vectors.presentRows, ids: vectors.sheet.ids, to: output.path)
        }
        let sizes = labels.sizes
        let shown = sizes.prefix(10).map { String($0) }.joined(separator: ", ")
        var text = counted(sizes.count, "cluster")
        if !sizes.isEmpty { text += " of " + shown + (sizes.count > 10 ? ", … rows" : " rows") }
        if labels.noiseCount > 0 { text += ", \(counted(labels.noiseCount, "row")) of noise" }
        let leftOut = vectors.sheet.absentCount
        if leftOut > 0 { text += ", \(counted(leftOut, "row")) left out" }
        if let remark { text += "; " + remark }
        session.finish(
            text + "\nlabels in \(output)",
            json: .object(
                [
                    .init("algorithm", .string(algorithm)),
                    .init("metric", .string(metric.name)),
                    .init("rows", .integer(vectors.rows)),
                    .init("left_out", .integer(leftOut)),
                    .init("clusters", .integer(sizes.count)),
                    .init("sizes", .array(sizes.map { .integer($0) })),
                    .init("noise", .integer(labels.noiseCount)),
                ] + details + [.init("output", .string(output.path))]))
    }
}
