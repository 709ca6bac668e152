/// The covariance of the columns of a matrix `[n × d]`, in double precision.
///
/// Rows are centred before anything is multiplied; products are of single precision over blocks of 496 rows and added
/// in double precision, so that errors do not grow with the number of rows.
public struct Covariance: Sendable {
    /// The means that were subtracted. `[d]`
    public let mean: [Double]
    /// The covariances, row by row; symmetric. `[d × d]`
    public let values: [Double]

    /// The number of columns, d.
    public var dimension: Int { mean.count }

    /// What each row counts for.
    public enum Weights: Sendable, Hashable {
        /// How often each row occurs: as if it stood there as many times. `[n]`
        case frequencies([Double])
        /// How far each row can be relied on; only ratios matter. `[n]`
        case reliabilities([Double])

        var values: [Double] {
            switch self {
            case .frequencies(let values), .reliabilities(let values): values
            }
        }
    }

    /// The covariance of the columns of `data` `[n × d]`.
    ///
    /// The sum of weighted squares is divided by n − `correction`; by Σw − `correction` for frequencies w; and by
    /// Σw − `correction` · Σw² / Σw for reliabilities, as in numpy.
    ///
    /// - Parameters:
    ///   - data: the rows.
    ///   - given: means to subtract, by default the (weighted) means of the columns.
    ///   - correction: degrees of freedom that estimating the mean took: 1 for an unbiased estimate, 0 for the mean
    ///     square.
    ///   - weights: what each row counts for: finite, at least 0, not all 0.
    /// - Throws: ``TensorError/shape(_:)`` for no rows or a number of means or weights that does not fit,
    ///   ``TensorError/parameter(name:value:valid:)`` for a bad weight or too large a `correction`, or
    ///   ``TensorError/notFinite(source:row:column:)``.
    /// - Complexity: O(n · d²) time, O(d²) memory.
    public init(
        _ data: Matrix, mean given: [Double]? = nil, correction: Double = 1, weights: Weights? = nil
    ) throws(TensorError) {
        guard data.rows > 0 else { throw .shape("a covariance needs at least one row") }
        try data.requireFinite(source: "data")
        if let given {
            guard given.count == data.columns else {
                throw .shape("\(given.count) means do not fit \(data.columns) columns")
            }
            if let column = given.firstIndex(where: { !$0.isFinite }) {
                throw .notFinite(source: "means", row: 0, column: column)
            }
        }
        let divisor = try Self.divisor(weights, rows: data.rows, correction: correction)
        self.init(
            data, mean: given ?? data.columnMeans(weights: weights?.values), divisor: divisor,
            weights: weights?.values)
    }

    /// Of data that are known to be finite.
    init(_ data: Matrix, mean: [Double], divisor: Double, weights: [Double]? = nil) {
        self.mean = mean
        values = data.gramOfColumns(subtracting: mean, weights: weights).map { $0 / divisor }
    }

    private static func divisor(_ weights: Weights?, rows: Int, correction: Double) throws(TensorError) -> Double {
        var divisor = Double(rows) - correction
        if let weights {
            guard weights.values.count == rows else {
                throw .shape("\(weights.values.count) weights do not fit \(rows) rows")
            }
            if let row = weights.values.firstIndex(where: { !($0 >= 0 && $0 < .infinity) }) {
                throw .parameter(
                    name: "weights[\(row)]", value: "\(weights.values[row])", valid: "finite and at least 0")
            }
            let total = weights.values.reduce(0, +)
            guard total > 0 else {
                throw .parameter(name: "weights", value: "all 0", valid: "greater than 0 for at least one row")
            }
            divisor =
                switch weights {
                case .frequencies: total - correction
                case .reliabilities(let values): total - correction * values.reduce(0) { $0 + $1 * $1 } / total
                }
        }
        guard correction >= 0, divisor > 0 else {
            throw .parameter(
                name: "correction", value: "\(correction)",
                valid: "at least 0 and less than the number of rows (or their weight)")
        }
        return divisor
    }

    /// The covariance of columns `i` and `j`.
    ///
    /// - Complexity: O(1).
    public subscript(i: Int, j: Int) -> Double {
        precondition(i >= 0 && i < dimension && j >= 0 && j < dimension, "index out of range")
        return values[i * dimension + j]
    }

    /// The variance of all columns together.
    ///
    /// - Complexity: O(d).
    public var totalVariance: Double { (0..<dimension).reduce(0) { $0 + self[$1, $1] } }

    /// The covariances rounded to single precision. `[d × d]`
    ///
    /// - Complexity: O(d²).
    public var matrix: Matrix { Matrix(rows: dimension, columns: dimension, values: values.map { Float($0) }) }
}
