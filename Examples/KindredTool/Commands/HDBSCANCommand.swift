import ArgumentParser
import Kindred

/// `kindred cluster hdbscan`.
struct HDBSCANCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hdbscan",
        abstract: "Group vectors by density, whatever the density; the rest is noise.",
        discussion: """
            The labels have two more columns: probability, how firmly a row belongs to its cluster, and outlier_score, how \
            much of an outlier it is, both from 0 to 1.

            EXAMPLE
              kindred cluster hdbscan --input x.npy --min-cluster-size 15 --output labels.csv
              kindred cluster hdbscan --input x.npy --min-cluster-size 50 \\
                  --min-samples 5 --metric cosine --output labels.csv
            """)

    @OptionGroup var files: ClusterFiles
    @OptionGroup var parameters: HDBSCANOptions
    @OptionGroup var neighbors: GraphOption
    @OptionGroup var weighting: WeightOption
    @OptionGroup var links: LinkOption
    @OptionGroup var common: CommonOptions

    func run() throws {
        let algorithm = parameters.algorithm(metric: try files.metric)
        try files.group(
            with: algorithm, called: "HDBSCAN", common,
            fit: { vectors, data, progress in
                let weights = try weighting.values(for: vectors)
                let constraints = try links.constraints(of: vectors)
                guard let graph = try neighbors.neighbors(of: vectors) else {
                    return try algorithm.fit(data, weights: weights, constraints: constraints, progress: progress)
                }
                return try algorithm.fit(
                    graph, of: data, weights: weights, constraints: constraints, progress: progress)
            }
        ) { model, _ in
            ClusterReport(
                algorithm: "hdbscan",
                further: [
                    ("probability", model.probabilities.map { "\($0)" }),
                    ("outlier_score", model.outlierScores.map { "\($0)" }),
                ],
                remark: model.uncertifiedShare > 0
                    ? "up to \(Percentage(model.uncertifiedShare)) of the hierarchy might differ if all pairs were compared"
                    : nil,
                details: [
                    .init("min_cluster_size", .integer(parameters.minClusterSize)),
                    .init("min_samples", .integer(parameters.minSamples ?? parameters.minClusterSize)),
                    .init("uncertified_share", .number(model.uncertifiedShare)),
                    .init(
                        "violated_links",
                        .integer(model.violations.mustLink.count + model.violations.cannotLink.count)),
                    .init("persistence", .array(model.persistence.map { .number($0) })),
                ])
        }
    }
}
