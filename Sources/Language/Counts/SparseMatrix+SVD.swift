import Tensor

/// The leading part of a singular value decomposition A ≈ U · diag(s) · V, where A · Vᵀ = U · diag(s).
public struct TruncatedSVD: Sendable {
    /// The singular values, descending. `[k]`
    public let singularValues: [Float]
    /// The right singular vectors, one in each row; in each the element of largest magnitude is positive. `[k × d]`
    public let components: Matrix
}

extension SparseMatrix {
    /// The `count` largest singular values and their right singular vectors, or fewer where the rank is lower.
    ///
    /// A random subspace twice as wide as what is asked for (by default) is multiplied by AᵀA or AAᵀ, whichever is
    /// smaller, and made orthonormal, again and again; then the decomposition within it is exact. On word counts, whose
    /// singular values fall slowly, the defaults agree with the exact values to about 10⁻⁴. Where the subspace is the
    /// whole space nothing is approximate. Singular values below 10⁻⁵ of the largest count as zero.
    ///
    /// - Parameters:
    ///   - count: how many are wanted, at least 1.
    ///   - oversampling: by how much the subspace is wider; `nil` for `max(10, count)`.
    ///   - iterations: how many times the subspace is multiplied.
    ///   - seed: names the random subspace.
    ///   - progress: is told how far the work is, and can stop it.
    /// - Throws: `TensorError` when LAPACK is missing or fails, or `TensorError.cancelled`.
    /// - Complexity: O(iterations · (values · l + m · l²) + max(n, d) · l²) for a subspace of l columns, m = min(n, d).
    /// - Reference: Halko, Martinsson, Tropp, "Finding structure with randomness", SIAM Review 53(2), 2011,
    ///   doi:10.1137/090771806, algorithm 4.4.
    public func truncatedSVD(
        count: Int, oversampling: Int? = nil, iterations: Int = 10, seed: UInt64 = 0, progress: ProgressHandler = .none
    ) throws(TensorError) -> TruncatedSVD {
        guard count >= 1 else { throw .parameter(name: "count", value: "\(count)", valid: "at least 1") }
        let smaller = min(rows, columns)
        guard smaller > 0 else {
            return TruncatedSVD(singularValues: [], components: Matrix(rows: 0, columns: columns))
        }
        let transposed = transposed()
        // `tall` has at least as many rows as columns; the subspace lies on the side of its columns.
        let (tall, wide) = rows >= columns ? (self, transposed) : (transposed, self)
        let width = min(smaller, count + max(0, oversampling ?? max(10, count)))
        var basis = try Self.normalNumbers(rows: smaller, columns: width, seed: seed).orthonormalized()
        let rounds = width < smaller ? max(0, iterations) : 0
        for round in 0..<rounds {
            guard progress.advance("singular vectors", round, of: rounds) else { throw .cancelled }
            basis = try wide.times(tall.times(basis)).orthonormalized()
        }
        return try Self.decomposition(of: tall.times(basis), basis: basis, isTransposed: rows < columns, count: count)
    }

    /// The decomposition within a subspace: `projected` is the tall matrix times its basis `[m × l]`.
    ///
    /// The eigenvectors of its Gram matrix turn it into columns that stand at right angles. Their lengths are the
    /// singular values, small ones too, which the square roots of the eigenvalues would give only to the root of the
    /// precision.
    private static func decomposition(
        of projected: Matrix, basis: Matrix, isTransposed: Bool, count: Int
    ) throws(TensorError) -> TruncatedSVD {
        let width = basis.columns
        let gram = projected.gramOfColumns(subtracting: [Double](repeating: 0, count: width))
        let eigen = try Matrix(rows: width, columns: width, values: gram.map { Float($0) }).symmetricEigen()
        let leading = eigen.eigenvectors.gatheringRows((0..<width).reversed().prefix(count))
        let turned = leading.times(projected, transposingOther: true)
        let values = turned.rowNorms()
        let threshold = (values.max() ?? 0) * 1e-5
        let kept = values.indices.filter { values[$0] > threshold }
            .sorted { (values[$1], $0) < (values[$0], $1) }
        let vectors = isTransposed ? turned.normalizedRows() : leading.times(basis, transposingOther: true)
        return TruncatedSVD(
            singularValues: kept.map { values[$0] }, components: settlingSigns(of: vectors.gatheringRows(kept)))
    }

    private static func normalNumbers(rows: Int, columns: Int, seed: UInt64) -> Matrix {
        Matrix(rows: rows, columns: columns) { target in
            guard let start = target.baseAddress else { return }
            nonisolated(unsafe) let elements = start
            parallelFor(rows) { row in
                var random = RandomSource(seed: seed, stage: "truncatedSVD", item: row)
                for column in 0..<columns {
                    (elements + row * columns + column).initialize(to: Float(random.normal()))
                }
            }
        }
    }

    /// Singular vectors are determined up to their sign only.
    private static func settlingSigns(of vectors: Matrix) -> Matrix {
        var result = vectors
        for row in 0..<vectors.rows {
            let largest = vectors.row(row).reduce(Float(0)) { abs($1) > abs($0) ? $1 : $0 }
            if largest < 0 { for column in 0..<vectors.columns { result[row, column] = -vectors[row, column] } }
        }
        return result
    }
}
