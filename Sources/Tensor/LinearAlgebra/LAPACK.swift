private import COpenBLAS

/// The loaded BLAS and LAPACK library.
package enum LAPACK {
    /// The table of functions; throws with the remedy when the library is missing.
    fileprivate static func functions() throws(TensorError) -> openblas_functions {
        guard let table = openblas_load() else {
            throw .libraryMissing(reason: String(cString: openblas_problem()))
        }
        return table.pointee
    }

    /// The kernels that OpenBLAS uses here, such as `"SkylakeX"`, and how it was built.
    package static func identity() throws(TensorError) -> (core: String, configuration: String) {
        let table = try functions()
        return (String(cString: table.core), String(cString: table.configuration))
    }

    /// C = A·Bᵀ by OpenBLAS on one thread: what our own products are held against.
    package static func product(_ a: Matrix, transposeOf b: Matrix) throws(TensorError) -> Matrix {
        let table = try functions()
        return Matrix(rows: a.rows, columns: b.rows) { c in
            a.withUnsafeBufferPointer { a1 in
                b.withUnsafeBufferPointer { b1 in
                    let (rowMajor, plain, transposed): (Int32, Int32, Int32) = (101, 111, 112)
                    table.sgemm(
                        rowMajor, plain, transposed, Int32(a.rows), Int32(b.rows), Int32(a.columns), 1, a1.baseAddress,
                        Int32(max(1, a.columns)), b1.baseAddress, Int32(max(1, b.columns)), 0, c.baseAddress,
                        Int32(max(1, b.rows)))
                }
            }
        }
    }

    /// Eigenvalues ascending and, in rows, the eigenvectors of a symmetric matrix.
    package static func symmetricEigen(_ matrix: Matrix) throws(TensorError) -> (values: [Float], vectors: Matrix) {
        let table = try functions()
        var n = Int32(matrix.rows)
        var vectors = matrix
        var values = [Float](repeating: 0, count: matrix.rows)
        var info: Int32 = 0
        guard n > 0 else { return ([], matrix) }
        // A symmetric matrix reads the same in row- and column-major order; LAPACK's column j is then our row j.
        vectors.withUnsafeMutableBufferPointer { a in
            var query: Float = 0
            var integerQuery: Int32 = 0
            var minusOne: Int32 = -1
            table.ssyevd(
                "V", "U", &n, a.baseAddress, &n, &values, &query, &minusOne, &integerQuery, &minusOne, &info)
            var workCount = workspace(query)
            var integerCount = integerQuery
            var work = [Float](repeating: 0, count: Int(workCount))
            var integers = [Int32](repeating: 0, count: Int(integerCount))
            table.ssyevd("V", "U", &n, a.baseAddress, &n, &values, &work, &workCount, &integers, &integerCount, &info)
        }
        guard info == 0 else { throw .linearAlgebra(routine: "ssyevd", info: Int(info)) }
        return (values, vectors)
    }

    /// Thin SVD of a matrix `[n × d]`, r = min(n, d): u `[n × r]`, singular values descending, vᵀ `[r × d]`.
    package static func thinSVD(
        _ matrix: Matrix
    ) throws(TensorError) -> (u: Matrix, values: [Float], vTransposed: Matrix) {
        let table = try functions()
        let rank = min(matrix.rows, matrix.columns)
        guard rank > 0 else {
            return (Matrix(rows: matrix.rows, columns: 0), [], Matrix(rows: 0, columns: matrix.columns))
        }
        // Our row-major A is LAPACK's Aᵀ = V S Uᵀ: what it calls U, column by column, is our vᵀ, row by row.
        var copy = matrix
        var (m, n, r) = (Int32(matrix.columns), Int32(matrix.rows), Int32(rank))
        var values = [Float](repeating: 0, count: rank)
        var info: Int32 = 0
        var vTransposed = Matrix(rows: rank, columns: matrix.columns)
        var u = Matrix(rows: matrix.rows, columns: rank)
        copy.withUnsafeMutableBufferPointer { a in
            vTransposed.withUnsafeMutableBufferPointer { left in
                u.withUnsafeMutableBufferPointer { right in
                    var query: Float = 0
                    var minusOne: Int32 = -1
                    var integers = [Int32](repeating: 0, count: 8 * rank)
                    table.sgesdd(
                        "S", &m, &n, a.baseAddress, &m, &values, left.baseAddress, &m, right.baseAddress, &r, &query,
                        &minusOne, &integers, &info)
                    var workCount = workspace(query)
                    var work = [Float](repeating: 0, count: Int(workCount))
                    table.sgesdd(
                        "S", &m, &n, a.baseAddress, &m, &values, left.baseAddress, &m, right.baseAddress, &r, &work,
                        &workCount, &integers, &info)
                }
            }
        }
        guard info == 0 else { throw .linearAlgebra(routine: "sgesdd", info: Int(info)) }
        return (u, values, vTransposed)
    }

    /// An orthonormal basis, in columns, of the space that the columns of `matrix` `[n × d]`, n ≥ d, span.
    package static func orthonormalBasis(_ matrix: Matrix) throws(TensorError) -> Matrix {
        let table = try functions()
        guard matrix.rows >= matrix.columns else {
            throw .shape("an orthonormal basis of \(matrix.columns) columns needs at least as many rows")
        }
        guard !matrix.isEmpty else { return matrix }
        var columnMajor = matrix.transposed()
        var (m, n) = (Int32(matrix.rows), Int32(matrix.columns))
        var info: Int32 = 0
        columnMajor.withUnsafeMutableBufferPointer { a in
            var tau = [Float](repeating: 0, count: matrix.columns)
            var query: Float = 0
            var minusOne: Int32 = -1
            table.sgeqrf(&m, &n, a.baseAddress, &m, &tau, &query, &minusOne, &info)
            var workCount = workspace(query)
            var work = [Float](repeating: 0, count: Int(workCount))
            table.sgeqrf(&m, &n, a.baseAddress, &m, &tau, &work, &workCount, &info)
            guard info == 0 else { return }
            table.sorgqr(&m, &n, &n, a.baseAddress, &m, &tau, &query, &minusOne, &info)
            workCount = workspace(query)
            work = [Float](repeating: 0, count: Int(workCount))
            table.sorgqr(&m, &n, &n, a.baseAddress, &m, &tau, &work, &workCount, &info)
        }
        guard info == 0 else { throw .linearAlgebra(routine: "sgeqrf/sorgqr", info: Int(info)) }
        return columnMajor.transposed()
    }

    /// The size of a workspace that LAPACK answers as a Float, rounded up: a Float above 2²⁴ may have lost units.
    private static func workspace(_ answer: Float) -> Int32 {
        Int32(min(Double(Int32.max), (Double(answer) * 1.000_001 + 1).rounded(.up)))
    }
}
