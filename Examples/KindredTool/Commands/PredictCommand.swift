import ArgumentParser
import Foundation
import Kindred

/// `kindred predict`: labels for new vectors, by a model that was saved.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Give new vectors the labels of a saved model.",
        discussion: """
            The model comes from --save-model of `kindred cluster` or `kindred stream`, or is a snapshot of a stream. Vectors \
            that the model was fitted to get the labels that they had. HDBSCAN adds the column probability, how firmly a row \
            belongs to its cluster.

            EXAMPLE
              kindred cluster kmeans --input x.npy --n-clusters 8 --save-model groups.safetensors \\
                  --output labels.csv
              kindred predict --model groups.safetensors --input new.npy --output new.csv
            """)

    @Option(help: ArgumentHelp("The model.", valueName: "model.safetensors"))
    var model: String

    @Option(help: ArgumentHelp("The vectors.", valueName: "new.npy"))
    var input: String

    @Option(help: ArgumentHelp("The labels.", valueName: "labels.csv"))
    var output: OutputPath

    @OptionGroup var common: CommonOptions

    func run() throws {
        let session = Session(common)
        try output.check()
        let stored = try StoredModels.load(model)
        let size = (try? FileManager.default.attributesOfItem(atPath: model)[.size] as? Int) ?? 0
        let vectors = try session.vectors(input, for: "prediction") { rows, columns in
            MemoryEstimate("model", bytes: 4 * size) + MemoryEstimate("shifted vectors", floats: 2 * rows * columns)
                + MemoryEstimate("labels", bytes: rows * 200)
        }
        let (labels, further) = try predict(stored, vectors.presentMatrix(), session)
        try session.write(output.path) {
            try LabelsFile.write(
                labels, further: further, of: vectors.presentRows, ids: vectors.sheet.ids, to: output.path)
        }
        let leftOut = vectors.sheet.absentCount
        session.finish(
            labels.summary + (leftOut > 0 ? ", \(counted(leftOut, "row")) left out" : "") + "\nlabels in \(output)",
            json: .object(
                [
                    .init("model", .string(model)), .init("kind", .string(type(of: stored).storedKind)),
                    .init("rows", .integer(vectors.rows)), .init("left_out", .integer(leftOut)),
                ] + labels.summaryMembers + [.init("output", .string(output.path))]))
    }

    private func predict(
        _ stored: any StoredModel, _ data: Matrix, _ session: Session
    ) throws -> (ClusterLabels, [(column: String, fields: [String])]) {
        switch stored {
        case let model as HDBSCAN.Model:
            let prediction = try model.prediction(data, progress: session.progress)
            return (prediction.labels, [("probability", prediction.probabilities.map { "\($0)" })])
        case let model as any PredictiveModel: return (try model.predict(data), [])
        case let model as StreamModel: return (try model.predict(data), [])
        case let stream as any StreamingClusterer:
            return (try stream.finish(progress: session.progress).predict(data), [])
        default:
            throw ToolError.badData(
                "\(model) holds a model of the kind \(type(of: stored).storedKind), which cannot label new vectors; use one of "
                    + "kmeans, minibatch, bisecting, dbscan, hdbscan, or a stream")
        }
    }
}
