import Tensor

/// The leading part of a singular value decomposition A ≈ U · diag(s) · V, where A · Vᵀ = U · diag(s).
public struct TruncatedSVD: Sendable {
    /// The singular values, descending. `[k]`
    public let values: [Float]
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
    /// - Throws: ``TensorError`` when LAPACK is missing or fails, or ``TensorError/cancelled``.
    /// - Complexity: O(iterations · (values · l + m · l²) + max(n, d) · l²) for a subspace of l columns and m = min(n, d).
    /// - Reference: Halko, Martinsson, Tropp, "Finding structure with randomness", SIAM Review 53(2), 2011,
    ///   doi:10.1137/090771806, algorithm 4.4.
    public func truncatedSVD(
        count: Int, oversampling: Int? = nil, iterations: Int = 8, seed: UInt64 = 0, progress: ProgressHandler = .none
    ) throws(TensorError) -> TruncatedSVD {
        guard count >= 1 else { throw .parameter(name: "count", value: "\(count)", valid: "at least 1") }
        let smaller = min(rows, columns)
        guard smaller > 0 else { return TruncatedSVD(values: [], components: Matrix(rows: 0, columns: columns)) }
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
        let projected = try tall.times(basis).thinSVD()
        let threshold = (projected.values.first ?? 0) * 1e-5
        let kept = projected.values.prefix(count).prefix { $0 > threshold }
        let vectors =
            rows >= columns
            ? projected.vTransposed.rows(in: 0..<kept.count).times(basis, transposingOther: true)
            : projected.u.transposed().rows(in: 0..<kept.count)
        return TruncatedSVD(values: Array(kept), components: Self.settlingSigns(of: vectors))
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
