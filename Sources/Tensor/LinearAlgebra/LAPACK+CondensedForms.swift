internal import COpenBLAS

/// Tridiagonal and bidiagonal forms, and what diagonalises those.
extension LAPACK {
    /// A symmetric matrix in tridiagonal form, Qᵀ·A·Q.
    struct Tridiagonal {
        var diagonal: [Float]
        /// One element less than the diagonal (but at least one).
        var offDiagonal: [Float]
        /// Q, as products of reflectors.
        let reflectors: BlockReflectors
    }

    /// The tridiagonal form of a symmetric matrix, of which the lower triangle is read.
    static func tridiagonal(_ matrix: Matrix) throws(TensorError) -> Tridiagonal {
        let table = try functions()
        let n = matrix.rows
        var (order, info) = (Int32(n), Int32(0))
        var diagonal = [Float](repeating: 0, count: n)
        var offDiagonal = [Float](repeating: 0, count: max(1, n - 1))
        var tau = offDiagonal
        var a = matrix
        a.withUnsafeMutableBufferPointer { a in
            // Our lower triangle is the upper one of LAPACK's column-major matrix.
            withWorkspace { work, count in
                table.ssytrd(
                    "U", &order, a.baseAddress, &order, &diagonal, &offDiagonal, &tau, work, count, &info)
            }
        }
        try check("ssytrd", info)
        // Q = H(n−1) … H(1); H(i) ends with its unit at element i−1, what precedes it stands above the diagonal.
        let reflectors = try a.withUnsafeBufferPointer { a throws(TensorError) in
            try BlockReflectors(
                tau: (0..<max(0, n - 1)).map { tau[n - 2 - $0] }, support: { 0..<n - 1 - $0 },
                element: { k, index in index == n - 2 - k ? 1 : a[(n - 1 - k) * n + index] })
        }
        return Tridiagonal(diagonal: diagonal, offDiagonal: offDiagonal, reflectors: reflectors)
    }

    /// All eigenvalues of a tridiagonal matrix, ascending, and its eigenvectors in rows, by divide and conquer.
    static func eigen(_ form: Tridiagonal) throws(TensorError) -> (values: [Float], vectors: Matrix) {
        let table = try functions()
        var (values, offDiagonal) = (form.diagonal, form.offDiagonal)
        let n = values.count
        var (order, info) = (Int32(n), Int32(0))
        let vectors = Matrix(rows: n, columns: n) { z in
            var integers = [Int32](repeating: 0, count: 3 + 5 * n)
            var integerCount = Int32(integers.count)
            withWorkspace { work, count in
                // A query for one workspace is a query for both.
                table.sstedc(
                    "I", &order, &values, &offDiagonal, z.baseAddress, &order, work, count, &integers, &integerCount,
                    &info)
            }
        }
        try check("sstedc", info)
        return (values, vectors)
    }

    /// Some eigenvalues of a tridiagonal matrix, ascending, by their places in that order, and their eigenvectors in
    /// rows.
    ///
    /// By relatively robust representations. They are computed in double precision, which costs little for few and
    /// leaves the vectors orthogonal to the last bit of single precision.
    static func eigen(
        _ form: Tridiagonal, places: Range<Int>
    ) throws(TensorError) -> (values: [Float], vectors: Matrix) {
        let table = try functions()
        let n = form.diagonal.count
        var diagonal = form.diagonal.map { Double($0) }
        // The routine uses one element more than there is.
        var offDiagonal = (0..<n).map { $0 < n - 1 ? Double(form.offDiagonal[$0]) : 0 }
        var (order, first, last) = (Int32(n), Int32(places.lowerBound + 1), Int32(places.upperBound))
        var (columns, found, info, accurate) = (Int32(places.count), Int32(0), Int32(0), Int32(1))
        var unused = 0.0
        var values = [Double](repeating: 0, count: n)
        var vectors = [Double](repeating: 0, count: n * places.count)
        var supports = [Int32](repeating: 0, count: 2 * n)
        var work = [Double](repeating: 0, count: 18 * n)
        var integers = [Int32](repeating: 0, count: 10 * n)
        var (workCount, integerCount) = (Int32(work.count), Int32(integers.count))
        table.dstemr(
            "V", "I", &order, &diagonal, &offDiagonal, &unused, &unused, &first, &last, &found, &values, &vectors,
            &order, &columns, &supports, &accurate, &work, &workCount, &integers, &integerCount, &info)
        try check("dstemr", info)
        return (
            values.prefix(places.count).map { Float($0) },
            Matrix(rows: places.count, columns: n, values: vectors.map { Float($0) })
        )
    }

    /// A matrix in upper bidiagonal form, Qᵀ·A·P.
    struct Bidiagonal {
        var diagonal: [Float]
        /// One element less than the diagonal (but at least one).
        var offDiagonal: [Float]
        /// Q and P, as products of reflectors.
        let left: BlockReflectors
        let right: BlockReflectors
    }

    /// The bidiagonal form of an m × n matrix, m ≥ n ≥ 1, given as columns `[n × m]`.
    static func bidiagonal(columns: Matrix) throws(TensorError) -> Bidiagonal {
        let table = try functions()
        let (n, m) = (columns.rows, columns.columns)
        var (height, width, info) = (Int32(m), Int32(n), Int32(0))
        var diagonal = [Float](repeating: 0, count: n)
        var (offDiagonal, leftTau, rightTau) = (diagonal, diagonal, diagonal)
        var a = columns
        a.withUnsafeMutableBufferPointer { a in
            withWorkspace { work, count in
                table.sgebrd(
                    &height, &width, a.baseAddress, &height, &diagonal, &offDiagonal, &leftTau, &rightTau, work, count,
                    &info)
            }
        }
        try check("sgebrd", info)
        // Reflectors of Q stand below the diagonal, those of P to the right of the element beside it.
        return try a.withUnsafeBufferPointer { a throws(TensorError) in
            Bidiagonal(
                diagonal: diagonal, offDiagonal: offDiagonal,
                left: try BlockReflectors(
                    tau: leftTau, support: { $0..<m }, element: { k, index in index == k ? 1 : a[k * m + index] }),
                right: try BlockReflectors(
                    tau: Array(rightTau.prefix(n - 1)), support: { $0 + 1..<n },
                    element: { k, index in index == k + 1 ? 1 : a[index * m + k] }))
        }
    }

    /// The singular values of a bidiagonal matrix, descending, and its singular vectors, each in a row, by divide and
    /// conquer.
    static func singularVectors(
        _ form: Bidiagonal
    ) throws(TensorError) -> (left: Matrix, values: [Float], right: Matrix) {
        let table = try functions()
        var (values, offDiagonal) = (form.diagonal, form.offDiagonal)
        let n = values.count
        var (order, info, unusedInteger) = (Int32(n), Int32(0), Int32(0))
        var unused: Float = 0
        var left = Matrix(rows: n, columns: n)
        // LAPACK's Vᵀ, column by column, has the coordinates of all vectors in each row.
        var right = left
        left.withUnsafeMutableBufferPointer { u in
            right.withUnsafeMutableBufferPointer { v in
                var work = [Float](repeating: 0, count: 3 * n * n + 4 * n)
                var integers = [Int32](repeating: 0, count: 8 * n)
                table.sbdsdc(
                    "U", "I", &order, &values, &offDiagonal, u.baseAddress, &order, v.baseAddress, &order, &unused,
                    &unusedInteger, &work, &integers, &info)
            }
        }
        try check("sbdsdc", info)
        return (left, values, right.transposed())
    }
}
