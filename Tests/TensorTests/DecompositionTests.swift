import Tensor
import Testing
import _TestSupport

@Suite struct DecompositionTests {
    func diagonal(_ values: [Float]) -> Matrix {
        var result = Matrix(rows: values.count, columns: values.count)
        for (index, value) in values.enumerated() { result[index, index] = value }
        return result
    }

    @Test(
        "the SVD multiplies back to the matrix, with orthonormal factors",
        arguments: [(7, 4), (4, 7), (60, 60), (1, 5)])
    func svd(rows: Int, columns: Int) throws {
        let matrix = randomMatrix(rows: rows, columns: columns, seed: 1)
        let svd = try matrix.thinSVD()
        let rank = min(rows, columns)
        expectClose(
            svd.u.times(diagonal(svd.values)).times(svd.vTransposed), matrix, relativeTolerance: 1e-4,
            absoluteTolerance: 1e-5)
        let identity = diagonal([Float](repeating: 1, count: rank))
        expectClose(svd.u.times(svd.u, transposingSelf: true), identity, absoluteTolerance: 1e-5)
        expectClose(svd.vTransposed.times(svd.vTransposed, transposingOther: true), identity, absoluteTolerance: 1e-5)
        #expect(zip(svd.values, svd.values.dropFirst()).allSatisfy { $0 >= $1 })
    }

    @Test("eigenvectors of a symmetric matrix are stretched by their eigenvalues")
    func eigen() throws {
        let factor = randomMatrix(rows: 30, columns: 12, seed: 2)
        let matrix = factor.times(factor, transposingSelf: true)
        let eigen = try matrix.symmetricEigen()
        #expect(zip(eigen.values, eigen.values.dropFirst()).allSatisfy { $0 <= $1 })
        expectClose(
            eigen.vectors.times(matrix), diagonal(eigen.values).times(eigen.vectors), relativeTolerance: 1e-4,
            absoluteTolerance: 1e-4)
    }

    @Test("an orthonormal basis spans the columns")
    func basis() throws {
        let matrix = randomMatrix(rows: 40, columns: 6, seed: 3)
        let q = try matrix.orthonormalized()
        let identity = diagonal([Float](repeating: 1, count: 6))
        expectClose(q.times(q, transposingSelf: true), identity, absoluteTolerance: 1e-5)
        expectClose(
            q.times(q.times(matrix, transposingSelf: true)), matrix, relativeTolerance: 1e-4, absoluteTolerance: 1e-5)
    }

    @Test("shapes that cannot be decomposed are refused with words")
    func badShapes() {
        #expect(throws: TensorError.self) { try Matrix(rows: 2, columns: 3).symmetricEigen() }
        #expect(throws: TensorError.self) { try Matrix(rows: 2, columns: 3).orthonormalized() }
    }

    @Test("OpenBLAS runs with kernels of its own choice or ours, and says which")
    func core() throws {
        let identity = try LAPACK.identity()
        #expect(!identity.core.isEmpty)
        #expect(identity.configuration.contains("OpenBLAS"))
    }
}
