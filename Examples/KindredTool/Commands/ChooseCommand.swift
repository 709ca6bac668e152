import ArgumentParser
import Kindred

/// `kindred choose`: how many clusters the data asks for.
struct ChooseCommand: ParsableCommand {
    /// The algorithms whose number of clusters is chosen.
    enum Algorithm: String, ExpressibleByArgument, CaseIterable { case kmeans }

    static let configuration = CommandConfiguration(
        commandName: "choose",
        abstract: "Try numbers of clusters and suggest one, or say why there is none.",
        discussion: """
            Two witnesses are heard: the elbow of the inertia, and the maximum of the silhouette. The elbow's answer is \
            taken when it has one, else the silhouette's if it is 0.7 or more. Start at 1, so that an elbow at 2 can be seen.

            EXAMPLE
              kindred choose --algorithm kmeans --from 1 --to 60 --input x.npy \\
                  --output sweep.csv
            """)

    @Option(help: ArgumentHelp("The vectors.", valueName: "x.npy"))
    var input: String

    @Option(help: ArgumentHelp("The scores of each number of clusters.", valueName: "sweep.csv"))
    var output: OutputPath

    @Option(help: "What clusters the vectors.")
    var algorithm: Algorithm = .kmeans

    @Option(help: "The least number of clusters.")
    var from = 1

    @Option(help: "The greatest number of clusters.")
    var to: Int

    @Option(help: "The step from one number to the next.")
    var step = 1

    @Option(help: "How distances are measured.")
    var metric: Metric = .euclidean

    @Option(help: "Beyond this many rows, the silhouette is estimated from a sample of as many.")
    var sample = 2000

    @OptionGroup var parameters: KMeansRunOptions
    @OptionGroup var common: CommonOptions

    func run() throws {
        let session = Session(common)
        try output.check()
        let base = KMeans(
            clusterCount: 1, metric: metric, restarts: parameters.nInit ?? 3, maximumIterations: parameters.maxIter,
            tolerance: parameters.tol, seed: common.seed)
        try base.validate()
        let sweep = KMeansSweep(from: from, through: to, step: step, base: base, silhouetteSampleSize: sample)
        try sweep.validate()
        let vectors = try session.vectors(input, for: "the sweep") { rows, columns in
            guard to <= rows else {
                throw ToolError.badData(
                    "--to is \(to), but there are only \(rows) rows; ask for at most \(rows) clusters")
            }
            return sweep.memoryEstimate(rows: rows, columns: columns)
        }
        let trials = try sweep.run(vectors.presentMatrix(), progress: session.progress)
        let decision = try ClusterCountChoice().choose(from: trials)
        try session.write(output.path) {
            // Times are left out: equal sweeps are equal files.
            try CSVWriter.write(
                columns: ["n_clusters", "inertia", "silhouette", "davies_bouldin", "calinski_harabasz"],
                rows: trials.lazy.map { trial in
                    [String(trial.clusterCount), "\(trial.inertia)"]
                        + [trial.silhouette, trial.daviesBouldin, trial.calinskiHarabasz].map {
                            $0.map { "\($0)" } ?? ""
                        }
                }, to: output.path)
        }
        session.finish(text(decision, trials.count), json: json(decision, trials))
    }

    private func text(_ decision: ClusterCountChoice.Decision, _ count: Int) -> String {
        func line(_ answer: ClusterCountChoice.Answer, _ evidence: String) -> String {
            switch answer {
            case .found(let clusterCount, let value): "\(clusterCount) clusters (\(evidence) \(value.short))"
            case .absent(let reason): "\(reason)"
            }
        }
        let suggestion =
            decision.clusterCount.map { "\($0) clusters" } ?? "none: the data asks for no number of clusters"
        return """
            elbow       \(line(decision.elbow, "strength"))
            silhouette  \(line(decision.silhouette, "mean"))
            suggestion  \(suggestion)
            \(count) trials in \(output)
            """
    }

    private func json(_ decision: ClusterCountChoice.Decision, _ trials: [ClusterCountTrial]) -> JSONValue {
        func answer(_ answer: ClusterCountChoice.Answer) -> JSONValue {
            switch answer {
            case .found(let clusterCount, let value):
                ["n_clusters": .integer(clusterCount), "evidence": .number(value), "reason": nil]
            case .absent(let reason): ["n_clusters": nil, "evidence": nil, "reason": .string("\(reason)")]
            }
        }
        return [
            "algorithm": .string(algorithm.rawValue),
            "n_clusters": decision.clusterCount.map { .integer($0) } ?? .null,
            "elbow": answer(decision.elbow),
            "silhouette": answer(decision.silhouette),
            "trials": .array(
                trials.map { ["n_clusters": .integer($0.clusterCount), "seconds": .number($0.seconds)] }),
            "output": .string(output.path),
        ]
    }
}
