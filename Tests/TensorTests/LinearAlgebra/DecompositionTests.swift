import Tensor
import Testing
import _TestSupport

@Suite struct SingularValueTests {
    /// Square, tall, wide, much longer than wide (by a triangle), and long enough for tiles of rows.
    static let shapes = [
        (1, 1), (1, 5), (5, 1), (7, 4), (4, 7), (60, 60), (131, 70), (70, 131), (300, 65), (65, 300), (2500, 33),
        (33, 2500),
    ]

    private func check(_ svd: SingularValueDecomposition, of matrix: Matrix, tolerance: Float = 5e-6) {
        let greatest = svd.singularValues.first ?? 0
        expectOrthonormal(columns: svd.u)
        expectOrthonormal(columns: svd.vTransposed.transposed())
        expectClose(
            svd.reconstructed(), matrix, relativeTolerance: 0, absoluteTolerance: tolerance * max(greatest, 1e-30))
        #expect(zip(svd.singularValues, svd.singularValues.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(svd.singularValues.allSatisfy { $0 >= 0 })
        for row in 0..<min(svd.singularValues.count, svd.vTransposed.rows) {
            let values = svd.vTransposed.row(row)
            #expect(values.max() == values.map { abs($0) }.max(), "vector \(row) is turned the wrong way")
        }
    }

    @Test(
        "the thin SVD has orthonormal factors, fixed signs, multiplies back, and has the twin's values",
        arguments: shapes)
    func thin(rows: Int, columns: Int) throws {
        let matrix = randomMatrix(rows: rows, columns: columns, seed: 1)
        let svd = try matrix.thinSVD()
        #expect(svd.u.rows == rows && svd.u.columns == min(rows, columns))
        #expect(svd.vTransposed.rows == min(rows, columns) && svd.vTransposed.columns == columns)
        check(svd, of: matrix)
        guard rows * columns < 10_000 || min(rows, columns) < 40 else { return }
        let expected = naiveSingularValues(matrix).map { Float($0) }
        expectClose(svd.singularValues, expected, relativeTolerance: 0, absoluteTolerance: 2e-6 * expected[0])
    }

    @Test(
        "the full SVD completes both bases", arguments: [(1, 4), (4, 1), (9, 5), (5, 9), (80, 30), (30, 80), (20, 20)])
    func full(rows: Int, columns: Int) throws {
        let matrix = randomMatrix(rows: rows, columns: columns, seed: 2)
        let (full, thin) = (try matrix.fullSVD(), try matrix.thinSVD())
        #expect(full.u.rows == rows && full.u.columns == rows)
        #expect(full.vTransposed.rows == columns && full.vTransposed.columns == columns)
        check(full, of: matrix)
        expectClose(full.singularValues, thin.singularValues, relativeTolerance: 1e-5)
    }

    @Test(
        "matrices of low rank, of zeros and of equal rows have orthonormal vectors, too",
        arguments: [(90, 40), (40, 90), (2600, 20), (30, 28)])
    func deficient(rows: Int, columns: Int) throws {
        let low = randomMatrix(rows: rows, columns: 3, seed: 3).times(randomMatrix(rows: 3, columns: columns, seed: 4))
        let svd = try low.thinSVD()
        check(svd, of: low)
        #expect(svd.rank() == 3)
        let zeros = Matrix(rows: rows, columns: columns)
        let nothing = try zeros.thinSVD()
        check(nothing, of: zeros)
        #expect(nothing.rank() == 0 && nothing.singularValues.allSatisfy { $0 == 0 })
        let equal = Matrix(rows: rows, columns: columns, repeating: 2)
        let one = try equal.thinSVD()
        check(one, of: equal)
        #expect(one.rank() == 1)
    }

