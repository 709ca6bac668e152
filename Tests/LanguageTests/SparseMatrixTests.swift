import Language
import Tensor
import Testing
import _TestSupport

@Suite struct SparseMatrixTests {
    private func random(rows: Int, columns: Int, density: Double, seed: UInt64) -> SparseMatrix {
        var source = RandomSource(seed: seed, stage: "sparse")
        var offsets = [0]
        var indices: [Int32] = []
        for _ in 0..<rows {
            indices += (0..<Int32(columns)).filter { _ in source.uniform() < density }
            offsets.append(indices.count)
        }
        let values = indices.map { _ in Float(source.normal()) }
        return SparseMatrix(columns: columns, rowOffsets: offsets, columnIndices: indices, values: values)
    }

    @Test(arguments: [(0, 3), (1, 1), (7, 5), (300, 40), (40, 300)])
    func `Products and sums equal the dense ones`(rows: Int, columns: Int) {
        let sparse = random(rows: rows, columns: columns, density: 0.2, seed: 1)
        let dense = sparse.dense()
        let other = randomMatrix(rows: columns, columns: 9, seed: 2)
        expectClose(sparse.times(other), dense.times(other), relativeTolerance: 1e-4, absoluteTolerance: 1e-4)
        #expect(sparse.transposed().dense() == dense.transposed())
        #expect(sparse.transposed().transposed() == sparse)
        expectClose(
            sparse.columnSums().map { Float($0) }, dense.columnSums().map { Float($0) }, absoluteTolerance: 1e-4)
    }

    @Test func `A row of a product does not depend on its batch or on threads`() {
        let sparse = random(rows: 700, columns: 50, density: 0.1, seed: 3)
        let other = randomMatrix(rows: 50, columns: 33, seed: 4)
        let all = withThreads(1) { sparse.times(other) }
        #expect(all == withThreads(4) { sparse.times(other) })
        let range = sparse.rowOffsets[600]..<sparse.rowOffsets[601]
        let row = SparseMatrix(
            columns: 50, rowOffsets: [0, range.count], columnIndices: Array(sparse.columnIndices[range]),
            values: Array(sparse.values[range]))
        #expect(Array(row.times(other).row(0)) == Array(all.row(600)))
    }

    @Test func `Normalized rows have length 1, and zero rows stay`() {
        let rows = random(rows: 60, columns: 20, density: 0.1, seed: 5).normalizedRows().dense()
        for row in 0..<rows.rows {
            let length = rows.row(row).reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
            #expect(length == 0 || abs(length - 1) < 1e-5)
        }
    }

    @Test func `Rows are summed by group`() {
        let sparse = SparseMatrix(
            columns: 3, rowOffsets: [0, 2, 3, 3, 5], columnIndices: [0, 2, 1, 0, 2], values: [1, 2, 3, 4, 5])
        let sums = sparse.summingRows(by: [1, nil, 0, 1], count: 3)
        #expect(sums.dense() == Matrix([[0, 0, 0], [5, 0, 7], [0, 0, 0]]))
    }

    @Test(arguments: [(60, 30), (30, 60), (50, 50)])
    func `The truncated decomposition equals the exact one`(rows: Int, columns: Int) throws {
        let sparse = random(rows: rows, columns: columns, density: 0.2, seed: 6)
        let exact = try sparse.dense().thinSVD()
        for oversampling in [nil, 12] {
            let found = try sparse.truncatedSVD(count: 8, oversampling: oversampling, iterations: 12)
            expectClose(found.singularValues, exact.singularValues.prefix(8), relativeTolerance: 1e-4)
            let product = found.components.times(found.components, transposingOther: true)
            for i in 0..<8 { for j in 0..<8 { #expect(abs(product[i, j] - (i == j ? 1 : 0)) < 1e-4) } }
            for i in 0..<8 {
                let largest = found.components.row(i).max { abs($0) < abs($1) } ?? 0
                #expect(largest > 0)
            }
        }
    }

    @Test func `The decomposition is the same for every number of threads and its seed`() throws {
        let sparse = random(rows: 400, columns: 300, density: 0.05, seed: 7)
        let one = try withThreads(1) { try sparse.truncatedSVD(count: 10, seed: 5) }
        let four = try withThreads(4) { try sparse.truncatedSVD(count: 10, seed: 5) }
        #expect(one.singularValues == four.singularValues && one.components == four.components)
    }

    @Test func `The rank limits the components`() throws {
        let sparse = SparseMatrix(
            columns: 4, rowOffsets: [0, 2, 4, 5], columnIndices: [0, 1, 0, 1, 3], values: [1, 1, 1, 1, 2])
        let found = try sparse.truncatedSVD(count: 3)
        #expect(found.singularValues.count == 2 && found.components.rows == 2 && found.components.columns == 4)
        let empty = SparseMatrix(columns: 4, rowOffsets: [0, 0], columnIndices: [], values: [])
        #expect(try empty.truncatedSVD(count: 3).components.rows == 0)
        #expect(throws: TensorError.self) { _ = try sparse.truncatedSVD(count: 0) }
    }
}
