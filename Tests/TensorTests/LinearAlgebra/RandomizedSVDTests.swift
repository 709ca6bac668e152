import Tensor
import Testing
import _TestSupport

@Suite struct RandomizedSVDTests {
    /// A matrix whose singular values fall by a factor from one to the next.
    private func decaying(_ rows: Int, _ columns: Int, rank: Int, factor: Float, seed: UInt64 = 1) throws -> Matrix {
        let left = try randomMatrix(rows: rows, columns: rank, seed: seed).orthonormalized()
        let right = try randomMatrix(rows: columns, columns: rank, seed: seed + 1).orthonormalized()
        var (values, value) = ([Float](), Float(100))
        for _ in 0..<rank {
            values.append(value)
            value *= factor
        }
        return left.times(diagonal(values)).times(right, transposingOther: true)
    }

    @Test(
        "the greatest singular values and vectors are found", arguments: [(400, 60), (60, 400), (2300, 50), (40, 40)])
    func accuracy(rows: Int, columns: Int) throws {
        let matrix = try decaying(rows, columns, rank: min(rows, columns), factor: 0.8)
        let (exact, found) = (try matrix.thinSVD(), try matrix.randomizedSVD(count: 6, powerIterations: 4, seed: 3))
        #expect(found.u.rows == rows && found.u.columns == 6)
        #expect(found.vTransposed.rows == 6 && found.vTransposed.columns == columns)
        expectOrthonormal(columns: found.u)
        expectOrthonormal(columns: found.vTransposed.transposed())
        expectClose(found.singularValues, Array(exact.singularValues.prefix(6)), relativeTolerance: 1e-5)
        expectClose(found.vTransposed, exact.vTransposed.rows(in: 0..<6), relativeTolerance: 0, absoluteTolerance: 5e-5)
        expectClose(found.u, exact.u.columns(in: 0..<6), relativeTolerance: 0, absoluteTolerance: 5e-5)
    }

    @Test("power iterations bring the values nearer, and never above the exact ones")
    func iterations() throws {
        let matrix = randomMatrix(rows: 300, columns: 200, seed: 5)
        let exact = try matrix.thinSVD().singularValues.prefix(10)
        func error(_ iterations: Int) throws -> Float {
            let found = try matrix.randomizedSVD(count: 10, powerIterations: iterations, seed: 1).singularValues
            #expect(zip(found, exact).allSatisfy { $0 <= $1 * 1.00001 })
            return zip(found, exact).reduce(0) { $0 + $1.1 - $1.0 }
        }
        let errors = try [0, 1, 4, 12].map(error)
        #expect(zip(errors, errors.dropFirst()).allSatisfy { $0 > $1 }, "\(errors)")
        #expect(errors[3] < errors[0] / 20)
    }

    @Test("small singular values survive many iterations, because every basis is made orthonormal")
    func stability() throws {
        // Powers of A·Aᵀ without that would lose all below 10⁻² after the second iteration.
        let matrix = try decaying(500, 80, rank: 12, factor: 0.35)
        let found = try matrix.randomizedSVD(count: 12, oversampling: 0, powerIterations: 10, seed: 2)
        for (index, value) in found.singularValues.enumerated() {
            var expected: Float = 100
            for _ in 0..<index { expected *= 0.35 }
            expectClose(Double(value), Double(expected), relativeTolerance: 1e-3, absoluteTolerance: 2e-5)
        }
        expectOrthonormal(columns: found.u)
    }

    @Test(
        "a matrix of less rank than was asked for has orthonormal vectors and values of 0",
        arguments: [(200, 30), (2200, 30)])
    func deficient(rows: Int, columns: Int) throws {
        let low = randomMatrix(rows: rows, columns: 2, seed: 6).times(randomMatrix(rows: 2, columns: columns, seed: 7))
        let found = try low.randomizedSVD(count: 5, seed: 1)
        #expect(found.rank() == 2)
        expectOrthonormal(columns: found.u)
        expectOrthonormal(columns: found.vTransposed.transposed())
        expectClose(found.reconstructed(), low, absoluteTolerance: 2e-5)
        #expect(try Matrix(rows: rows, columns: columns).randomizedSVD(count: 3).singularValues == [0, 0, 0])
    }

    @Test("a sketch as wide as the matrix is exact")
    func wholeSketch() throws {
        let matrix = randomMatrix(rows: 30, columns: 9, seed: 8)
        let found = try matrix.randomizedSVD(count: 9, oversampling: 100, powerIterations: 0)
        expectClose(found.singularValues, try matrix.thinSVD().singularValues, relativeTolerance: 1e-5)
        expectClose(found.reconstructed(), matrix, absoluteTolerance: 1e-5)
        expectClose(try Matrix([[-3]]).randomizedSVD(count: 1).singularValues, [3])
    }

    @Test("the seed decides the sketch")
    func seeds() throws {
        let matrix = randomMatrix(rows: 200, columns: 80, seed: 2)
        func values(_ seed: UInt64) throws -> [UInt32] {
            let found = try matrix.randomizedSVD(count: 3, powerIterations: 1, seed: seed)
            return bits(found.u, found.vTransposed)
        }
        #expect(try values(1) == values(1))
        #expect(try values(1) != values(2))
    }

    @Test("values and vectors are those of scikit-learn")
    func references() throws {
        let expected = try LinearReferences.load().randomized
        let left = formula(expected.rows, 20), right = formula(20, expected.columns, offset: 5)
        var values: [Float] = []
        for i in 0..<expected.rows {
            for j in 0..<expected.columns {
                var (sum, scale) = (0.0, 1.0)
                for k in 0..<20 {
                    sum += Double(left[i, k]) * scale * Double(right[k, j])
                    scale *= 0.8
                }
                values.append(Float(sum))
            }
        }
        let matrix = Matrix(rows: expected.rows, columns: expected.columns, values: values)
        let found = try matrix.randomizedSVD(count: 4, oversampling: 10, powerIterations: 4)
        expectClose(found.singularValues, expected.values, relativeTolerance: 1e-4)
        expectClose(found.vTransposed.elements, expected.v, absoluteTolerance: 1e-3)
        expectClose(found.u.rows(in: 0..<20).elements, expected.u, absoluteTolerance: 1e-3)
    }

    @Test("parameters outside their range are refused")
    func parameters() {
        let matrix = randomMatrix(rows: 6, columns: 4, seed: 1)
        for count in [-1, 0, 5] { #expect(throws: TensorError.self) { try matrix.randomizedSVD(count: count) } }
        #expect(throws: TensorError.self) { try matrix.randomizedSVD(count: 2, oversampling: -1) }
        #expect(throws: TensorError.self) { try matrix.randomizedSVD(count: 2, powerIterations: -1) }
        #expect(throws: TensorError.self) { try Matrix(rows: 0, columns: 4).randomizedSVD(count: 1) }
    }
}
