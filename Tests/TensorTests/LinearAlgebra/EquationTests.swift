import Tensor
import Testing
import _TestSupport

@Suite struct EquationTests {
    /// Far from singular.
    private func wellConditioned(_ n: Int, seed: UInt64) -> Matrix {
        var matrix = randomMatrix(rows: n, columns: n, seed: seed)
        for i in 0..<n { matrix[i, i] += 3 * Float(n).squareRoot() }
        return matrix
    }

    private func definite(_ n: Int, seed: UInt64) -> Matrix {
        let factor = randomMatrix(rows: n + 20, columns: n, seed: seed)
        return factor.times(factor, transposingSelf: true)
    }

    @Test("solutions fulfil their equations", arguments: [(1, 1), (2, 3), (17, 1), (64, 5), (150, 40), (5, 0), (0, 2)])
    func solutions(n: Int, count: Int) throws {
        let right = randomMatrix(rows: n, columns: count, seed: 2)
        let general = wellConditioned(n, seed: 1)
        expectClose(
            general.times(try general.solve(right)), right, absoluteTolerance: 2e-5)
        expectClose(general.times(try general.inverse()), .identity(n), absoluteTolerance: 2e-5)
        #expect(try general.lu().determinant == LUDecomposition(general).determinant)
        let symmetric = definite(n, seed: 3)
        expectClose(
            symmetric.times(try symmetric.solvePositiveDefinite(right)), right, absoluteTolerance: 2e-3)
        var (lower, upper) = (general, general)
        for i in 0..<n {
            for j in 0..<i { upper[i, j] = 0 }
            for j in i + 1..<max(n, i + 1) { lower[i, j] = 0 }
        }
        for (triangle, matrix) in [(Matrix.Triangle.lower, lower), (.upper, upper)] {
            let plain = try general.solveTriangular(triangle, right)
            expectClose(matrix.times(plain), right, absoluteTolerance: 2e-5)
            let transposed = try general.solveTriangular(triangle, right, transposing: true)
            expectClose(matrix.times(transposed, transposingSelf: true), right, absoluteTolerance: 2e-5)
        }
    }

    @Test("solutions, factors and determinants are those of numpy and scipy")
    func references() throws {
        let expected = try LinearReferences.load().equations
        let n = expected.n
        let matrix = formula(n, n), right = formula(n, expected.columns, offset: 2)
        let definite = Matrix(rows: n, columns: n, values: expected.definite)
        func expect(_ actual: Matrix, _ values: [Float], _ location: SourceLocation = #_sourceLocation) {
            let scale = values.map { abs($0) }.max() ?? 0
            expectClose(
                actual.elements, values, relativeTolerance: 1e-4, absoluteTolerance: 1e-4 * scale,
                sourceLocation: location)
        }
        expect(try matrix.solve(right), expected.solution)
        expect(try definite.solvePositiveDefinite(right), expected.definiteSolution)
        expect(try definite.cholesky().lower, expected.cholesky)
        expect(try matrix.solveTriangular(.lower, right), expected.lower)
        expect(try matrix.solveTriangular(.upper, right), expected.upper)
        expect(try matrix.solveTriangular(.lower, right, transposing: true), expected.lowerTransposed)
        expect(try matrix.solveTriangular(.upper, right, unitDiagonal: true), expected.upperUnit)
        let factors = try LUDecomposition(matrix)
        expectClose(factors.determinant, expected.determinant, relativeTolerance: 1e-4)
        #expect(factors.logDeterminant.sign == expected.sign)
        expectClose(factors.logDeterminant.logMagnitude, expected.logDeterminant, relativeTolerance: 1e-4)
        expectClose(
            try definite.cholesky().logDeterminant, expected.definiteLogDeterminant, relativeTolerance: 1e-4)
    }

    @Test("the Cholesky factor is a lower triangle that multiplies back", arguments: [1, 2, 33, 130])
    func cholesky(n: Int) throws {
        let matrix = definite(n, seed: 4)
        let lower = try matrix.cholesky().lower
        for i in 0..<n {
            #expect(lower[i, i] > 0)
            for j in i + 1..<max(n, i + 1) { #expect(lower[i, j] == 0) }
        }
        expectClose(
            lower.times(lower, transposingOther: true), matrix, relativeTolerance: 1e-5, absoluteTolerance: 1e-4)
    }

    @Test("determinants follow row exchanges, products and scale")
    func determinants() throws {
        #expect(try LUDecomposition(Matrix(rows: 0, columns: 0)).determinant == 1)
        #expect(try LUDecomposition(Matrix([[-4]])).determinant == -4)
        expectClose(try LUDecomposition(Matrix([[0, 2], [3, 0]])).determinant, -6)
        #expect(try LUDecomposition(Matrix([[0, 1, 0], [0, 0, 1], [1, 0, 0]])).logDeterminant == (1, 0))
        let singular = try LUDecomposition(Matrix([[1, 2], [2, 4]]))
        #expect(singular.isSingular && singular.determinant == 0)
        #expect(singular.logDeterminant == (0, -.infinity))
        // 200 factors of 10³: too great for a number, not for its logarithm.
        let great = try LUDecomposition(diagonal([Float](repeating: 1000, count: 200)))
        #expect(great.determinant == .infinity)
        expectClose(great.logDeterminant.logMagnitude, 200 * 6.907755278982137)
    }

    @Test("singular and indefinite matrices are refused in words")
    func refusals() throws {
        let singular = Matrix([[1, 2], [2, 4]])
        let right = Matrix([[1], [1]])
        let error = #expect(throws: TensorError.linearAlgebra(routine: "sgetrf", info: 2)) { try singular.solve(right) }
        #expect("\(try #require(error))".contains("singular"))
        let indefinite = #expect(throws: TensorError.linearAlgebra(routine: "spotrf", info: 2)) {
            try Matrix([[1, 2], [2, 1]]).cholesky()
        }
        #expect("\(try #require(indefinite))".contains("not positive definite"))
        let triangle = #expect(throws: TensorError.linearAlgebra(routine: "strtrs", info: 1)) {
            try Matrix([[0, 2], [2, 1]]).solveTriangular(.upper, right)
        }
        #expect("\(try #require(triangle))".contains("row 0"))
        #expect("\(TensorError.linearAlgebra(routine: "sbdsdc", info: 1))".contains("did not converge"))
        #expect("\(TensorError.linearAlgebra(routine: "sgeqrf", info: -4))".contains("argument 4"))
    }

    @Test("shapes that do not fit are refused")
    func shapes() {
        let (square, wide, right) = (identity(3), Matrix(rows: 2, columns: 3), Matrix(rows: 2, columns: 1))
        #expect(throws: TensorError.self) { try square.solve(right) }
        #expect(throws: TensorError.self) { try wide.solve(right) }
        #expect(throws: TensorError.self) { try square.solvePositiveDefinite(right) }
        #expect(throws: TensorError.self) { try wide.cholesky() }
        #expect(throws: TensorError.self) { try square.solveTriangular(.lower, right) }
        #expect(throws: TensorError.self) { try wide.solveTriangular(.lower, right) }
        #expect(throws: TensorError.self) { try square.leastSquares(right) }
        for cutoff in [-1, 1, Float.nan] {
            #expect(throws: TensorError.self) { try square.pseudoInverse(relativeCutoff: cutoff) }
        }
    }
}

