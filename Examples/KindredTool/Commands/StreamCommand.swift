import ArgumentParser
import Foundation
import Kindred

/// `kindred stream`: groups rows that come in batches and need not end.
struct StreamCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stream",
        abstract: "Group rows that come in batches and need not end, and report new hot clusters.",
        discussion: """
            Rows come from .npy files, from the .npy files of a directory in order of their names, or from standard input \
            (--input -): .npy arrays one directly after the other, numbers on lines (CSV), or a JSON array on each line.

            Every --report-every rows the hot clusters are printed, with those that have appeared or cooled since. At the end, \
            or on Ctrl-C, which ends the command with status 130, the clusters are written. With --snapshot the stream goes on \
            from that file if it is there, and is saved to it at each report and at the end.

            EXAMPLE
              kindred stream --input batches --n-clusters 50 --output clusters.csv
              tail -f rows.csv | kindred stream --input - --n-clusters 20 --half-life 100000 \\
                  --snapshot stream.safetensors --output clusters.csv
              kindred stream --input x.npy --n-clusters 50 --save-model groups.safetensors \\
                  --output clusters.csv
            """)

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Files or directories, or - for standard input.", valueName: "x.npy|directory|-"))
    var input: [String]

    @Option(
        help: ArgumentHelp(
            "How rows come through standard input: auto, npy, csv or jsonl.", valueName: "format"))
    var format = "auto"

    @Option(
        help: ArgumentHelp("The clusters: columns cluster, weight, share and radius.", valueName: "clusters.csv"))
    var output: OutputPath

    @Option(help: ArgumentHelp("Keep the clusters as a model, for `kindred predict`.", valueName: "model.safetensors"))
    var saveModel: OutputPath?

    @Option(help: ArgumentHelp("Go on from this file, and save the stream to it.", valueName: "stream.safetensors"))
    var snapshot: OutputPath?

    @OptionGroup var parameters: StreamOptions

    @Option(help: "How many rows there are between two reports.")
    var reportEvery = 10_000

    @Option(help: "Clusters with at least this share of the weight of all rows are hot.")
    var hotShare = 0.01

    @Option(help: "Clusters within so many radii of each other are the same.")
    var separation = 1.0

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if format != "auto", StreamFormat(rawValue: format) == nil {
            throw ValidationError("--format is \(format); it must be one of auto, npy, csv, jsonl")
        }
        if input.contains("-"), input.count > 1 {
            throw ValidationError("--input - is standard input alone; give either it or files")
        }
    }

    func run() throws {
        switch parameters.algorithm {
        case .streamkm:
            let algorithm = parameters.streamKM(seed: common.seed)
            try run(algorithm, \.parameters, algorithm.memoryEstimate) { try algorithm.stream() }
        case .online:
            let algorithm = parameters.onlineKMeans(seed: common.seed)
            try run(algorithm, \.parameters, algorithm.memoryEstimate) { try algorithm.stream() }
        }
    }

    private func run<Stream: StreamingClusterer, Parameters: Equatable>(
        _ algorithm: Parameters, _ itsParameters: (Stream) -> Parameters,
        _ estimate: (_ rows: Int, _ columns: Int) -> MemoryEstimate, _ begin: () throws -> Stream
    ) throws {
        let session = Session(common)
        try output.check()
        try saveModel?.check("--save-model")
        try snapshot?.check("--snapshot")
        var monitor = try HotClusterMonitor(
            begin(), tracker: HotClusterTracker(minimumShare: hotShare, separation: separation), interval: reportEvery)
        if let snapshot, FileManager.default.fileExists(atPath: snapshot.path) {
            let saved = try HotClusterMonitor<Stream>(contentsOf: snapshot.path)
            guard itsParameters(saved.stream) == algorithm, saved.interval == reportEvery,
                saved.tracker.minimumShare == hotShare, saved.tracker.separation == separation
            else {
                throw ToolError.usage(
                    "--snapshot \(snapshot) is of a stream with other parameters; give those, or another file")
            }
            monitor = saved
            session.remark("going on after \(counted(saved.stream.rowCount, "row"))")
        }
        let first = monitor.stream.rowCount
        var batches: any RowBatches =
            input == ["-"]
            ? InputBatches(format: StreamFormat(rawValue: format))
            : try FileBatches(input, session: session)
        while let batch = try batches.next(atMost: reportEvery - monitor.stream.rowCount % reportEvery) {
            if monitor.stream.rowCount == first {
                // Without an end in sight, a hundred million rows: what is kept grows with the logarithm of their number.
                let rows = first + (batches.rowCount ?? 100_000_000)
                try session.requireMemory(
                    MemoryEstimate("a batch", floats: batch.rows * batch.columns) + estimate(rows, batch.columns),
                    for: "the stream")
            }
            try take(batch, &monitor, session)
        }
        try finish(monitor, read: monitor.stream.rowCount - first, session)
    }

    /// Takes in a batch, and reports when it is time.
    private func take<Stream: StreamingClusterer>(
        _ batch: Matrix, _ monitor: inout HotClusterMonitor<Stream>, _ session: Session
    ) throws {
        let reports = monitor.stream.rowCount / reportEvery
        for event in try monitor.insert(batch) { session.report(Self.text(event), json: Self.json(event)) }
        guard monitor.stream.rowCount / reportEvery > reports, monitor.model != nil else { return }
        let hot = monitor.tracker.known.sorted { (-$0.weight, $0.id) < (-$1.weight, $1.id) }
        let shown = hot.prefix(10).map { "\($0.id) (\(Percentage($0.share)))" }.joined(separator: ", ")
        let rowCount = monitor.stream.rowCount / reportEvery * reportEvery
        session.report(
            "row \(rowCount): \(counted(hot.count, "hot cluster"))" + (hot.isEmpty ? "" : ": \(shown)")
                + (hot.count > 10 ? ", …" : ""),
            json: [
                "event": "report", "rows": .integer(rowCount),
                "hot": .array(
                    hot.map { ["id": .integer($0.id), "share": .number($0.share), "radius": .number($0.radius)] }),
            ])
        try save(monitor)
    }

    private func save(_ monitor: HotClusterMonitor<some StreamingClusterer>) throws {
        guard let snapshot else { return }
        try ToolError.writing(snapshot.path) { try monitor.save(to: snapshot.path) }
    }

    private func finish(_ monitor: HotClusterMonitor<some StreamingClusterer>, read: Int, _ session: Session) throws {
        // Ctrl-C ends the reading; what has been read is worth a result.
        let wasInterrupted = Interrupt.isRequested
        try save(monitor)
        let model = try result(of: monitor.stream, wasInterrupted: wasInterrupted)
        if let saveModel { try ToolError.writing(saveModel.path) { try model.save(to: saveModel.path) } }
        let (total, radii) = (model.totalWeight, model.radii)
        try ToolError.writing(output.path) {
            try CSVWriter.write(
                columns: ["cluster", "weight", "share", "radius"],
                rows: model.weights.indices.lazy.map { cluster in
                    [
                        "\(cluster)", "\(model.weights[cluster])", "\(model.weights[cluster] / total)",
                        "\(radii[cluster])",
                    ]
                }, to: output.path)
        }
        session.finish(
            "\(counted(monitor.stream.rowCount, "row")) in \(counted(model.weights.count, "cluster")), cost \(model.cost.short)"
                + (wasInterrupted ? "; interrupted" : "") + "\nclusters in \(output)"
                + (saveModel.map { "\nmodel in \($0)" } ?? ""),
            json: [
                "event": "end", "rows": .integer(monitor.stream.rowCount), "read": .integer(read),
                "interrupted": .boolean(wasInterrupted), "clusters": .integer(model.weights.count),
                "metric": .string("\(model.metric)"), "cost": .number(model.cost), "weight": .number(total),
                "hot": .integer(monitor.tracker.known.count),
                "model": saveModel.map { .string($0.path) } ?? .null,
                "snapshot": snapshot.map { .string($0.path) } ?? .null, "output": .string(output.path),
            ])
        if wasInterrupted { Foundation.exit(ExitStatus.interrupted.rawValue) }
    }

    /// The clusters; a stream that was interrupted too early to have any is just interrupted.
    private func result(of stream: some StreamingClusterer, wasInterrupted: Bool) throws -> StreamModel {
        let result = Result { () throws(ClusteringError) in try stream.finish() }
        switch result {
        case .success(let model): return model
        case .failure(.emptyData) where wasInterrupted, .failure(.tooFewRows) where wasInterrupted:
            throw ToolError.interrupted
        case .failure(let error): throw error
        }
    }

    private static func text(_ event: HotClusterEvent) -> String {
        switch event.kind {
        case .appeared: "row \(event.rowCount): cluster \(event.id) is new and hot, with \(Percentage(event.share))"
        case .cooled: "row \(event.rowCount): cluster \(event.id) has cooled"
        }
    }

    private static func json(_ event: HotClusterEvent) -> JSONValue {
        [
            "event": .string(event.kind.rawValue), "rows": .integer(event.rowCount), "id": .integer(event.id),
            "share": .number(event.share), "radius": .number(event.radius), "weight": .number(event.weight),
            "centroid": .array(event.centroid.map { .number(Double($0)) }),
        ]
    }
}
