/// Eigenvalues and eigenvectors of a symmetric matrix `[d × d]`: all of them, or the k that were asked for.
///
/// Signs are fixed: in each eigenvector the entry of greatest magnitude (the first of equals) is positive.
public struct SymmetricEigenDecomposition: Sendable {
    /// The eigenvalues, ascending. `[k]`
    public let eigenvalues: [Float]
    /// The eigenvectors of unit length, one in each row, in the order of `eigenvalues`. `[k × d]`
    public let eigenvectors: Matrix

    /// Which eigenvalues to find.
    public enum Selection: Sendable, Hashable {
        /// All of them.
        case all
        /// The largest, this many: 0 ... d.
        case largest(Int)
        /// The smallest, this many: 0 ... d.
        case smallest(Int)
    }
}

extension Matrix {
    /// The eigenvalues and eigenvectors of this symmetric matrix `[d × d]`; only its lower triangle is read.
    ///
    /// LAPACK's tridiagonal form; then divide and conquer, or for few of many eigenvalues relatively robust
    /// representations in double precision; then products on all threads. The bits do not depend on their number.
    ///
    /// - Parameter selection: all eigenvalues, or the largest or smallest few. They are ascending in either case.
    /// - Throws: ``TensorError/shape(_:)`` when the matrix is not square or d > 32,000,
    ///   ``TensorError/parameter(name:value:valid:)`` for a count outside 0 ... d,
    ///   ``TensorError/notFinite(source:row:column:)``, ``TensorError/libraryMissing(reason:)``, or
    ///   ``TensorError/linearAlgebra(routine:info:)``.
    /// - Complexity: O(d³) time; few of many cost about a third of all. O(d²) memory.
    /// - Reference: Gu, Eisenstat, "A divide-and-conquer algorithm for the symmetric tridiagonal eigenproblem", 1995,
    ///   doi:10.1137/S0895479892241287; Dhillon, Parlett, Vömel, "The design and implementation of the MRRR algorithm",
    ///   2006, doi:10.1145/1186785.1186788.
    public func symmetricEigen(
        _ selection: SymmetricEigenDecomposition.Selection = .all
    ) throws(TensorError) -> SymmetricEigenDecomposition {
        guard rows == columns else { throw .shape("eigenvalues need a square matrix, not \(rows) × \(columns)") }
        let places = try places(of: selection)
        try requireDecomposable(rows)
        guard !places.isEmpty else {
            return SymmetricEigenDecomposition(eigenvalues: [], eigenvectors: Matrix(rows: 0, columns: columns))
        }
        let (scaled, scale) = try scaledToSafeRange()
        let form = try LAPACK.tridiagonal(scaled)
        // An eigenvector by robust representations costs about a twelfth of a d-th of what all cost by divide and
        // conquer.
        let few = places.count * 12 <= rows
        let found = few ? try LAPACK.eigen(form, places: places) : try LAPACK.eigen(form)
        let range = few ? 0..<places.count : places
        var vectors = found.vectors.rows(in: range)
        form.reflectors.apply(to: &vectors)
        vectors.fixRowSigns()
        return SymmetricEigenDecomposition(eigenvalues: found.values[range].map { $0 / scale }, eigenvectors: vectors)
    }

    /// The places of the selected eigenvalues among all, ascending.
    private func places(of selection: SymmetricEigenDecomposition.Selection) throws(TensorError) -> Range<Int> {
        let count =
            switch selection {
            case .all: rows
            case .largest(let count), .smallest(let count): count
            }
        guard count >= 0, count <= rows else {
            throw .parameter(name: "count of eigenvalues", value: "\(count)", valid: "in 0 ... \(rows)")
        }
        if case .largest = selection { return rows - count..<rows }
        return 0..<count
    }
}
