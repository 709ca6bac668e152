import Tensor

/// Rows made ready for distances by products: d²(x, y) = ‖x‖² + ‖y‖² − 2 x·y.
///
/// The expansion loses digits when rows are long and close together. So Euclidean rows are shifted towards the origin
/// first, results that may have lost digits are recomputed from the original rows in double precision, and rows for
/// the cosine metric are scaled to length 1.
package struct PreparedRows: Sendable {
    package let metric: Metric
    /// The rows as they were given. `[n × d]`
    package let original: Matrix
    /// The rows that enter products. `[n × d]`
    package let rows: Matrix
    /// What was subtracted from every row; `nil` when nothing was.
    package let shift: [Double]?
    /// What stands for ‖x‖² in the expansion. `[n]`
    package let norms: [Float]
    /// The sum of the variances of the columns of ``rows``.
    package let totalVariance: Double
    /// The squared lengths of the original rows, where the metric needs them. `[n]`
    private let originalSquares: [Double]

    package var count: Int { rows.rows }

    /// Prepares rows, choosing the shift by the data: their mean, if that lies far out compared with their spread.
    ///
    /// - Complexity: O(n · d) time and, where rows are changed, memory.
    package init(_ data: Matrix, metric: Metric) {
        guard metric == .euclidean else {
            self.init(data, metric: metric, shift: nil)
            return
        }
        // The mean, when subtracting it shortens rows so much that products gain digits.
        let squares = data.rowSquaredNorms()
        let means = data.columnMeans()
        let spread = Self.variance(squares, means: means)
        if means.reduce(0, { $0 + $1 * $1 }) > spread / 4 {
            self.init(data, metric: metric, shift: means)
        } else {
            self.init(data, metric: metric, shift: nil, rows: data, squares: squares, means: means)
        }
    }

    /// Prepares rows that will be compared with others prepared with `shift`.
    package init(_ data: Matrix, metric: Metric, shift: [Double]?) {
        let rows =
            switch metric {
            case .euclidean: shift.map { data.subtractingFromRows($0) } ?? data
            case .cosine: data.normalizedRows()
            }
        self.init(
            data, metric: metric, shift: shift, rows: rows, squares: rows.rowSquaredNorms(), means: rows.columnMeans())
    }

    private init(
        _ data: Matrix, metric: Metric, shift: [Double]?, rows: Matrix, squares: [Double], means: [Double]
    ) {
        self.metric = metric
        self.shift = shift
        original = data
        self.rows = rows
        totalVariance = Self.variance(squares, means: means)
        switch metric {
        case .euclidean:
            norms = squares.map { Float($0) }
            originalSquares = []
        case .cosine:
            norms = [Float](repeating: 1, count: data.rows)
            originalSquares = data.rowSquaredNorms()
        }
    }

    /// Some of the rows, as they have been prepared.
    ///
    /// - Complexity: O(indices.count · d).
    package func gathering(_ indices: [Int]) -> PreparedRows {
        let part = rows.gatheringRows(indices)
        // Rows that were neither shifted nor scaled are the original ones.
        let original = metric == .euclidean && shift == nil ? part : original.gatheringRows(indices)
        return PreparedRows(
            original, metric: metric, shift: shift, rows: part, squares: part.rowSquaredNorms(),
            means: part.columnMeans())
    }

    /// The sum of the columns' variances, from the rows' squared lengths and the columns' means.
    private static func variance(_ squares: [Double], means: [Double]) -> Double {
        let mean = squares.reduce(0, +) / Double(max(1, squares.count))
        return max(0, mean - means.reduce(0) { $0 + $1 * $1 })
    }

    /// The comparable distance (see ``Metric``) of row `i` here and row `j` there, from the original rows in double
    /// precision.
    ///
    /// - Complexity: O(d).
    @inline(__always)
    package func exactComparable(_ i: Int, _ other: PreparedRows, _ j: Int) -> Double {
        let columns = original.columns
        return original.withUnsafeBufferPointer { mine in
            other.original.withUnsafeBufferPointer { theirs in
                guard let mine = mine.baseAddress, let theirs = theirs.baseAddress else { return 0 }
                let (x, y) = (mine + i * columns, theirs + j * columns)
                switch metric {
                case .euclidean: return RowKernel.squaredDistance(x, y, count: columns)
                case .cosine:
                    // The root of a square is exact, so equal rows have distance 0.
                    let lengths = (originalSquares[i] * other.originalSquares[j]).squareRoot()
                    return lengths > 0 ? 2 - 2 * RowKernel.dot(x, y, count: columns) / lengths : 2
                }
            }
        }
    }

    /// A bound on how far a comparable distance by products may be from the exact one, for row norm `a` and column
    /// norm `b`: the worst case of a chain of d multiply-adds, doubled for the shift's own rounding.
    package func errorBound(_ a: Float, _ b: Float) -> Float {
        2 * Float(rows.columns + 8) * 0x1p-24 * (a + b)
    }
}

extension Matrix {
    /// Throws unless there is at least one row and one column and every element is finite.
    func requireClusterable() throws(ClusteringError) {
        guard rows > 0, columns > 0 else { throw .emptyData(rows: rows, columns: columns) }
        if let (row, column) = firstNonFinite() { throw .notFinite(row: row, column: column) }
    }
}
