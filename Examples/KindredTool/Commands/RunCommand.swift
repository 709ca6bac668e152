import ArgumentParser
import Foundation
import Kindred

/// `kindred run`: from posts to groups with names and reasons, in one go.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Group pictures and texts and explain the groups.",
        discussion: """
            Reads a folder of pictures, or a table of posts, and writes labels.csv, clusters.jsonl, embeddings.npy, \
            report.html and run.json. A picture that cannot be read is a row with a status; the other rows are unaffected.

            Without --n-clusters the number of clusters is chosen from the data; when the data shows none, √(n/2) is taken, \
            and a remark says so.

            EXAMPLE
              kindred run --images photos --output out
              kindred run --posts posts.csv --text-column title --text-column body \\
                  --n-clusters 12 --output out
            """)

    @OptionGroup(title: "Input") var source: RunSource
    @OptionGroup(title: "Vectors") var vectors: RunVectors
    @OptionGroup(title: "Grouping") var grouping: RunGrouping
    @OptionGroup(title: "Common") var common: CommonOptions

    @Option(help: ArgumentHelp("Clusters with more than this share of the rows are hot.", valueName: "share"))
    var hotShare = 0.05

    @Flag(inversion: .prefixedNo, help: "Also group by pictures alone and by texts alone, for comparison.")
    var compare = true

    @Option(help: "The heading of the report (default: the name of the input).")
    var title: String?

    @Option(help: ArgumentHelp("The directory for the results; it is made if missing.", valueName: "directory"))
    var output: String

    func run() throws {
        let session = Session(common)
        try OutputPath.makeDirectory(output)
        let posts = try source.read()
        var pipeline = Pipeline(
            imageEncoder: try vectors.imageEncoder(), textEncoding: try vectors.textEncoding(seed: common.seed),
            components: vectors.components, fusion: try vectors.fusionMethod(),
            algorithm: try grouping.algorithm(seed: common.seed), metric: grouping.metric, seed: common.seed)
        pipeline.hotClusters = HotClusters(minimumShare: hotShare, metric: grouping.metric)
        pipeline.comparesModalities = compare
        try pipeline.validate()
        for path in posts.skipped { session.remark("not searched: \(path.path): \(path.reason)") }
        try session.requireMemory(
            pipeline.memoryEstimate(rows: posts.count, hasImages: posts.hasImages, hasTexts: posts.hasTexts),
            for: "grouping \(posts.count) posts")
        let result = try pipeline.run(posts, progress: session.progress)
        try Interrupt.check()
        if let model = result.model as? AutomaticKMeans.Model, !model.isFound {
            session.remark(
                "the data shows no number of clusters of its own; \(model.labels.clusterCount) ≈ √(n/2) were taken "
                    + "(choose with --n-clusters)")
        }
        let description = RunDescription(
            title: title ?? result.title, commandLine: commandLine, parameters: parameters(for: result))
        let files = try ToolError.writing(output) { try result.write(to: output, description: description) }
        let summary = RunSummary(result: result, files: files)
        session.finish(summary.text, json: summary.json)
    }

    private var commandLine: String {
        (["kindred"] + CommandLine.arguments.dropFirst()).map { argument in
            argument.contains { $0 == " " || $0 == "\"" } ? "'\(argument)'" : argument
        }.joined(separator: " ")
    }

    private func parameters(for result: PipelineResult) -> [Report.Parameter] {
        var list: [Report.Parameter] = [
            .init("image-encoder", vectors.imageEncoderName), .init("text-encoder", vectors.textEncoderName),
            .init("components", "\(vectors.components)"), .init("fusion", vectors.fusion.rawValue),
            .init("weights", "\(vectors.weights?.text ?? "1,1")"),
            .init("normalization", vectors.normalization.rawValue),
            .init("algorithm", grouping.algorithm.rawValue), .init("metric", grouping.metric.name),
        ]
        switch grouping.algorithm {
        case .kmeans:
            list.append(.init("n-clusters", grouping.nClusters.map { "\($0)" } ?? "auto"))
            list.append(.init("n-init", "\(grouping.restarts)"))
        case .dbscan:
            let eps = (result.model as? AutomaticDBSCAN.Model).map { "auto (\($0.eps))" }
            list.append(.init("eps", eps ?? grouping.eps.description))
            list.append(.init("min-samples", "\(grouping.minSamples ?? 5)"))
        case .hdbscan:
            list.append(.init("min-cluster-size", "\(grouping.minClusterSize)"))
            list.append(.init("min-samples", "\(grouping.minSamples ?? grouping.minClusterSize)"))
        }
        list.append(.init("hot-share", "\(hotShare)"))
        return list
    }
}
