/// The principal components of the rows of a matrix `[n × d]`: the directions in which they vary most.
///
/// The shared core of the PCA reduction and the PCA map. Components are orthonormal, ordered by variance, and signed so
/// that each one's entry of greatest magnitude (the first of equals) is positive.
///
/// ```swift
/// let components = try PrincipalComponents(points, keeping: .count(2))
/// let plane = components.project(points)    // [n × 2]
/// ```
///
/// - Reference: Hotelling, "Analysis of a complex of statistical variables into principal components", 1933,
///   doi:10.1037/h0071325.
public struct PrincipalComponents: Sendable {
    /// The mean of each column. `[d]`
    public let mean: [Double]
    /// The components, one a row, by descending variance. `[r × d]`
    public let components: Matrix
    /// The variance along each component (divided by n − 1); 0 where the solver can tell it from nothing no longer.
    /// `[r]`
    public let explainedVariance: [Double]
    /// The variance of all columns together (divided by n − 1).
    public let totalVariance: Double

    /// The share of the total variance along each component; zeros when nothing varies. `[r]`
    public var explainedVarianceRatio: [Double] {
        explainedVariance.map { totalVariance > 0 ? $0 / totalVariance : 0 }
    }

    /// How many components to keep.
    public enum Selection: Sendable, Hashable {
        /// This many: 1 ... min(n, d).
        case count(Int)
        /// The fewest whose variances add up to more than this share of the total, in 0 ..< 1.
        case varianceShare(Double)
    }

    /// How components are found.
    public enum Solver: String, Sendable, Hashable, CaseIterable {
        /// The cheapest that is exact, unless few components of a large matrix are asked for: then `randomized`.
        case automatic
        /// The eigenvectors of the covariance. O(n · d² + d³). Variances below 10⁻⁶ of the greatest count as 0, those
        /// of the other solvers below 10⁻¹²: where features differ in scale by more than a thousand, scale them first.
        case covariance
        /// The singular value decomposition of the centred rows. O(n · d · min(n, d)).
        case full
        /// A subspace that a random sketch and power iterations find. O(n · d · r). Needs a count of components.
        case randomized
    }

    /// The components of the rows of `data` `[n × d]`.
    ///
    /// Rows are centred with means in double precision before anything is multiplied. The same seed gives the same bits
    /// for every number of threads; only `.randomized` (and `.automatic` where it chooses that) looks at the seed.
    ///
    /// - Throws: ``TensorError/parameter(name:value:valid:)`` for a selection outside its range or a solver that cannot
    ///   serve it, ``TensorError/shape(_:)`` for no rows or no columns, ``TensorError/notFinite(source:row:column:)``,
    ///   or what linear algebra throws.
    /// - Complexity: that of the ``Solver``; `.automatic` takes `.covariance` for d ≤ n, else `.full`, or `.randomized`
    ///   when min(n, d) > 1000 and fewer than a fifth as many components are asked for, unless n ≥ d and d ≤ 2000.
    public init(
        _ data: Matrix, keeping selection: Selection, solver: Solver = .automatic, seed: UInt64 = 0
    ) throws(TensorError) {
        guard data.rows > 0, data.columns > 0 else {
            throw .shape("principal components need rows and columns; the data is \(data.rows) × \(data.columns)")
        }
        let solver = try Self.resolve(solver, selection, rows: data.rows, columns: data.columns)
        mean = data.columnMeans()
        // A value that is not finite leaves its trace in its column's mean.
        if !mean.allSatisfy(\.isFinite), let (row, column) = data.firstNonFinite() {
            throw .notFinite(source: "data", row: row, column: column)
        }
        let (spectrum, total) = try Self.spectrum(data, mean: mean, selection, solver, seed: seed)
        let floor = (spectrum.variances.first ?? 0) * spectrum.resolution
        let variances = spectrum.variances.map { $0 > floor ? $0 : 0 }
        let kept =
            switch selection {
            case .count(let count): count
            case .varianceShare(let share): Self.count(for: share, variances: variances, total: total)
            }
        components = spectrum.directions.rows(in: 0..<kept)
        explainedVariance = Array(variances[..<kept])
        totalVariance = total
    }

