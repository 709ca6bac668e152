import ArgumentParser
import Kindred

/// `kindred cluster dbscan`.
struct DBSCANCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dbscan",
        abstract: "Group vectors by density; the rest is noise.",
        discussion: """
            With --eps auto the radius is the knee of the curve of distances to the (min-samples − 1)th neighbour; when the \
            curve has none, the command says so and ends with status 65.

            EXAMPLE
              kindred cluster dbscan --input x.npy --eps 0.3 --min-samples 10 \\
                  --metric cosine --output labels.csv
              kindred cluster dbscan --input x.npy --eps auto --output labels.csv
            """)

    @OptionGroup var files: ClusterFiles
    @OptionGroup var parameters: DBSCANOptions
    @OptionGroup var neighbors: GraphOption
    @OptionGroup var weighting: WeightOption
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if case .automatic = parameters.eps, neighbors.graph != nil || weighting.weights != nil {
            throw ValidationError("--eps auto looks at all rows alike; give a number with --graph or --weights")
        }
    }

    func run() throws {
        switch parameters.eps {
        case .given(let eps):
            let algorithm = DBSCAN(eps: eps, minimumSamples: parameters.minSamples, metric: try files.metric)
            try files.group(
                with: algorithm, called: "DBSCAN", common,
                fit: { vectors, data, progress in
                    let weights = try weighting.values(for: vectors)
                    guard let graph = try neighbors.neighbors(of: vectors) else {
                        return try algorithm.fit(data, weights: weights, progress: progress)
                    }
                    return try algorithm.fit(graph, of: data, weights: weights)
                }
            ) { model, _ in report(model, eps: eps) }
        case .automatic:
            let algorithm = AutomaticDBSCAN(minimumSamples: parameters.minSamples, metric: try files.metric)
            try files.group(with: algorithm, called: "DBSCAN", common) { model, _ in
                report(model.dbscan, eps: model.eps)
            }
        }
    }

    private func report(_ model: DBSCAN.Model, eps: Double) -> ClusterReport {
        ClusterReport(
            algorithm: "dbscan", remark: "eps \(eps)",
            details: [
                .init("eps", .number(eps)),
                .init("min_samples", .integer(parameters.minSamples)),
                .init("core_rows", .integer(model.coreRows.count)),
            ])
    }
}
