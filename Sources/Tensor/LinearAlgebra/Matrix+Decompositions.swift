/// The eigenvalues and eigenvectors of a symmetric matrix `[d × d]`.
public struct SymmetricEigen: Sendable {
    /// The eigenvalues, ascending. `[d]`
    public let values: [Float]
    /// The eigenvectors of unit length, one in each row, in the order of `values`. `[d × d]`
    public let vectors: Matrix
}

/// The thin singular value decomposition A = U · diag(s) · Vᵀ of a matrix `[n × d]`, with r = min(n, d).
public struct SingularValueDecomposition: Sendable {
    /// The left singular vectors, one in each column. `[n × r]`
    public let u: Matrix
    /// The singular values, descending. `[r]`
    public let values: [Float]
    /// The right singular vectors, one in each row. `[r × d]`
    public let vTransposed: Matrix
}

extension Matrix {
    /// The eigenvalues and eigenvectors of this symmetric matrix `[d × d]`; only one triangle is read.
    ///
    /// - Throws: ``TensorError/shape(_:)`` when the matrix is not square, ``TensorError/notFinite(source:row:column:)``,
    ///   ``TensorError/libraryMissing(reason:)``, or ``TensorError/linearAlgebra(routine:info:)``.
    /// - Complexity: O(d³). LAPACK's `ssyevd`.
    public func symmetricEigen() throws(TensorError) -> SymmetricEigen {
        guard rows == columns else { throw .shape("eigenvalues need a square matrix, not \(rows) × \(columns)") }
        try requireFinite()
        let (values, vectors) = try LAPACK.symmetricEigen(self)
        return SymmetricEigen(values: values, vectors: vectors)
    }

    /// The thin singular value decomposition of this matrix `[n × d]`.
    ///
    /// - Throws: ``TensorError/notFinite(source:row:column:)``, ``TensorError/libraryMissing(reason:)``, or
    ///   ``TensorError/linearAlgebra(routine:info:)``.
    /// - Complexity: O(n · d · min(n, d)). LAPACK's `sgesdd`.
    public func thinSVD() throws(TensorError) -> SingularValueDecomposition {
        try requireFinite()
        let (u, values, vTransposed) = try LAPACK.thinSVD(self)
        return SingularValueDecomposition(u: u, values: values, vTransposed: vTransposed)
    }

    /// An orthonormal basis `[n × d]`, in columns, of what the columns of this matrix `[n × d]` span (the Q of thin QR).
    ///
    /// - Throws: ``TensorError/shape(_:)`` when n < d, and as ``thinSVD()``.
    /// - Complexity: O(n · d²). LAPACK's `sgeqrf` and `sorgqr`.
    public func orthonormalized() throws(TensorError) -> Matrix {
        try requireFinite()
        return try LAPACK.orthonormalBasis(self)
    }

    /// The place of the first element, row by row, that is NaN or infinite.
    ///
    /// - Complexity: O(n · d).
    public func firstNonFinite() -> (row: Int, column: Int)? {
        let index = withUnsafeBufferPointer { elements in
            // A sum is finite only if every term is: most rows are passed over without looking at each element.
            for row in 0..<rows {
                let range = row * columns..<(row + 1) * columns
                var sum: Float = 0
                for element in elements[range] { sum += element * 0 }
                if sum != 0 || sum.isNaN { return elements[range].firstIndex { !$0.isFinite } }
            }
            return nil
        }
        return index.map { ($0 / columns, $0 % columns) }
    }

    func requireFinite(source: String = "matrix") throws(TensorError) {
        if let (row, column) = firstNonFinite() { throw .notFinite(source: source, row: row, column: column) }
    }
}
