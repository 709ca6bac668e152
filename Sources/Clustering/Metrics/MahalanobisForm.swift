import Tensor

/// What makes a ``Metric/mahalanobis(_:)`` distance: ‖F (x − y)‖ with FᵀF the inverse of a covariance.
///
/// ```swift
/// let metric = Metric.mahalanobis(try MahalanobisForm(of: data))
/// ```
///
/// - Reference: Mahalanobis, "On the generalized distance in statistics", 1936.
public struct MahalanobisForm: Sendable, Hashable {
    /// The number of features, d.
    public let dimension: Int
    /// The matrix F, row by row. `[d × d]`
    let factor: [Double]

    /// The form of the covariance of the rows of `data` `[n × d]`.
    ///
    /// - Parameters:
    ///   - data: the rows.
    ///   - regularization: which share of the mean variance is added to each variance, so that directions in which rows
    ///     hardly differ do not decide; from 0.
    /// - Throws: ``ClusteringError`` for data that is empty or not finite, a regularization below 0, or a covariance
    ///   that has no inverse.
    /// - Complexity: O(n · d² + d³).
    public init(of data: Matrix, regularization: Double = 1e-6) throws(ClusteringError) {
        try data.requireClusterable()
        guard regularization >= 0, regularization.isFinite else {
            throw .parameter(name: "regularization", value: "\(regularization)", valid: "a number from 0")
        }
        let d = data.columns
        // In double precision: what rounding loses in small variances, the inverse makes large.
        let features = data.subtractingFromRows(data.columnMeans()).transposed()
        let rows = features.withUnsafeBufferPointer { features -> [[Double]] in
            nonisolated(unsafe) let features = features
            return parallelMap(d) { i in
                guard let start = features.baseAddress else { return [] }
                return (0...i).map {
                    RowKernel.dot(start + i * data.rows, start + $0 * data.rows, count: data.rows)
                        / Double(max(1, data.rows - 1))
                }
            }
        }
        let mean = (0..<d).reduce(0) { $0 + rows[$1][$1] } / Double(d)
        var covariance = [Double](repeating: 0, count: d * d)
        for i in 0..<d {
            for j in 0...i {
                covariance[i * d + j] = rows[i][j]
                covariance[j * d + i] = rows[i][j]
            }
            covariance[i * d + i] += regularization * mean
        }
        try self.init(covariance: covariance, dimension: d)
    }

    /// The form of a covariance `[d × d]`.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` unless it is square, symmetric and positive definite.
    /// - Complexity: O(d³).
    public init(covariance: Matrix) throws(ClusteringError) {
        let d = covariance.rows
        let isSymmetric =
            covariance.columns == d
            && (0..<d).allSatisfy { i in (0..<i).allSatisfy { covariance[i, $0] == covariance[$0, i] } }
        guard d > 0, isSymmetric else {
            throw .parameter(
                name: "covariance", value: "\(covariance.rows) × \(covariance.columns)", valid: "square and symmetric")
        }
        try self.init(covariance: covariance.elements.map { Double($0) }, dimension: d)
    }

    /// With C = L Lᵀ, the inverse is L⁻ᵀ L⁻¹, so F is L⁻¹.
    private init(covariance: [Double], dimension d: Int) throws(ClusteringError) {
        var lower = [Double](repeating: 0, count: d * d)
        for i in 0..<d {
            for j in 0...i {
                var sum = covariance[i * d + j]
                for k in 0..<j { sum -= lower[i * d + k] * lower[j * d + k] }
                if i > j {
                    lower[i * d + j] = sum / lower[j * d + j]
                    continue
                }
                guard sum > 1e-14 * covariance[i * d + i], sum.isFinite else {
                    throw .parameter(
                        name: "covariance", value: "singular in feature \(i)",
                        valid: "positive definite; leave out features that others determine, or regularize")
                }
                lower[i * d + i] = sum.squareRoot()
            }
        }
        var inverse = [Double](repeating: 0, count: d * d)
        for column in 0..<d {
            for i in column..<d {
                var sum = i == column ? 1.0 : 0
                for k in column..<i { sum -= lower[i * d + k] * inverse[k * d + column] }
                inverse[i * d + column] = sum / lower[i * d + i]
            }
        }
        dimension = d
        factor = inverse
    }

    /// The form with that matrix F; `nil` unless it is a square of finite numbers.
    init?(factor: [Double]) {
        let d = Int(Double(factor.count).squareRoot().rounded())
        guard d > 0, d * d == factor.count, factor.allSatisfy(\.isFinite) else { return nil }
        dimension = d
        self.factor = factor
    }

    /// F (x − shift) for each row x, which Euclidean distances are then taken of. `[n × d]`
    ///
    /// - Complexity: O(n · d²).
    func mapping(_ data: Matrix, shift: [Double]) -> Matrix {
        let d = dimension
        precondition(data.columns == d, "rows of \(data.columns) features for a form of \(d)")
        let tiles = (0..<data.rows).tileCount(size: 64)
        let mapped = parallelMap(tiles) { tile -> [Float] in
            var result: [Float] = []
            var difference = [Double](repeating: 0, count: d)
            for row in (0..<data.rows).tile(tile, size: 64) {
                for (k, value) in data.row(row).enumerated() { difference[k] = Double(value) - shift[k] }
                for i in 0..<d { result.append(Float(component(i, of: difference))) }
            }
            return result
        }
        return Matrix(rows: data.rows, columns: d, values: Array(mapped.joined()))
    }

    /// The distance of two rows `[d]`.
    func distance(_ x: [Float], _ y: [Float]) -> Double {
        precondition(x.count == dimension, "rows of \(x.count) features for a form of \(dimension)")
        let difference = zip(x, y).map { Double($0) - Double($1) }
        var sum = 0.0
        for i in 0..<dimension {
            let value = component(i, of: difference)
            sum += value * value
        }
        return sum.squareRoot()
    }

    private func component(_ i: Int, of difference: [Double]) -> Double {
        var sum = 0.0
        for k in 0..<dimension { sum += factor[i * dimension + k] * difference[k] }
        return sum
    }
}
