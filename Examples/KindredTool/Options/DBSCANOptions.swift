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

    /// The algorithm with these parameters, its radius found in `data` if asked.
    ///
    /// - Throws: ``ToolError`` when the data suggests no radius.
    func algorithm(for data: Matrix, metric: Metric, progress: ProgressHandler) throws -> DBSCAN {
        switch eps {
        case .given(let eps): return DBSCAN(eps: eps, minimumSamples: minSamples, metric: metric)
        case .automatic:
            return DBSCAN(
                eps: try knee(of: data, metric: metric, progress: progress), minimumSamples: minSamples, metric: metric)
        }
    }

    /// What finding the radius takes on top of the data, in bytes: the neighbours of each row.
    func memoryEstimate(rows: Int, columns: Int, metric: Metric) -> Int {
        let fit = DBSCAN(eps: 1, minimumSamples: minSamples, metric: metric).memoryEstimate(
            rows: rows, columns: columns)
        guard case .automatic = eps else { return fit }
        return max(fit, rows * columns * 8 + rows * (64 + 16 * minSamples))
    }

    private func knee(of data: Matrix, metric: Metric, progress: ProgressHandler) throws -> Double {
        guard minSamples <= data.rows else {
            throw ToolError.badData(
                "--min-samples is \(minSamples), but there are only \(data.rows) rows; ask for at most that many")
        }
        let curve = try KDistanceCurve(data, k: minSamples - 1, metric: metric, progress: progress)
        if let eps = curve.suggestedEps { return eps }
        let distances = curve.distances
        let reason =
            switch curve.finding {
            case .found: "most rows have copies, so that the knee lies at distance 0"
            case .absent(let absence): "\(absence)"
            }
        throw ToolError.badData(
            "no --eps suggests itself: \(reason); the distances to neighbour \(curve.k) run from \(distances[0]) over "
                + "\(distances[distances.count / 2]) in the middle to \(distances[distances.count - 1]): choose an eps "
                + "among them, or use an algorithm that needs none")
    }
}

/// The value of `--eps`.
enum Radius: ExpressibleByArgument {
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
}