    @Test("very great and very small numbers neither overflow nor vanish", arguments: [Float(0x1p110), 0x1p-110])
    func extremes(scale: Float) throws {
        let matrix = randomMatrix(rows: 50, columns: 20, seed: 5)
        let scaled = Matrix(rows: 50, columns: 20, values: matrix.elements.map { $0 * scale })
        let (plain, extreme) = (try matrix.thinSVD(), try scaled.thinSVD())
        expectClose(extreme.singularValues.map { $0 / scale }, plain.singularValues, relativeTolerance: 1e-5)
        expectClose(extreme.u, plain.u, absoluteTolerance: 1e-4)
        let symmetric = symmetricFormula(20)
        let great = Matrix(rows: 20, columns: 20, values: symmetric.elements.map { $0 * scale })
        expectClose(
            try great.symmetricEigen().eigenvalues.map { $0 / scale }, try symmetric.symmetricEigen().eigenvalues,
            relativeTolerance: 1e-5, absoluteTolerance: 1e-6)
        let sketch = try scaled.randomizedSVD(count: 5)
        expectClose(
            sketch.singularValues.map { $0 / scale }, Array(plain.singularValues.prefix(5)), relativeTolerance: 1e-3)
    }

    @Test("values and vectors are those of scipy")
    func references() throws {
        let references = try LinearReferences.load()
        for expected in references.svd {
            let svd = try formula(expected.rows, expected.columns).thinSVD()
            expectClose(svd.singularValues, expected.values, relativeTolerance: 1e-5)
            expectClose(svd.vTransposed.elements, expected.v, absoluteTolerance: 2e-5)
            expectClose(svd.u.elements, expected.u, absoluteTolerance: 2e-5)
        }
        for expected in references.values {
            let svd = try formula(expected.rows, expected.columns).thinSVD()
            expectClose(
                svd.singularValues, expected.values, relativeTolerance: 1e-5,
                absoluteTolerance: 2e-6 * expected.values[0])
        }
    }

    @Test("a matrix without rows or columns has no singular values", arguments: [(0, 0), (0, 3), (3, 0)])
    func empty(rows: Int, columns: Int) throws {
        let matrix = Matrix(rows: rows, columns: columns)
        let thin = try matrix.thinSVD()
        #expect(thin.singularValues.isEmpty && thin.rank() == 0)
        #expect(thin.u.rows == rows && thin.u.columns == 0)
        #expect(thin.vTransposed.rows == 0 && thin.vTransposed.columns == columns)
        #expect(thin.reconstructed() == matrix)
        let full = try matrix.fullSVD()
        #expect(full.u == identity(rows) && full.vTransposed == identity(columns))
    }
}

@Suite struct SymmetricEigenTests {
    @Test(
        "all eigenvectors are orthonormal, stretched by their values, and turned one way",
        arguments: [1, 2, 3, 40, 65, 130])
    func all(n: Int) throws {
        let matrix = symmetricFormula(n)
        let eigen = try matrix.symmetricEigen()
        #expect(eigen.eigenvalues.count == n)
        #expect(zip(eigen.eigenvalues, eigen.eigenvalues.dropFirst()).allSatisfy { $0 <= $1 })
        expectOrthonormal(columns: eigen.eigenvectors.transposed())
        let greatest = eigen.eigenvalues.map { abs($0) }.max() ?? 0
        expectClose(
            eigen.eigenvectors.times(matrix), diagonal(eigen.eigenvalues).times(eigen.eigenvectors),
            relativeTolerance: 0,
            absoluteTolerance: 4e-6 * greatest)
        for row in 0..<n {
            #expect(eigen.eigenvectors.row(row).max() == eigen.eigenvectors.row(row).map { abs($0) }.max())
        }
        // Their magnitudes are the singular values.
        let magnitudes = eigen.eigenvalues.map { abs($0) }.sorted(by: >)
        expectClose(
            magnitudes, naiveSingularValues(matrix).map { Float($0) }, relativeTolerance: 0,
            absoluteTolerance: 2e-6 * greatest)
    }

