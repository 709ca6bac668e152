import Tensor

/// How pairs of rows are compared, once rows have been mapped (``Metric/mahalanobis(_:)``) and orders that have a metric of
/// their own are named by it.
package enum PairwiseKind: Sendable, Hashable {
    case euclidean
    case cosine
    case manhattan
    case chebyshev
    case minkowski(Double)
    case hamming
    case precomputed

    init(_ metric: Metric) {
        self =
            switch metric {
            case .euclidean, .squaredEuclidean, .mahalanobis, .minkowski(2): .euclidean
            case .manhattan, .minkowski(1): .manhattan
            case .chebyshev, .minkowski(.infinity): .chebyshev
            case .minkowski(let order): .minkowski(order)
            case .cosine: .cosine
            case .hamming: .hamming
            case .precomputed: .precomputed
            }
    }

    /// The comparable distance (see ``Metric``) of two rows, in double precision.
    func comparable(_ x: UnsafePointer<Float>?, _ y: UnsafePointer<Float>?, count: Int) -> Double {
        guard let x, let y else { return self == .cosine ? 2 : 0 }
        switch self {
        case .euclidean: return RowKernel.squaredDistance(x, y, count: count)
        case .cosine:
            let squares = RowKernel.dot(x, x, count: count) * RowKernel.dot(y, y, count: count)
            return squares > 0 ? 2 - 2 * RowKernel.dot(x, y, count: count) / squares.squareRoot() : 2
        case .manhattan: return RowKernel.manhattanDistance(x, y, count: count)
        case .chebyshev: return RowKernel.chebyshevDistance(x, y, count: count)
        case .hamming: return count > 0 ? Double(RowKernel.differing(x, y, count: count)) / Double(count) : 0
        case .minkowski(let order): return Self.minkowski(x, y, count: count, order: order)
        case .precomputed: preconditionFailure("precomputed distances are looked up, not computed")
        }
    }

    /// Differences are divided by the largest, so that their powers neither overflow nor vanish.
    private static func minkowski(
        _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, count: Int, order: Double
    ) -> Double {
        let largest = RowKernel.chebyshevDistance(x, y, count: count)
        guard largest > 0 else { return 0 }
        var sum = 0.0
        if order == 3 {
            for k in 0..<count {
                let part = abs(Double(x[k]) - Double(y[k])) / largest
                sum += part * part * part
            }
        } else {
            for k in 0..<count { sum += power(abs(Double(x[k]) - Double(y[k])) / largest, order) }
        }
        return largest * power(sum, 1 / order)
    }
}
