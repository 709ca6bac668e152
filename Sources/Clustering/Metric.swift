import Tensor

/// How far apart two rows are.
public enum Metric: String, Sendable, CaseIterable, Codable {
    /// The length of the difference, ‖x − y‖. Satisfies the triangle inequality.
    case euclidean
    /// One minus the cosine of the angle between the rows, in [0, 2]. A row of zeros has distance 1 to every other row.
    /// Does not satisfy the triangle inequality; its square root does on rows of length 1.
    case cosine

    /// Whether d(x, z) ≤ d(x, y) + d(y, z) always holds.
    public var satisfiesTriangleInequality: Bool { self == .euclidean }

    /// The distance of two rows of equal length, in double precision.
    ///
    /// - Complexity: O(d).
    public func distance(_ x: some Collection<Float>, _ y: some Collection<Float>) -> Double {
        precondition(x.count == y.count, "rows of \(x.count) and \(y.count) features")
        // Rows and arrays are contiguous; anything else is copied first.
        let result = x.withContiguousStorageIfAvailable { x in
            y.withContiguousStorageIfAvailable { y in distance(x.baseAddress, y.baseAddress, count: x.count) }
        }
        return result.flatMap { $0 } ?? distance(Array(x), Array(y), count: x.count)
    }

    private func distance(_ x: UnsafePointer<Float>?, _ y: UnsafePointer<Float>?, count: Int) -> Double {
        guard let x, let y else { return self == .cosine ? 1 : 0 }
        switch self {
        case .euclidean: return RowKernel.squaredDistance(x, y, count: count).squareRoot()
        case .cosine:
            let squares = RowKernel.dot(x, x, count: count) * RowKernel.dot(y, y, count: count)
            guard squares > 0 else { return 1 }
            return min(2, max(0, 1 - RowKernel.dot(x, y, count: count) / squares.squareRoot()))
        }
    }

    /// The form that algorithms compare: cheaper than the distance and in the same order.
    ///
    /// It is the squared distance, and for ``cosine`` twice the distance, which is the squared Euclidean distance of
    /// the rows scaled to length 1.
    package func comparable(_ distance: Double) -> Double {
        switch self {
        case .euclidean: distance * distance
        case .cosine: 2 * distance
        }
    }

    /// The distance whose ``comparable(_:)`` form is given.
    package func distance(ofComparable comparable: Double) -> Double {
        switch self {
        case .euclidean: max(0, comparable).squareRoot()
        case .cosine: min(2, max(0, comparable / 2))
        }
    }
}
