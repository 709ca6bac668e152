import ArgumentParser
import Kindred

/// `kindred cluster minibatch`.
struct MiniBatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "minibatch",
        abstract: "Group vectors around k means, a small batch at a time: for very many rows.",
        discussion: """
            EXAMPLE
              kindred cluster minibatch --input x.npy --n-clusters 200 --output labels.csv
              kindred cluster minibatch --input x.npy --n-clusters 200 --batch-size 4096 \\
                  --max-iter 5 --save-model groups.safetensors --output labels.csv
            """, aliases: ["minibatch-kmeans"])

    @OptionGroup var files: ClusterFiles

    @Option(help: ArgumentHelp("The number of clusters, k.", valueName: "k"))
    var nClusters: Int

    @Option(
        help: ArgumentHelp(
            "How the first centroids are chosen from a sample: auto, k-means++, k-means||, afk-mc2, random, or a .npy file "
                + "with one centroid in each row.", valueName: "start"))
    var `init`: KMeansStart = .automatic

    @Option(help: "How often to choose first centroids, keeping the best.")
    var nInit = 1

    @Option(help: "The rows of a batch.")
    var batchSize = 1024

    @Option(help: "The rows of the sample that the first centroids come from (default: 3 batches, or 3 k where more).")
    var initSize: Int?

    @Option(help: "How often to go through all rows at most.")
    var maxIter = 100

    @Option(help: "End after so many batches that did not lower the smoothed inertia; 0 to go on.")
    var maxNoImprovement = 10

    @Option(help: "End when a batch moves the centroids less than this, relative to the mean variance of the features.")
    var tol = 0.0

    @Option(help: "Move centroids that have got less than this share of the rows of the greatest.")
    var reassignmentRatio = 0.01

    @OptionGroup var weighting: WeightOption
    @OptionGroup var common: CommonOptions

    func run() throws {
        let algorithm = MiniBatchKMeans(
            clusterCount: nClusters, metric: try files.metric, seeding: try `init`.seeding(clusterCount: nClusters),
            restarts: nInit, batchSize: batchSize, initialSize: initSize, maximumEpochs: maxIter,
            patience: maxNoImprovement == 0 ? nil : maxNoImprovement, tolerance: tol,
            reassignmentRatio: reassignmentRatio, seed: common.seed)
        try files.group(with: algorithm, called: "mini-batch k-means", common, fit: weighting.fit(algorithm)) {
            model, _ in ClusterReport(algorithm: "minibatch", model, "step")
        }
    }
}
