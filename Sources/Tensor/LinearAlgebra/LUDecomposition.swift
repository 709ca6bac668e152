/// The factors P·L·U of a square matrix `[n × n]`: for solving equations with many right-hand sides, and for
/// determinants.
public struct LUDecomposition: Sendable {
    private let factors: Matrix
    private let pivots: [Int32]
    /// The first pivot that is exactly 0, counted from 1.
    private let singularPivot: Int?

    /// Factorises `matrix` `[n × n]` with partial pivoting. A singular matrix is factorised, too: its determinant is 0.
    ///
    /// - Throws: ``TensorError/shape(_:)`` when the matrix is not square or n > 32,000,
    ///   ``TensorError/notFinite(source:row:column:)``, ``TensorError/libraryMissing(reason:)``.
    /// - Complexity: O(n³). LAPACK's `sgetrf`.
    public init(_ matrix: Matrix) throws(TensorError) {
        try matrix.requireSquare("an LU factorisation")
        var factors = matrix
        (pivots, singularPivot) = try LAPACK.factorizeLU(&factors)
        self.factors = factors
    }

    /// Whether a pivot is exactly 0. A matrix can be singular for all practical purposes without that.
    public var isSingular: Bool { singularPivot != nil }

    /// X `[n × k]` of A·X = `right` `[n × k]`.
    ///
    /// - Throws: ``TensorError/linearAlgebra(routine:info:)`` for a singular matrix, ``TensorError/shape(_:)``, or
    ///   ``TensorError/notFinite(source:row:column:)``.
    /// - Complexity: O(n² · k).
    public func solve(_ right: Matrix) throws(TensorError) -> Matrix {
        try right.requireRightHandSide(of: factors)
        if let singularPivot { throw .linearAlgebra(routine: "sgetrf", info: singularPivot) }
        return try LAPACK.solve(lu: factors, pivots: pivots, right)
    }

    /// The sign of the determinant (−1, 0 or 1), and the logarithm of its magnitude, which neither overflows nor
    /// vanishes (−∞ for a singular matrix).
    ///
    /// - Complexity: O(n).
    public var logDeterminant: (sign: Double, logMagnitude: Double) {
        var (sign, logarithm) = (1.0, 0.0)
        for index in 0..<factors.rows {
            let pivot = Double(factors[index, index])
            guard pivot != 0 else { return (0, -.infinity) }
            if (pivot < 0) != (Int(pivots[index]) != index + 1) { sign = -sign }
            logarithm += naturalLogarithm(abs(pivot))
        }
        return (sign, logarithm)
    }

    /// The determinant; 1 for a matrix without rows. It may overflow or vanish where ``logDeterminant`` does not.
    ///
    /// - Complexity: O(n).
    public var determinant: Double {
        var product = 1.0
        for index in 0..<factors.rows {
            product *= Double(factors[index, index]) * (Int(pivots[index]) == index + 1 ? 1 : -1)
        }
        return product
    }
}

extension Matrix {
    /// The factors P·L·U of this square matrix `[n × n]`.
    ///
    /// - Throws: as ``LUDecomposition/init(_:)``.
    /// - Complexity: O(n³).
    public func lu() throws(TensorError) -> LUDecomposition { try LUDecomposition(self) }

    /// The inverse `[n × n]` of this matrix `[n × n]`. To solve equations, ``solve(_:)`` is faster and loses fewer
    /// digits.
    ///
    /// - Throws: as ``solve(_:)``.
    /// - Complexity: O(n³).
    public func inverse() throws(TensorError) -> Matrix { try solve(.identity(rows)) }

    /// X `[n × k]` of A·X = `right` `[n × k]`, where A is this matrix `[n × n]`.
    ///
    /// - Throws: ``TensorError/linearAlgebra(routine:info:)`` for a singular matrix, ``TensorError/shape(_:)``,
    ///   ``TensorError/notFinite(source:row:column:)``, or ``TensorError/libraryMissing(reason:)``.
    /// - Complexity: O(n³ + n² · k). LAPACK's `sgetrf` and `sgetrs`.
    public func solve(_ right: Matrix) throws(TensorError) -> Matrix { try LUDecomposition(self).solve(right) }

    func requireSquare(_ purpose: String) throws(TensorError) {
        guard rows == columns else { throw .shape("\(purpose) needs a square matrix, not \(rows) × \(columns)") }
        try requireDecomposable(rows)
        try requireFinite()
    }

    /// Throws unless this matrix can be the right-hand side of equations with `factors`.
    func requireRightHandSide(of factors: Matrix) throws(TensorError) {
        guard rows == factors.rows else {
            throw .shape(
                "the right-hand side has \(rows) rows, the matrix has \(factors.rows): both need as many equations")
        }
        try requireFinite(source: "right-hand side")
    }
}