@Suite struct LeastSquaresTests {
    @Test("solutions, ranks and pseudo-inverses are those of numpy")
    func references() throws {
        for expected in try LinearReferences.load().leastSquares {
            let matrix = Matrix(rows: expected.rows, columns: expected.columns, values: expected.a)
            let right = formula(expected.rows, 2, offset: 4)
            let found = try matrix.leastSquares(right, relativeCutoff: 1e-4)
            #expect(found.rank == expected.rank)
            let scale = expected.solution.map { abs($0) }.max() ?? 0
            expectClose(
                found.solution.elements, expected.solution, relativeTolerance: 1e-4, absoluteTolerance: 1e-4 * scale)
            expectClose(
                found.residualSumsOfSquares.map { Float($0) }, expected.residual, relativeTolerance: 1e-4,
                absoluteTolerance: 1e-6)
            let inverse = try matrix.pseudoInverse(relativeCutoff: 1e-4)
            let inverseScale = expected.inverse.map { abs($0) }.max() ?? 0
            expectClose(
                inverse.elements, expected.inverse, relativeTolerance: 1e-4, absoluteTolerance: 1e-4 * inverseScale)
        }
    }

    @Test(
        "the pseudo-inverse fulfils Penrose's four conditions",
        arguments: [(12, 5, 5), (5, 12, 5), (20, 20, 7), (2100, 6, 3), (1, 1, 1)])
    func penrose(rows: Int, columns: Int, rank: Int) throws {
        let a = randomMatrix(rows: rows, columns: rank, seed: 1).times(
            randomMatrix(rows: rank, columns: columns, seed: 2))
        let p = try a.pseudoInverse()
        #expect(p.rows == columns && p.columns == rows)
        let scale = a.elements.map { abs($0) }.max() ?? 0
        let inverseScale = p.elements.map { abs($0) }.max() ?? 0
        expectClose(a.times(p).times(a), a, relativeTolerance: 0, absoluteTolerance: 1e-4 * scale)
        expectClose(p.times(a).times(p), p, relativeTolerance: 0, absoluteTolerance: 1e-4 * inverseScale)
        let right = p.times(a)
        expectClose(right, right.transposed(), relativeTolerance: 0, absoluteTolerance: 1e-4)
        guard rows < 1000 else { return }
        let left = a.times(p)
        expectClose(left, left.transposed(), relativeTolerance: 0, absoluteTolerance: 1e-4)
    }

    @Test(
        "zeros, and matrices without rows or columns, have pseudo-inverses of zeros",
        arguments: [(3, 2), (0, 2), (2, 0), (0, 0)])
    func zeros(rows: Int, columns: Int) throws {
        let matrix = Matrix(rows: rows, columns: columns)
        #expect(try matrix.pseudoInverse() == Matrix(rows: columns, columns: rows))
        let found = try matrix.leastSquares(Matrix(rows: rows, columns: 2, repeating: 1))
        #expect(found.solution == Matrix(rows: columns, columns: 2) && found.rank == 0)
        #expect(found.residualSumsOfSquares == [Double(rows), Double(rows)])
    }

    @Test("residuals are orthogonal to the columns")
    func residuals() throws {
        let (a, b) = (randomMatrix(rows: 500, columns: 20, seed: 3), randomMatrix(rows: 500, columns: 2, seed: 4))
        let found = try a.leastSquares(b)
        let fitted = a.times(found.solution)
        let residual = Matrix(rows: 500, columns: 2, values: zip(b.elements, fitted.elements).map { $0 - $1 })
        expectClose(a.times(residual, transposingSelf: true), Matrix(rows: 20, columns: 2), absoluteTolerance: 5e-4)
        expectClose(found.residualSumsOfSquares[0], residual.transposed().rowSquaredNorms()[0], relativeTolerance: 1e-5)
    }
}
