/// A factorisation A = Q·R of a matrix `[n × d]` into orthonormal columns and an upper triangle.
///
/// Signs are fixed: no element on the diagonal of R is negative.
public struct QRDecomposition: Sendable {
    /// The orthonormal columns. `[n × min(n, d)]`, or `[n × n]` in a full factorisation.
    public let q: Matrix
    /// The upper triangle, or trapezoid. `[min(n, d) × d]`, or `[n × d]` in a full factorisation.
    public let r: Matrix

    /// Q is given as rows or as columns.
    fileprivate init(qRows: Matrix? = nil, qColumns: Matrix? = nil, r: Matrix) {
        let signs: [Float] = (0..<r.rows).map { $0 < r.columns && r[$0, $0] < 0 ? -1 : 1 }
        var r = r
        r.withUnsafeMutableBufferPointer { elements in
            for (row, sign) in signs.enumerated() where sign < 0 {
                for j in 0..<elements.count / signs.count {
                    // Not −0 below the diagonal.
                    elements[row * (elements.count / signs.count) + j] *= j < row ? 1 : sign
                }
            }
        }
        self.r = r
        let columns = qColumns ?? qRows?.transposed() ?? Matrix(rows: 0, columns: 0)
        q = columns.mappingRows { from, to in
            for j in 0..<columns.columns { to[j] = from[j] * signs[j] }
        }
    }
}

extension Matrix {
    /// The thin QR factorisation of this matrix `[n × d]`: Q `[n × min(n, d)]`, R `[min(n, d) × d]`.
    ///
    /// By Householder reflectors: Q is orthonormal whatever the rank. Much longer matrices are factorised in tiles of
    /// rows.
    ///
    /// - Throws: ``TensorError/notFinite(source:row:column:)``, ``TensorError/shape(_:)`` when both sides are greater
    ///   than 32,000, ``TensorError/libraryMissing(reason:)``, or ``TensorError/linearAlgebra(routine:info:)``.
    /// - Complexity: O(n · d · min(n, d)) time, O(n · d) memory.
    public func thinQR() throws(TensorError) -> QRDecomposition {
        try requireFinite()
        try requireDecomposable(min(rows, columns))
        let rank = min(rows, columns)
        guard rank > 0 else {
            return QRDecomposition(qColumns: Matrix(rows: rows, columns: 0), r: Matrix(rows: 0, columns: columns))
        }
        if TallQR.suits(rows: rows, columns: columns) {
            let factored = try TallQR(self)
            return QRDecomposition(qColumns: factored.q, r: factored.r)
        }
        let factored = try HouseholderQR(columns: transposed())
        return QRDecomposition(qRows: factored.q(rank), r: factored.r())
    }

    /// The full QR factorisation of this matrix `[n × d]`: Q `[n × n]` is orthogonal, R is `[n × d]`.
    ///
    /// - Throws: as ``thinQR()``, and for n > 32,000.
    /// - Complexity: O(n² · min(n, d)) time, O(n² + n · d) memory.
    public func fullQR() throws(TensorError) -> QRDecomposition {
        try requireFinite()
        try requireDecomposable(rows)
        guard !isEmpty else {
            return QRDecomposition(qColumns: Matrix.identity(rows), r: Matrix(rows: rows, columns: columns))
        }
        let factored = try HouseholderQR(columns: transposed())
        return QRDecomposition(qRows: factored.q(rows), r: factored.r(full: true))
    }

    /// An orthonormal basis `[n × d]`, in columns, of what the columns of this matrix `[n × d]` span (the Q of thin
    /// QR).
    ///
    /// - Throws: ``TensorError/shape(_:)`` when n < d, and as ``thinQR()``.
    /// - Complexity: O(n · d²).
    public func orthonormalized() throws(TensorError) -> Matrix {
        guard rows >= columns else {
            throw .shape(
                "an orthonormal basis of \(columns) columns needs at least as many rows; the matrix has \(rows)")
        }
        return try thinQR().q
    }

    /// As ``orthonormalized()``, for a matrix `[n × d]`, n ≥ d ≥ 1, that is known to be finite, with any signs.
    func orthonormalBasis() throws(TensorError) -> Matrix { try TallQR(self).q }
}
