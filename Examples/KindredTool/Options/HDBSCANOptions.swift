import ArgumentParser
import Kindred

/// The parameters of HDBSCAN*.
struct HDBSCANOptions: ParsableArguments {
    @Option(help: "The least number of rows that make a cluster.")
    var minClusterSize = 5

    @Option(
        help:
            "How many rows, itself included, lie within a row's core distance; more make more noise (default: --min-cluster-size)."
    )
    var minSamples: Int?

    @Option(help: "Which clusters of the hierarchy are taken: eom, the most lasting ones, or leaf, the smallest.")
    var clusterSelectionMethod: SelectionMethod = .eom

    @Option(help: "Clusters that part at a distance below this are taken together.")
    var clusterSelectionEpsilon = 0.0

    @Option(help: "Larger clusters are not taken, but what they fall apart into.")
    var maxClusterSize: Int?

    @Flag(help: "Let all rows be one cluster.")
    var allowSingleCluster = false

    func validate() throws {
        do {
            try algorithm(metric: .euclidean).validate()
        } catch {
            throw ValidationError("\(error)")
        }
    }

    func algorithm(metric: Metric) -> HDBSCAN {
        HDBSCAN(
            minimumClusterSize: minClusterSize, minimumSamples: minSamples, metric: metric,
            selection: ClusterSelection(
                clusterSelectionMethod.method, epsilon: clusterSelectionEpsilon, maximumClusterSize: maxClusterSize,
                allowsSingleCluster: allowSingleCluster))
    }
}

/// The value of `--cluster-selection-method`.
enum SelectionMethod: String, ExpressibleByArgument, CaseIterable {
    case eom, leaf

    var method: ClusterSelection.Method {
        switch self {
        case .eom: .excessOfMass
        case .leaf: .leaf
        }
    }
}
