import ArgumentParser
import Kindred

/// `kindred cluster optics`.
struct OPTICSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "optics",
        abstract: "Put vectors in an order in which dense groups are valleys; the rest is noise.",
        discussion: """
            The labels have three more columns: order, the row's place in the order, reachability, the distance at which it \
            is reached from the rows before it (inf for the first), and core_distance. Drawn by order, reachability shows \
            the groups at every density.

            EXAMPLE
              kindred cluster optics --input x.npy --min-samples 10 --output labels.csv
              kindred cluster optics --input x.npy --xi 0.1 --min-cluster-size 50 \\
                  --output labels.csv
              kindred cluster optics --input x.npy --eps 0.3 --output labels.csv
            """)

    @OptionGroup var files: ClusterFiles

    @Option(help: "How many rows, itself included, a row has within its core distance.")
    var minSamples = 5

    @Option(help: "How steep the sides of a valley are: by which share reachability changes from a row to the next.")
    var xi = 0.05

    @Option(help: "The least number of rows of a cluster (default: --min-samples).")
    var minClusterSize: Int?

    @Option(help: "Rows farther away are not reached.")
    var maxEps = Double.infinity

    @Option(help: "Take what lies below this reachability as clusters, in place of valleys.")
    var eps: Double?

    @Flag(
        inversion: .prefixedNo,
        help: "Leave rows at the end of a valley that were not reached from within it out of it.")
    var predecessorCorrection = true

    @OptionGroup var neighbors: GraphOption
    @OptionGroup var common: CommonOptions

    private func algorithm(metric: Metric) -> OPTICS {
        OPTICS(
            minimumSamples: minSamples, maximumEps: maxEps, xi: xi, minimumClusterSize: minClusterSize,
            correctsPredecessors: predecessorCorrection, metric: metric)
    }

    func validate() throws {
        do {
            try algorithm(metric: .euclidean).validate()
        } catch {
            throw ValidationError("\(error)")
        }
        if let eps, !(eps > 0 && eps <= maxEps) {
            throw ValidationError("--eps is \(eps); it must be above 0 and at most --max-eps, \(maxEps)")
        }
    }

    func run() throws {
        let algorithm = algorithm(metric: try files.metric)
        try files.group(
            with: algorithm, called: "OPTICS", common,
            fit: { vectors, data, progress in
                try neighbors.neighbors(of: vectors).map { try algorithm.fit($0) }
                    ?? algorithm.fit(data, progress: progress)
            }
        ) { model, _ in
            var places = [Int](repeating: 0, count: model.ordering.count)
            for (place, row) in model.ordering.enumerated() { places[row] = place }
            return ClusterReport(
                algorithm: "optics", labels: try eps.map { try model.labels(eps: $0) },
                further: [
                    ("order", places.map { "\($0)" }), ("reachability", model.reachability.map { "\(Float($0))" }),
                    ("core_distance", model.coreDistances.map { "\(Float($0))" }),
                ],
                details: [
                    .init("min_samples", .integer(minSamples)),
                    eps.map { .init("eps", .number($0)) } ?? .init("valleys", .integer(model.valleys.count)),
                ])
        }
    }
}
