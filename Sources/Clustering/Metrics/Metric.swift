import Tensor

/// How far apart two rows are.
///
/// Each metric has a name, by which it is stored and given on the command line: `euclidean`, `squared-euclidean`,
/// `manhattan`, `chebyshev`, `minkowski:3`, `cosine`, `hamming`, `mahalanobis:…`, `precomputed`.
public enum Metric: Sendable, Hashable {
    /// The length of the difference, ‖x − y‖. Satisfies the triangle inequality.
    case euclidean
    /// The square of the Euclidean distance. Does not satisfy the triangle inequality.
    case squaredEuclidean
    /// The sum of the absolute differences, Σ |x − y|. Satisfies the triangle inequality.
    case manhattan
    /// The largest absolute difference, max |x − y|. Satisfies the triangle inequality.
    case chebyshev
    /// (Σ |x − y|ᵖ)^(1/p) for p ≥ 1: Manhattan for 1, Euclidean for 2, Chebyshev for ∞. Satisfies the triangle
    /// inequality. Orders other than these take much longer.
    case minkowski(Double)
    /// One minus the cosine of the angle between the rows, in [0, 2]. A row of zeros has distance 1 to every other row.
    /// Does not satisfy the triangle inequality; its square root does on rows of length 1.
    case cosine
    /// The share of features in which the rows differ, in [0, 1]: for bits and categories. Satisfies the triangle
    /// inequality.
    case hamming
    /// The Euclidean distance after a linear map that makes features alike in scale and uncorrelated. Satisfies the
    /// triangle inequality.
    case mahalanobis(MahalanobisForm)
    /// The data is a matrix of distances: `[n × n]` for rows that are fitted, symmetric, zero on the diagonal; `[m × n]`,
    /// to the rows fitted, for rows to predict. Whether the triangle inequality holds is not known.
    case precomputed

    /// Whether d(x, z) ≤ d(x, y) + d(y, z) always holds.
    public var satisfiesTriangleInequality: Bool {
        switch self {
        case .euclidean, .manhattan, .chebyshev, .minkowski, .hamming, .mahalanobis: true
        case .squaredEuclidean, .cosine, .precomputed: false
        }
    }

    /// Whether the mean of rows stands for them, as centroids do: Euclidean, and cosine for rows scaled to length 1.
    public var hasCentroids: Bool { self == .euclidean || self == .cosine }

    /// Throws where a metric with centroids is needed.
    func requireCentroids() throws(ClusteringError) {
        guard hasCentroids else {
            throw .parameter(name: "metric", value: "\(self)", valid: "euclidean or cosine, whose centroids are means")
        }
    }

    /// Throws unless the metric's parameters are in range and made for rows of so many features.
    func validate(columns: Int) throws(ClusteringError) {
        switch self {
        case .minkowski(let order):
            guard order >= 1 else {
                throw .parameter(name: "the order of the Minkowski metric", value: "\(order)", valid: "at least 1")
            }
        case .mahalanobis(let form):
            guard form.dimension == columns else { throw .dimension(expected: form.dimension, found: columns) }
        case .euclidean, .squaredEuclidean, .manhattan, .chebyshev, .cosine, .hamming, .precomputed: break
        }
    }

    /// The distance of two rows of equal length, in double precision.
    ///
    /// - Precondition: the metric is not ``precomputed``, and rows have as many features as it is made for.
    /// - Complexity: O(d), for ``mahalanobis(_:)`` O(d²).
    public func distance(_ x: some Collection<Float>, _ y: some Collection<Float>) -> Double {
        precondition(x.count == y.count, "rows of \(x.count) and \(y.count) features")
        if case .mahalanobis(let form) = self { return form.distance(Array(x), Array(y)) }
        let kind = PairwiseKind(self)
        // Rows and arrays are contiguous; anything else is copied first.
        let result = x.withContiguousStorageIfAvailable { x in
            y.withContiguousStorageIfAvailable { y in kind.comparable(x.baseAddress, y.baseAddress, count: x.count) }
        }
        let comparable = result.flatMap { $0 } ?? kind.comparable(Array(x), Array(y), count: x.count)
        return distance(ofComparable: comparable)
    }

    /// The form that algorithms compare: cheaper than the distance and in the same order.
    ///
    /// It is the squared distance where that is a sum of squares; for ``cosine`` twice the distance, which is the squared
    /// Euclidean distance of the rows scaled to length 1; else the distance.
    package func comparable(_ distance: Double) -> Double {
        switch form {
        case .square: distance * distance
        case .double: 2 * distance
        case .same: distance
        }
    }

    /// The distance whose ``comparable(_:)`` form is given.
    package func distance(ofComparable comparable: Double) -> Double {
        switch form {
        case .square: max(0, comparable).squareRoot()
        case .double: min(2, max(0, comparable / 2))
        case .same: max(0, comparable)
        }
    }

    /// What is compared in place of the distance.
    package enum ComparableForm: Sendable { case square, double, same }

    package var form: ComparableForm {
        switch self {
        case .euclidean, .mahalanobis, .minkowski(2): .square
        case .cosine: .double
        case .squaredEuclidean, .manhattan, .chebyshev, .minkowski, .hamming, .precomputed: .same
        }
    }
}

extension Matrix {
    /// Throws unless there is at least one row and one column and every element is finite.
    func requireClusterable() throws(ClusteringError) {
        guard rows > 0, columns > 0 else { throw .emptyData(rows: rows, columns: columns) }
        if let (row, column) = firstNonFinite() { throw .notFinite(row: row, column: column) }
    }

    /// As ``requireClusterable()``, and throws unless the rows can be compared by a metric.
    func requireClusterable(_ metric: Metric) throws(ClusteringError) {
        try requireClusterable()
        try requireFeatures(for: metric)
    }

    /// Throws unless the metric can compare these rows, which may be distances themselves.
    package func requireFeatures(for metric: Metric) throws(ClusteringError) {
        try metric.validate(columns: columns)
        if metric == .precomputed { try requireDistances() }
    }

    /// Throws unless this can be a matrix of the distances of rows.
    private func requireDistances() throws(ClusteringError) {
        guard rows == columns else {
            throw .parameter(name: "precomputed distances", value: "\(rows) × \(columns)", valid: "a square matrix")
        }
        try requireNotNegative()
        for row in 0..<rows {
            guard self[row, row] == 0 else {
                throw .parameter(
                    name: "the distance of row \(row) from itself", value: "\(self[row, row])", valid: "0")
            }
            for other in 0..<row where self[row, other] != self[other, row] {
                throw .parameter(
                    name: "the distance of rows \(other) and \(row)", value: "\(self[other, row])",
                    valid: "the same both ways, not \(self[row, other])")
            }
        }
    }

    private func requireNotNegative() throws(ClusteringError) {
        guard let place = elements.firstIndex(where: { $0 < 0 }) else { return }
        let (row, column) = (place - elements.startIndex).quotientAndRemainder(dividingBy: columns)
        throw .parameter(
            name: "the distance of rows \(row) and \(column)", value: "\(self[row, column])", valid: "from 0")
    }

    /// Throws unless these rows can be compared with rows that were fitted.
    func requireComparable(with fitted: PreparedRows) throws(ClusteringError) {
        let expected = fitted.metric == .precomputed ? fitted.count : fitted.original.columns
        guard columns == expected else { throw .dimension(expected: expected, found: columns) }
        if let (row, column) = firstNonFinite() { throw .notFinite(row: row, column: column) }
        if fitted.metric == .precomputed { try requireNotNegative() }
    }
}