    private static func resolve(
        _ solver: Solver, _ selection: Selection, rows n: Int, columns d: Int
    ) throws(TensorError) -> Solver {
        let rank = min(n, d)
        switch selection {
        case .count(let count):
            guard count >= 1, count <= rank else {
                throw .parameter(
                    name: "components", value: "\(count)",
                    valid: "in 1 ... \(rank), the lesser of \(n) rows and \(d) columns; "
                        + "ask for at most \(rank) components or give more rows")
            }
            guard solver == .automatic else { return solver }
            let exactIsCheap = rank <= 1000 || (d <= n && d <= 2000)
            if !exactIsCheap, count < rank / 5 { return .randomized }
        case .varianceShare(let share):
            guard share >= 0, share < 1 else {
                throw .parameter(
                    name: "varianceShare", value: "\(share)",
                    valid: "in 0 ..< 1; for all variance ask for \(rank) components")
            }
            guard solver != .randomized else {
                throw .parameter(
                    name: "solver", value: "randomized",
                    valid: "exact for a share of variance; ask for a count of components or take another solver")
            }
            guard solver == .automatic else { return solver }
        }
        return d <= n ? .covariance : .full
    }

    /// What `solver` finds, and the total variance.
    private static func spectrum(
        _ data: Matrix, mean: [Double], _ selection: Selection, _ solver: Solver, seed: UInt64
    ) throws(TensorError) -> (Spectrum, total: Double) {
        let divisor = Double(max(1, data.rows - 1))
        if solver == .covariance {
            let covariance = Covariance(data, mean: mean, divisor: divisor)
            let rank = min(data.rows, data.columns)
            let count = if case .count(let count) = selection { count } else { rank }
            return (try Spectrum(covariance, count: count), covariance.totalVariance)
        }
        let centered = data.subtractingFromRows(mean)
        let total = centered.rowSquaredNorms().reduce(0, +) / divisor
        if solver == .randomized, case .count(let count) = selection {
            return (try Spectrum(sketching: centered, count: count, divisor: divisor, seed: seed), total)
        }
        return (try Spectrum(decomposing: centered, divisor: divisor), total)
    }

    private static func count(for share: Double, variances: [Double], total: Double) -> Int {
        var sum = 0.0
        for (index, variance) in variances.enumerated() {
            sum += variance
            if sum > share * total { return index + 1 }
        }
        // Nothing varies, or rounding took the last of the variance.
        return total > 0 ? variances.count : 1
    }
}

extension PrincipalComponents {
    /// The rows of `data` `[m × d]` in the coordinates of the components. `[m × r]`
    ///
    /// - Precondition: the data has d columns.
    /// - Complexity: O(m · d · r).
    public func project(_ data: Matrix) -> Matrix {
        let packed = PackedColumns(rowsOf: components)
        let tileSize = 1024
        let width = components.rows
        return Matrix(rows: data.rows, columns: width) { target in
            guard let target = target.baseAddress else { return }
            parallelFor((0..<data.rows).tileCount(size: tileSize)) { tile in
                let range = (0..<data.rows).tile(tile, size: tileSize)
                let projected = data.rows(in: range).subtractingFromRows(mean).times(packed)
                projected.withUnsafeBufferPointer { values in
                    guard let values = values.baseAddress else { return }
                    (target + range.lowerBound * width).update(from: values, count: range.count * width)
                }
            }
        }
    }

    /// The rows of d features whose coordinates are `coordinates` `[m × r]`: the inverse of ``project(_:)`` up to what
    /// lies outside the components. `[m × d]`
    ///
    /// - Precondition: there are r coordinates.
    /// - Complexity: O(m · d · r).
    public func reconstruct(_ coordinates: Matrix) -> Matrix {
        coordinates.times(components).subtractingFromRows(mean.map { -$0 })
    }
}
