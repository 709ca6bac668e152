import ArgumentParser
import Kindred

/// The parameters of DBSCAN.
struct DBSCANOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The radius of a neighbourhood, or auto: the knee of the curve of distances to the (min-samples − 1)th "
                + "neighbour.", valueName: "number|auto"))
    var eps: Radius

    @Option(help: "How many rows, itself included, a dense row has within eps.")
    var minSamples = 5

    func validate() throws {
        if minSamples < 1 { throw ValidationError("--min-samples is \(minSamples); it must be at least 1") }
        switch eps {
        case .automatic where minSamples < 2:
            throw ValidationError("--eps auto needs a neighbour to measure; --min-samples must be at least 2")
        case .given(let eps) where !(eps > 0 && eps.isFinite):
            throw ValidationError("--eps is \(eps); it must be a positive number, or auto")
        default: break
        }
    }
}

/// The value of `--eps`.
enum Radius: ExpressibleByArgument, CustomStringConvertible {
    case automatic
    case given(Double)

    init?(argument: String) {
        if argument == "auto" {
            self = .automatic
        } else if let number = Double(argument) {
            self = .given(number)
        } else {
            return nil
        }
    }

    var description: String {
        switch self {
        case .automatic: "auto"
        case .given(let eps): "\(eps)"
        }
    }

    /// DBSCAN with this radius, or with one that it finds.
    func algorithm(minimumSamples: Int, metric: Metric) -> any ClusteringAlgorithm {
        switch self {
        case .automatic: AutomaticDBSCAN(minimumSamples: minimumSamples, metric: metric)
        case .given(let eps): DBSCAN(eps: eps, minimumSamples: minimumSamples, metric: metric)
        }
    }
}
