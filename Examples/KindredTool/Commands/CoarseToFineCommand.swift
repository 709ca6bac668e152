import ArgumentParser
import Kindred

/// `kindred cluster coarse-to-fine`.
struct CoarseToFineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coarse-to-fine",
        abstract: "Group millions of vectors: by k-means first, then by density inside or across its groups.",
        discussion: """
            Inside is for clusters smaller than a group, across for clusters of several groups. HDBSCAN takes --min-cluster-size \
            and --min-samples, DBSCAN --eps and --min-samples; across, they count rows, not groups. Rows of groups that are \
            not hot are noise. The labels have one more column, group: the coarse group of each row.

            EXAMPLE
              kindred cluster coarse-to-fine --input x.npy --min-cluster-size 30 \\
                  --min-samples 10 --output labels.csv
              kindred cluster coarse-to-fine --input x.npy --fine dbscan --eps 0.3 \\
                  --hot-share 0.5 --output labels.csv
              kindred cluster coarse-to-fine --input x.npy --scope across \\
                  --min-cluster-size 20000 --min-samples 5000 --output labels.csv
            """)

    enum Fine: String, ExpressibleByArgument, CaseIterable { case hdbscan, dbscan }
    enum Scope: String, ExpressibleByArgument, CaseIterable { case inside, across }

    @OptionGroup var files: ClusterFiles

    @Option(help: "Where clusters are looked for: inside the groups, or across them.")
    var scope: Scope = .inside

    @Option(help: "What finds the clusters.")
    var fine: Fine = .hdbscan

    @Option(help: "The most groups that k-means makes.")
    var groups = 1000

    @Option(help: "The least number of rows of a group on average; fewer rows make fewer groups.")
    var rowsPerGroup = 100

    @Option(help: "Look only at the hottest groups, by mass and density, that hold this share of the rows.")
    var hotShare = 1.0

    @Option(help: "With hdbscan: the least number of rows that make a cluster.")
    var minClusterSize = 30

    @Option(help: "How many rows, itself included, a dense row has around it.")
    var minSamples = 10

    @Option(help: "With dbscan: the radius of a neighbourhood.")
    var eps: Double?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if fine == .dbscan, eps == nil { throw ValidationError("--fine dbscan needs --eps, a positive number") }
        if fine == .hdbscan, eps != nil { throw ValidationError("--eps is for --fine dbscan") }
    }

    func run() throws {
        let metric = try files.metric
        let coarse = CoarseKMeans(
            groupCount: groups, rowsPerGroup: rowsPerGroup, metric: metric, seed: common.seed)
        let hot: HotGroups = hotShare == 1 ? .all : .covering(hotShare)
        if let eps {
            let algorithm = DBSCAN(eps: eps, minimumSamples: minSamples, metric: metric)
            try group(
                scope == .inside
                    ? CoarseToFine(inside: algorithm, coarse: coarse, hot: hot)
                    : CoarseToFine(across: algorithm, coarse: coarse, hot: hot))
        } else {
            // What k-means cut out may well be one cluster.
            let selection =
                scope == .inside
                ? ClusterSelection(allowsSingleCluster: true, rootBirth: .firstLoss) : ClusterSelection()
            let algorithm = HDBSCAN(
                minimumClusterSize: minClusterSize, minimumSamples: minSamples, metric: metric,
                selection: selection)
            try group(
                scope == .inside
                    ? CoarseToFine(inside: algorithm, coarse: coarse, hot: hot)
                    : CoarseToFine(across: algorithm, coarse: coarse, hot: hot))
        }
    }

    private func group<Fine: WeightedClusteringAlgorithm & Codable>(
        _ algorithm: CoarseToFine<CoarseKMeans, Fine>
    ) throws where Fine.Model: StoredModel {
        try files.group(with: algorithm, called: "coarse to fine", common) { model, _ in
            let hot = model.groups.count { $0.isHot }
            return ClusterReport(
                algorithm: "coarse-to-fine",
                further: [("group", model.coarse.labels.values.map { "\($0)" })],
                remark: "\(counted(model.groups.count, "group")), \(hot) of them hot",
                details: [
                    .init("scope", .string(scope.rawValue)), .init("fine", .string(fine.rawValue)),
                    .init("groups", .integer(model.groups.count)), .init("hot_groups", .integer(hot)),
                ])
        }
    }
}