    @Test(
        "the largest and smallest few are the ends of all",
        arguments: [(1, 1), (30, 2), (30, 17), (200, 1), (200, 16), (200, 17), (5, 0)])
    func few(n: Int, count: Int) throws {
        let matrix = symmetricFormula(n)
        let all = try matrix.symmetricEigen()
        let (largest, smallest) = (
            try matrix.symmetricEigen(.largest(count)), try matrix.symmetricEigen(.smallest(count))
        )
        let tolerance = 3e-6 * (all.eigenvalues.map { abs($0) }.max() ?? 0)
        expectClose(
            largest.eigenvalues, all.eigenvalues.suffix(count), relativeTolerance: 0, absoluteTolerance: tolerance)
        expectClose(
            smallest.eigenvalues, all.eigenvalues.prefix(count), relativeTolerance: 0, absoluteTolerance: tolerance)
        for found in [largest, smallest] {
            #expect(found.eigenvectors.rows == count && found.eigenvectors.columns == n)
            expectOrthonormal(columns: found.eigenvectors.transposed())
            expectClose(
                found.eigenvectors.times(matrix), diagonal(found.eigenvalues).times(found.eigenvectors),
                relativeTolerance: 0,
                absoluteTolerance: 2 * tolerance)
        }
    }

    @Test("equal eigenvalues have orthonormal vectors, whichever way they are found", arguments: [1, 4, 60])
    func repeated(count: Int) throws {
        let factor = randomMatrix(rows: 60, columns: 5, seed: 1)
        for matrix in [identity(60), factor.times(factor, transposingOther: true), Matrix(rows: 60, columns: 60)] {
            for selection in [SymmetricEigenDecomposition.Selection.largest(count), .smallest(count)] {
                let eigen = try matrix.symmetricEigen(selection)
                expectOrthonormal(columns: eigen.eigenvectors.transposed())
                let scale = max(1, eigen.eigenvalues.last ?? 0)
                expectClose(
                    eigen.eigenvectors.times(matrix), diagonal(eigen.eigenvalues).times(eigen.eigenvectors),
                    relativeTolerance: 0,
                    absoluteTolerance: 5e-6 * max(scale, 100))
            }
        }
    }

    @Test("only the lower triangle is read")
    func lowerTriangle() throws {
        var matrix = symmetricFormula(12)
        let expected = try matrix.symmetricEigen()
        for i in 0..<12 { for j in i + 1..<12 { matrix[i, j] = 99 } }
        let found = try matrix.symmetricEigen()
        expectClose(found.eigenvalues, expected.eigenvalues)
        expectClose(found.eigenvectors, expected.eigenvectors, absoluteTolerance: 1e-5)
    }

    @Test("values and vectors are those of scipy")
    func references() throws {
        for expected in try LinearReferences.load().eigen {
            let eigen = try symmetricFormula(expected.n).symmetricEigen()
            expectClose(eigen.eigenvalues, expected.values, relativeTolerance: 1e-5, absoluteTolerance: 5e-6)
            expectClose(eigen.eigenvectors.elements, expected.vectors, absoluteTolerance: 2e-4)
        }
    }

    @Test("a matrix without rows has no eigenvalues; shapes and counts that make no sense are refused")
    func bounds() throws {
        #expect(try Matrix(rows: 0, columns: 0).symmetricEigen().eigenvalues.isEmpty)
        #expect(throws: TensorError.shape("eigenvalues need a square matrix, not 2 × 3")) {
            try Matrix(rows: 2, columns: 3).symmetricEigen()
        }
        for count in [-1, 4] {
            #expect(throws: TensorError.self) { try identity(3).symmetricEigen(.largest(count)) }
            #expect(throws: TensorError.self) { try identity(3).symmetricEigen(.smallest(count)) }
        }
    }
}

