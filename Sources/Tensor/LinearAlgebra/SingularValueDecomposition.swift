/// A singular value decomposition A = U · diag(s) · Vᵀ of a matrix `[n × d]`.
///
/// Signs are fixed: in each right singular vector the entry of greatest magnitude (the first of equals) is positive.
public struct SingularValueDecomposition: Sendable {
    /// The left singular vectors, one in each column. `[n × r]`, r = min(n, d); `[n × n]` in a full decomposition.
    public let u: Matrix
    /// The singular values, descending. `[r]`
    public let singularValues: [Float]
    /// The right singular vectors, one in each row. `[r × d]`; `[d × d]` in a full decomposition.
    public let vTransposed: Matrix

    init(u: Matrix, singularValues: [Float], vTransposed: Matrix) {
        self.u = u
        self.singularValues = singularValues
        self.vTransposed = vTransposed
    }

    /// How many singular values are greater than `relativeCutoff` times the greatest, by default max(n, d) · 2⁻²³: what
    /// rounding alone can leave.
    ///
    /// - Complexity: O(r).
    public func rank(relativeCutoff: Float? = nil) -> Int {
        let relative = relativeCutoff ?? Self.defaultCutoff(rows: u.rows, columns: vTransposed.columns)
        let cutoff = (singularValues.first ?? 0) * relative
        return singularValues.prefix { $0 > cutoff }.count
    }

    static func defaultCutoff(rows: Int, columns: Int) -> Float { Float(max(rows, columns)) * Float.ulpOfOne }

    /// The matrix that the parts multiply to, of singular values 0 ..< count. `[n × d]`
    ///
    /// - Complexity: O(n · d · r).
    public func reconstructed() -> Matrix {
        let r = singularValues.count
        let left = u.columns == r ? u : u.columns(in: 0..<r)
        let scaled = left.mappingRows { from, to in
            for j in 0..<r { to[j] = from[j] * singularValues[j] }
        }
        return scaled.times(vTransposed.rows == r ? vTransposed : vTransposed.rows(in: 0..<r))
    }
}

extension Matrix {
    /// The thin singular value decomposition of this matrix `[n × d]`.
    ///
    /// A matrix that is much longer than wide (or wider than long) is first reduced to a triangle. Then LAPACK's
    /// bidiagonal form and divide and conquer follow, with products on all threads; the bits do not depend on their
    /// number.
    ///
    /// - Throws: ``TensorError/notFinite(source:row:column:)``, ``TensorError/shape(_:)`` when both sides are greater
    ///   than 32,000, ``TensorError/libraryMissing(reason:)``, or ``TensorError/linearAlgebra(routine:info:)``.
    /// - Complexity: O(n · d · min(n, d)) time, O(n · d) memory.
    /// - Reference: Gu, Eisenstat, "A divide-and-conquer algorithm for the bidiagonal SVD", 1995,
    ///   doi:10.1137/S0895479892242232.
    public func thinSVD() throws(TensorError) -> SingularValueDecomposition { try svd(full: false) }

    /// The full singular value decomposition of this matrix `[n × d]`: U `[n × n]` and Vᵀ `[d × d]` are orthogonal.
    ///
    /// - Throws: as ``thinSVD()``.
    /// - Complexity: O((n + d) · n · d + n³ + d³) time, O(n² + d²) memory.
    public func fullSVD() throws(TensorError) -> SingularValueDecomposition { try svd(full: true) }

    private func svd(full: Bool) throws(TensorError) -> SingularValueDecomposition {
        try requireDecomposable(full ? max(rows, columns) : min(rows, columns))
        guard !isEmpty else {
            return SingularValueDecomposition(
                u: full ? Matrix.identity(rows) : Matrix(rows: rows, columns: 0), singularValues: [],
                vTransposed: full ? Matrix.identity(columns) : Matrix(rows: 0, columns: columns))
        }
        let (scaled, scale) = try scaledToSafeRange()
        let isTall = rows >= columns
        if !full, TallQR.suits(rows: max(rows, columns), columns: min(rows, columns)) {
            let reduced = try TallQR(isTall ? scaled : scaled.transposed())
            var triangle = try OrthogonalFactors(columns: reduced.r.transposed(), full: false)
            triangle.fixSigns(byLeft: false)
            // Signs of a wide matrix are those of its right vectors, which are the left ones here.
            var long = reduced.q.times(triangle.left, transposingOther: true)
            var short = triangle.right
            if !isTall {
                long = long.transposed()
                fixSigns(of: &long, with: &short)
            }
            return SingularValueDecomposition(
                u: isTall ? long : short.transposed(), singularValues: triangle.values.map { $0 / scale },
                vTransposed: isTall ? short : long)
        }
        var factors = try OrthogonalFactors(columns: isTall ? scaled.transposed() : scaled, full: full)
        factors.fixSigns(byLeft: !isTall)
        return SingularValueDecomposition(
            u: (isTall ? factors.left : factors.right).transposed(), singularValues: factors.values.map { $0 / scale },
            vTransposed: isTall ? factors.right : factors.left)
    }

    /// Throws when a side that workspaces grow with is too long for LAPACK.
    func requireDecomposable(_ side: Int) throws(TensorError) {
        guard side <= LAPACK.largestSide else {
            throw .shape(
                "a decomposition of \(rows) × \(columns) exceeds LAPACK's workspace; its lesser side may be at most "
                    + "\(LAPACK.largestSide): use the randomised decomposition, or fewer features")
        }
    }
}
