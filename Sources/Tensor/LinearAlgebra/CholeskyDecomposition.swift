/// The factor L of a symmetric positive definite matrix A = L·Lᵀ `[n × n]`.
public struct CholeskyDecomposition: Sendable {
    /// The lower triangle L, with zeros above its diagonal. `[n × n]`
    public let lower: Matrix

    /// Factorises a symmetric positive definite matrix `[n × n]`, of which the lower triangle is read.
    ///
    /// - Throws: ``TensorError/linearAlgebra(routine:info:)`` when the matrix is not positive definite,
    ///   ``TensorError/shape(_:)`` when it is not square or n > 32,000, ``TensorError/notFinite(source:row:column:)``,
    ///   or ``TensorError/libraryMissing(reason:)``.
    /// - Complexity: O(n³). LAPACK's `spotrf`.
    public init(_ matrix: Matrix) throws(TensorError) {
        try matrix.requireSquare("a Cholesky factorisation")
        var factor = matrix
        try LAPACK.factorizeCholesky(&factor)
        let n = factor.rows
        factor.withUnsafeMutableBufferPointer { elements in
            for row in 0..<n {
                for index in row * n + row + 1..<max(row * n + row + 1, (row + 1) * n) { elements[index] = 0 }
            }
        }
        lower = factor
    }

    /// X `[n × k]` of A·X = `right` `[n × k]`.
    ///
    /// - Throws: ``TensorError/shape(_:)`` or ``TensorError/notFinite(source:row:column:)``.
    /// - Complexity: O(n² · k).
    public func solve(_ right: Matrix) throws(TensorError) -> Matrix {
        try right.requireRightHandSide(of: lower)
        return try LAPACK.solve(cholesky: lower, right)
    }

    /// The logarithm of the determinant of A.
    ///
    /// - Complexity: O(n).
    public var logDeterminant: Double {
        (0..<lower.rows).reduce(0) { $0 + 2 * naturalLogarithm(Double(lower[$1, $1])) }
    }
}

extension Matrix {
    /// The factor L of this symmetric positive definite matrix A = L·Lᵀ `[n × n]`.
    ///
    /// - Throws: as ``CholeskyDecomposition/init(_:)``.
    /// - Complexity: O(n³).
    public func cholesky() throws(TensorError) -> CholeskyDecomposition { try CholeskyDecomposition(self) }

    /// X `[n × k]` of A·X = `right` `[n × k]`, where A is this symmetric positive definite matrix `[n × n]`.
    ///
    /// - Throws: as ``CholeskyDecomposition/init(_:)`` and ``CholeskyDecomposition/solve(_:)``.
    /// - Complexity: O(n³ + n² · k); half of what ``solve(_:)`` costs.
    public func solvePositiveDefinite(_ right: Matrix) throws(TensorError) -> Matrix { try cholesky().solve(right) }

    /// Which triangle of a matrix holds its coefficients.
    public enum Triangle: Sendable, Hashable, CaseIterable { case lower, upper }

    /// X `[n × k]` of T·X = `right` `[n × k]`, where T is a triangle of this matrix `[n × n]`; the other is not read.
    ///
    /// - Parameters:
    ///   - triangle: the one that holds the coefficients.
    ///   - right: the right-hand sides, one in each column.
    ///   - transposing: solve Tᵀ·X = `right` instead.
    ///   - unitDiagonal: take the diagonal to be ones without reading it.
    /// - Throws: ``TensorError/linearAlgebra(routine:info:)`` for a 0 on the diagonal, ``TensorError/shape(_:)``,
    ///   ``TensorError/notFinite(source:row:column:)``, or ``TensorError/libraryMissing(reason:)``.
    /// - Complexity: O(n² · k). LAPACK's `strtrs`.
    public func solveTriangular(
        _ triangle: Triangle, _ right: Matrix, transposing: Bool = false, unitDiagonal: Bool = false
    ) throws(TensorError) -> Matrix {
        try requireSquare("a triangular solution")
        try right.requireRightHandSide(of: self)
        return try LAPACK.solve(
            triangle: self, isLower: triangle == .lower, transposing: transposing, unitDiagonal: unitDiagonal, right)
    }
}
