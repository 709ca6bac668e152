/// Singular vectors of an m × n matrix, m ≥ n, each in a row.
struct OrthogonalFactors {
    /// `[n × m]`, or `[m × m]` in a full decomposition.
    var left: Matrix
    let values: [Float]
    /// `[n × n]`
    var right: Matrix

    /// Decomposes the matrix of these columns `[n × m]`.
    init(columns: Matrix, full: Bool) throws(TensorError) {
        let (n, m) = (columns.rows, columns.columns)
        // Where LAPACK's sgesdd, too, takes the detour by a triangle.
        if m * 6 >= n * 11 {
            let factored = try HouseholderQR(columns: columns)
            let triangle = try OrthogonalFactors(columns: factored.r().transposed(), full: false)
            let count = full ? m : n
            left = factored.q(times: triangle.left.embedded(rows: count, columns: count))
            (values, right) = (triangle.values, triangle.right)
            return
        }
        let form = try LAPACK.bidiagonal(columns: columns)
        let inner = try LAPACK.singularVectors(form)
        left = inner.left.embedded(rows: full ? m : n, columns: m)
        form.left.apply(to: &left)
        right = inner.right
        form.right.apply(to: &right)
        values = inner.values
    }

    /// Fixes the signs of vectors by the right or the left ones, and of those that have no partner each by itself.
    mutating func fixSigns(byLeft: Bool) {
        if byLeft {
            Tensor.fixSigns(of: &left, with: &right)
        } else {
            Tensor.fixSigns(of: &right, with: &left)
        }
    }
}
