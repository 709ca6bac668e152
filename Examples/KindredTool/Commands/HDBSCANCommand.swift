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
    @OptionGroup var common: CommonOptions

    func run() throws {
        try files.group(with: parameters.algorithm(metric: files.metric), called: "HDBSCAN", common) { model, _ in
            ClusterReport(
                algorithm: "hdbscan",
                further: [
                    ("probability", model.probabilities.map { "\($0)" }),
                    ("outlier_score", model.outlierScores.map { "\($0)" }),
                ],
                details: [
                    .init("min_cluster_size", .integer(parameters.minClusterSize)),
                    .init("min_samples", .integer(parameters.minSamples ?? parameters.minClusterSize)),
                    .init("persistence", .array(model.persistence.map { .number($0) })),
                ])
        }
    }
}
