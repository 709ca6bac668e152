internal import COpenBLAS

/// Linear equations. A row-major matrix is the transpose of what LAPACK reads; so its lower triangle is LAPACK's upper
/// one, and equations are solved with the transposed factors.
extension LAPACK {
    /// Replaces a square matrix by its LU factors; `singular` is the first pivot that is exactly 0, counted from 1.
    static func factorizeLU(_ matrix: inout Matrix) throws(TensorError) -> (pivots: [Int32], singular: Int?) {
        let table = try functions()
        var (n, leading, info) = (Int32(matrix.rows), Int32(max(1, matrix.rows)), Int32(0))
        var pivots = [Int32](repeating: 0, count: matrix.rows)
        matrix.withUnsafeMutableBufferPointer { table.sgetrf(&n, &n, $0.baseAddress, &leading, &pivots, &info) }
        if info < 0 { try check("sgetrf", info) }
        return (pivots, info > 0 ? Int(info) : nil)
    }

    /// Replaces a symmetric positive definite matrix by its Cholesky factor in the lower triangle, which alone is read.
    static func factorizeCholesky(_ matrix: inout Matrix) throws(TensorError) {
        let table = try functions()
        var (n, leading, info) = (Int32(matrix.rows), Int32(max(1, matrix.rows)), Int32(0))
        matrix.withUnsafeMutableBufferPointer { table.spotrf("U", &n, $0.baseAddress, &leading, &info) }
        try check("spotrf", info)
    }

    /// X of A·X = B `[n × k]`, A given by its LU factors.
    static func solve(
        lu factors: Matrix, pivots: [Int32], _ right: Matrix
    ) throws(TensorError) -> Matrix {
        let table = try functions()
        return try solve(factors, right, routine: "sgetrs") { n, count, a, leading, b, info in
            pivots.withUnsafeBufferPointer {
                table.sgetrs("T", n, count, a, leading, $0.baseAddress, b, leading, info)
            }
        }
    }

    /// X of A·X = B `[n × k]`, A given by its Cholesky factor.
    static func solve(cholesky factor: Matrix, _ right: Matrix) throws(TensorError) -> Matrix {
        let table = try functions()
        return try solve(factor, right, routine: "spotrs") { n, count, a, leading, b, info in
            table.spotrs("U", n, count, a, leading, b, leading, info)
        }
    }

    /// X of T·X = B, or Tᵀ·X = B, with T the lower or upper triangle of a matrix.
    static func solve(
        triangle matrix: Matrix, isLower: Bool, transposing: Bool, unitDiagonal: Bool, _ right: Matrix
    ) throws(TensorError) -> Matrix {
        let table = try functions()
        return try solve(matrix, right, routine: "strtrs") { n, count, a, leading, b, info in
            table.strtrs(
                isLower ? "U" : "L", transposing ? "N" : "T", unitDiagonal ? "U" : "N", n, count, a, leading, b,
                leading, info)
        }
    }

    private static func solve(
        _ factors: Matrix, _ right: Matrix, routine: String,
        _ call: (
            _ n: UnsafePointer<Int32>, _ count: UnsafePointer<Int32>, UnsafePointer<Float>?,
            _ leading: UnsafePointer<Int32>, UnsafeMutablePointer<Float>?, _ info: UnsafeMutablePointer<Int32>
        ) -> Void
    ) throws(TensorError) -> Matrix {
        var (n, count, leading) = (Int32(factors.rows), Int32(right.columns), Int32(max(1, factors.rows)))
        var info: Int32 = 0
        var columns = right.transposed()
        factors.withUnsafeBufferPointer { a in
            columns.withUnsafeMutableBufferPointer { b in
                call(&n, &count, a.baseAddress, &leading, b.baseAddress, &info)
            }
        }
        try check(routine, info)
        return columns.transposed()
    }
}