@Suite struct QRTests {
    private func check(_ qr: QRDecomposition, of matrix: Matrix) {
        expectOrthonormal(columns: qr.q)
        // The error is small against the length of a column.
        let scale = Float(matrix.rowSquaredNorms().reduce(0, +).squareRoot())
        expectClose(qr.q.times(qr.r), matrix, relativeTolerance: 0, absoluteTolerance: 1e-6 * max(1, scale))
        for i in 0..<qr.r.rows {
            for j in 0..<min(i, qr.r.columns) { #expect(qr.r[i, j] == 0) }
            if i < qr.r.columns { #expect(qr.r[i, i] >= 0) }
        }
    }

    @Test(
        "thin and full QR multiply back; Q is orthonormal, R a triangle whose diagonal is not negative",
        arguments: [
            (1, 1), (1, 4), (4, 1), (9, 6), (6, 9), (70, 70), (200, 130), (130, 200), (2048, 5), (3100, 70),
        ])
    func qr(rows: Int, columns: Int) throws {
        let matrix = randomMatrix(rows: rows, columns: columns, seed: 1)
        let thin = try matrix.thinQR()
        #expect(thin.q.columns == min(rows, columns) && thin.r.rows == min(rows, columns))
        check(thin, of: matrix)
        guard rows < 1000 else { return }
        let full = try matrix.fullQR()
        #expect(full.q.columns == rows && full.r.rows == rows)
        check(full, of: matrix)
        expectClose(full.r.rows(in: 0..<min(rows, columns)), thin.r, absoluteTolerance: 1e-5)
    }

    @Test("Q is orthonormal for dependent columns, too", arguments: [(40, 12), (2500, 12), (9000, 12)])
    func deficient(rows: Int, columns: Int) throws {
        let low = randomMatrix(rows: rows, columns: 2, seed: 2).times(randomMatrix(rows: 2, columns: columns, seed: 3))
        check(try low.thinQR(), of: low)
        // Of equal columns rounding is left, then rounding of that, until numbers are too small to keep their digits.
        for value in [Float(0), 2] {
            let equal = Matrix(rows: rows, columns: 20, repeating: value)
            check(try equal.thinQR(), of: equal)
        }
        expectOrthonormal(columns: try low.orthonormalized())
    }

    @Test("tiles of rows give the factors of the whole")
    func tiles() throws {
        // 2047 rows of 5 columns are one tile, 2048 are two.
        let matrix = randomMatrix(rows: 2048, columns: 5, seed: 4)
        let tiled = try matrix.thinQR()
        let whole = try Matrix(concatenatingColumns: [matrix, randomMatrix(rows: 2048, columns: 700, seed: 5)]).thinQR()
        expectClose(tiled.q, whole.q.columns(in: 0..<5), absoluteTolerance: 1e-6)
        expectClose(
            tiled.r, whole.r.rows(in: 0..<5).columns(in: 0..<5), relativeTolerance: 1e-5, absoluteTolerance: 1e-5)
    }

    @Test("factors are those of numpy")
    func references() throws {
        for expected in try LinearReferences.load().qr {
            let qr = try formula(expected.rows, expected.columns).thinQR()
            expectClose(qr.q.elements, expected.q, absoluteTolerance: 1e-5)
            expectClose(qr.r.elements, expected.r, absoluteTolerance: 1e-5)
        }
    }

    @Test("a matrix without rows or columns has a Q without columns", arguments: [(0, 0), (0, 3), (3, 0)])
    func empty(rows: Int, columns: Int) throws {
        let thin = try Matrix(rows: rows, columns: columns).thinQR()
        #expect(thin.q == Matrix(rows: rows, columns: 0) && thin.r == Matrix(rows: 0, columns: columns))
        let full = try Matrix(rows: rows, columns: columns).fullQR()
        #expect(full.q == identity(rows) && full.r == Matrix(rows: rows, columns: columns))
    }

    @Test("a basis needs as many rows as columns")
    func badShapes() {
        #expect(throws: TensorError.self) { try Matrix(rows: 2, columns: 3).orthonormalized() }
    }
}
