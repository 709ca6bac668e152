import Tensor

/// Rows made ready to be compared tile by tile.
///
/// Euclidean and cosine distances come from products: d²(x, y) = ‖x‖² + ‖y‖² − 2 x·y. The expansion loses digits when rows
/// are long and close together. So Euclidean rows are shifted towards the origin first, results that may have lost digits
/// are recomputed from the original rows in double precision, and rows for the cosine metric are scaled to length 1. Rows
/// for a Mahalanobis distance are mapped, and then Euclidean.
///
/// For other metrics tiles hold −½ of distances and ``norms`` are 0, so that the same expansion gives the distance.
package struct PreparedRows: Sendable {
    package let metric: Metric
    /// How pairs are compared.
    package let kind: PairwiseKind
    /// The rows as they were given, or as the metric maps them. `[n × d]`
    package let original: Matrix
    /// The rows that enter tiles; for precomputed distances without columns. `[n × d]`
    package let rows: Matrix
    /// What was subtracted from every row, or the point from which ``magnitudes`` are measured; `nil` for the origin.
    package let shift: [Double]?
    /// What stands for ‖x‖² in the expansion. `[n]`
    package let norms: [Float]
    /// Two rows' magnitudes together bound their comparable distance (of products: half of it). `[n]`
    private let magnitudes: [Float]
    /// The largest of the magnitudes.
    private let largestMagnitude: Float
    /// The rounding error of a tile's comparable distances, relative to magnitudes.
    private let roundingError: Float
    /// The sum of the variances of the columns of ``rows``.
    package let totalVariance: Double
    /// The squared lengths of the original rows, where the metric needs them. `[n]`
    private let originalSquares: [Double]
    /// For precomputed distances: where each row stands in ``original``, and which of its columns are the distances to it.
    private let places: [Int32]

    package var count: Int { rows.rows }

    /// Prepares rows, choosing the shift by the data: their mean, if that lies far out compared with their spread.
    ///
    /// - Complexity: O(n · d) time and, where rows are changed, memory; O(n · d²) time for a Mahalanobis distance.
    package init(_ data: Matrix, metric: Metric) {
        switch PairwiseKind(metric) {
        case .cosine, .hamming, .precomputed: self.init(data, metric: metric, shift: nil)
        case .manhattan, .chebyshev, .minkowski: self.init(data, metric: metric, shift: data.columnMeans())
        case .euclidean:
            // What a form maps is centred first: its factor may be large.
            if case .mahalanobis = metric {
                self.init(data, metric: metric, shift: data.columnMeans())
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
    }

    /// Prepares rows that will be compared with others, in the same way.
    package init(_ data: Matrix, like other: PreparedRows) {
        self.init(data, metric: other.metric, shift: other.shift)
    }

    /// Prepares rows that will be compared with others prepared with `shift`.
    package init(_ data: Matrix, metric: Metric, shift: [Double]?) {
        self.init(mapped: Self.mapping(data, metric, shift), metric: metric, shift: shift)
    }

    /// Prepares rows as ``original`` has them: the metric has mapped them already.
    init(mapped data: Matrix, metric: Metric, shift: [Double]?) {
        let rows =
            switch metric {
            case .mahalanobis: data
            case .cosine: data.normalizedRows()
            case .precomputed: Matrix(rows: data.rows, columns: 0)
            default: PairwiseKind(metric) == .euclidean ? shift.map { data.subtractingFromRows($0) } ?? data : data
            }
        self.init(
            data, metric: metric, shift: shift, rows: rows, squares: rows.rowSquaredNorms(), means: rows.columnMeans())
    }

    /// Rows of which nothing is known but that distances from others will be given.
    init(absent count: Int) {
        self.init(
            Matrix(rows: count, columns: 0), metric: .precomputed, shift: nil, rows: Matrix(rows: count, columns: 0),
            squares: [], means: [])
    }

    /// Whether their distances from each other are not known.
    var areAbsent: Bool { metric == .precomputed && original.columns == 0 }

    private static func mapping(_ data: Matrix, _ metric: Metric, _ shift: [Double]?) -> Matrix {
        guard case .mahalanobis(let form) = metric else { return data }
        return form.mapping(data, shift: shift ?? [Double](repeating: 0, count: form.dimension))
    }

    private init(
        _ data: Matrix, metric: Metric, shift: [Double]?, rows: Matrix, squares: [Double], means: [Double],
        places: [Int32]? = nil
    ) {
        let kind = PairwiseKind(metric)
        let count = rows.rows
        self.metric = metric
        self.kind = kind
        self.shift = shift
        original = data
        self.rows = rows
        self.places = places ?? (kind == .precomputed ? Array(0..<Int32(count)) : [])
        originalSquares = kind == .cosine ? data.rowSquaredNorms() : []
        totalVariance = Self.variance(squares, means: means)
        func all(_ value: Float) -> [Float] { [Float](repeating: value, count: count) }
        // A chain of d additions, doubled for the shift's own rounding; or one rounding of an exact distance.
        let (chain, single) = (2 * Float(rows.columns + 8) * 0x1p-24, Float(0x1p-22))
        switch kind {
        case .euclidean:
            (norms, magnitudes, roundingError) = (squares.map { Float($0) }, squares.map { Float($0) }, chain)
        case .cosine: (norms, magnitudes, roundingError) = (all(1), all(1), chain)
        case .manhattan: (norms, magnitudes, roundingError) = (all(0), Self.extents(of: data, from: shift, kind), chain)
        case .chebyshev, .minkowski:
            (norms, magnitudes, roundingError) = (all(0), Self.extents(of: data, from: shift, kind), single)
        case .hamming: (norms, magnitudes, roundingError) = (all(0), all(0.5), single)
        case .precomputed: (norms, magnitudes, roundingError) = (all(0), all(0), 0)
        }
        largestMagnitude = magnitudes.max() ?? 0
    }

    /// How far rows lie from a point, rounded up: the distance of two rows is at most the sum.
    private static func extents(of data: Matrix, from center: [Double]?, _ kind: PairwiseKind) -> [Float] {
        let center = center?.map { Float($0) } ?? [Float](repeating: 0, count: data.columns)
        return data.withUnsafeBufferPointer { values in
            center.withUnsafeBufferPointer { center in
                nonisolated(unsafe) let (values, center) = (values, center)
                return parallelMap(data.rows) { row in
                    let start = values.baseAddress.map { $0 + row * data.columns }
                    return Float(kind.comparable(start, center.baseAddress, count: data.columns)).nextUp
                }
            }
        }
    }

    /// Some of the rows, as they have been prepared.
    ///
    /// - Complexity: O(indices.count · d).
    package func gathering(_ indices: [Int]) -> PreparedRows {
        if case .precomputed = kind {
            return PreparedRows(
                original, metric: metric, shift: shift, rows: Matrix(rows: indices.count, columns: 0), squares: [],
                means: [], places: indices.map { places[$0] })
        }
        let part = rows.gatheringRows(indices)
        let original = areOriginal ? part : original.gatheringRows(indices)
        return PreparedRows(
            original, metric: metric, shift: shift, rows: part, squares: part.rowSquaredNorms(),
            means: part.columnMeans())
    }

    /// Whether the rows that enter tiles are neither shifted nor scaled.
    private var areOriginal: Bool {
        switch metric {
        case .cosine: false
        case .mahalanobis: true
        default: kind != .euclidean || shift == nil
        }
    }

    /// The sum of the columns' variances, from the rows' squared lengths and the columns' means.
    private static func variance(_ squares: [Double], means: [Double]) -> Double {
        let mean = squares.reduce(0, +) / Double(max(1, squares.count))
        return max(0, mean - means.reduce(0) { $0 + $1 * $1 })
    }

    /// Whether single precision can hold comparable distances; where it cannot, tiles have nothing to tell.
    package var fitsSinglePrecision: Bool {
        switch kind {
        case .euclidean: largestMagnitude <= 0x1p120 && largestMagnitude >= 0x1p-80
        case .manhattan, .chebyshev, .minkowski: largestMagnitude <= 0x1p120
        case .cosine, .hamming, .precomputed: true
        }
    }

    /// What a tile of these rows with other rows is to hold.
    package func tileValues(with other: PreparedRows) -> TileValues {
        switch kind {
        case .euclidean, .cosine: .products
        case .manhattan: .manhattan
        case .chebyshev: .chebyshev
        case .hamming: .differing
        case .minkowski, .precomputed: .computed { Float(exactComparable($0, other, $1)) }
        }
    }

    /// The comparable distance (see ``Metric``) of row `i` here and row `j` there, from the original rows in double
    /// precision.
    ///
    /// - Complexity: O(d).
    @inline(__always)
    package func exactComparable(_ i: Int, _ other: PreparedRows, _ j: Int) -> Double {
        let columns = original.columns
        return original.withUnsafeBufferPointer { mine in
            if case .precomputed = kind { return Double(mine[Int(places[i]) * columns + Int(other.places[j])]) }
            return other.original.withUnsafeBufferPointer { theirs in
                guard let mine = mine.baseAddress, let theirs = theirs.baseAddress else { return 0 }
                let (x, y) = (mine + i * columns, theirs + j * columns)
                switch kind {
                case .euclidean: return RowKernel.squaredDistance(x, y, count: columns)
                case .cosine:
                    // The root of a square is exact, so equal rows have distance 0.
                    let lengths = (originalSquares[i] * other.originalSquares[j]).squareRoot()
                    return lengths > 0 ? 2 - 2 * RowKernel.dot(x, y, count: columns) / lengths : 2
                default: return kind.comparable(x, y, count: columns)
                }
            }
        }
    }

    /// A bound on how far comparable distances of tiles may be from the exact ones, for row `row` of `queries` and all rows
    /// here.
    @inline(__always)
    package func errorBound(_ queries: PreparedRows, _ row: Int) -> Float {
        errorBound(queries.magnitudes[row], largestMagnitude)
    }

    /// A bound on how far a comparable distance by products may be from the exact one, for row norm `a` and column
    /// norm `b`.
    package func errorBound(_ a: Float, _ b: Float) -> Float { roundingError * (a + b) }
}
