import Tensor

/// A map of rows on the plane of their first two principal components: quick, linear, the same every time.
///
/// ```swift
/// let map = try PrincipalMap(joint)
/// map.coordinates        // [n × 2]
/// map.explainedShare     // how much of the variance the plane shows
/// ```
///
/// Each axis is signed so that the feature that weighs most in it points to its positive side.
public struct PrincipalMap: Sendable {
    /// The place of each row; 0 along an axis that the data does not have. `[n × 2]`
    public let coordinates: Matrix
    /// The share of the variance along each axis. `[2]`
    public let explainedShares: [Double]

    /// The share of the variance that the map shows, 0 ... 1; 0 when nothing varies.
    public var explainedShare: Double { explainedShares.reduce(0, +) }

    /// The map of the rows of `data` `[n × d]`.
    ///
    /// - Parameters:
    ///   - data: the rows to be drawn.
    ///   - seed: for the sketch that stands in for exact components when the data is large.
    /// - Throws: ``AnalysisError`` for no rows or no columns, a value that is not finite, or when linear algebra fails.
    /// - Complexity: that of `PrincipalComponents`.
    public init(_ data: Matrix, seed: UInt64 = 0) throws(AnalysisError) {
        guard data.rows > 0, data.columns > 0 else { throw .emptyData(rows: data.rows, columns: data.columns) }
        let axes = min(2, data.rows, data.columns)
        let components: PrincipalComponents
        do {
            components = try PrincipalComponents(data, keeping: .count(axes), seed: seed)
        } catch { throw AnalysisError(error) }
        let projected = components.project(data)
        let missing = 2 - axes
        coordinates =
            missing == 0
            ? projected : Matrix(concatenatingColumns: [projected, Matrix(rows: data.rows, columns: missing)])
        explainedShares = components.explainedVarianceRatio + [Double](repeating: 0, count: missing)
    }
}
