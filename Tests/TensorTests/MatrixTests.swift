import Tensor
import Testing
import _TestSupport

@Suite struct MatrixTests {
    @Test("a copy keeps its values when the original changes")
    func copyOnWrite() {
        var a = Matrix([[1, 2], [3, 4]])
        let b = a
        a[0, 1] = 9
        #expect(b[0, 1] == 2)
        #expect(a[0, 1] == 9)
    }

    @Test("storage is aligned to 64 bytes", arguments: [1, 3, 17, 1000])
    func alignment(columns: Int) {
        let matrix = Matrix(rows: 2, columns: columns)
        matrix.withUnsafeBufferPointer { #expect(UInt(bitPattern: $0.baseAddress) % 64 == 0) }
    }

    @Test("rows are views of the matrix's own storage")
    func rowsAreViews() {
        let matrix = Matrix([[1, 2, 3], [4, 5, 6]])
        let address = matrix.withUnsafeBufferPointer { $0.baseAddress }
        matrix.row(1).withContiguousStorageIfAvailable { #expect($0.baseAddress == address.map { $0 + 3 }) }
        #expect(Array(matrix.row(1)) == [4, 5, 6])
    }

    @Test("gathering, transposing and concatenating move the right elements")
    func rearranging() {
        let matrix = Matrix([[1, 2, 3], [4, 5, 6]])
        #expect(matrix.gatheringRows([1, 1, 0]) == Matrix([[4, 5, 6], [4, 5, 6], [1, 2, 3]]))
        #expect(matrix.transposed() == Matrix([[1, 4], [2, 5], [3, 6]]))
        #expect(Matrix(concatenatingColumns: [matrix, Matrix([[7], [8]])]) == Matrix([[1, 2, 3, 7], [4, 5, 6, 8]]))
        let wide = randomMatrix(rows: 45, columns: 70, seed: 1)
        #expect(wide.transposed().transposed() == wide)
    }

    @Test("empty matrices have a shape and no elements")
    func empty() {
        for matrix in [Matrix(rows: 0, columns: 3), Matrix(rows: 3, columns: 0)] {
            #expect(matrix.isEmpty)
            #expect(matrix.transposed().rows == matrix.columns)
            #expect(matrix.columnMeans() == [Double](repeating: 0, count: matrix.columns))
            #expect(matrix.firstNonFinite() == nil)
        }
    }

    @Test("column means and deviations agree with the definition on data far from zero")
    func columnStatistics() {
        let matrix = randomMatrix(rows: 9000, columns: 3, seed: 2, offset: 1000)
        let means = matrix.columnMeans()
        let deviations = matrix.columnStandardDeviations()
        for column in 0..<3 {
            let values = (0..<matrix.rows).map { Double(matrix[$0, column]) }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            expectClose(means[column], mean, relativeTolerance: 1e-12)
            expectClose(deviations[column], variance.squareRoot(), relativeTolerance: 1e-9)
        }
    }

    @Test("normalized rows have length 1, rows of zeros stay zero")
    func normalizing() {
        var matrix = randomMatrix(rows: 5, columns: 40, seed: 3)
        for column in 0..<40 { matrix[2, column] = 0 }
        let norms = matrix.normalizedRows().rowNorms()
        expectClose(norms, [1, 1, 0, 1, 1])
    }

    @Test("the first value that is not finite is found")
    func nonFinite() throws {
        var matrix = randomMatrix(rows: 50, columns: 7, seed: 4)
        #expect(matrix.firstNonFinite() == nil)
        matrix[31, 4] = .infinity
        matrix[40, 1] = .nan
        let place = try #require(matrix.firstNonFinite())
        #expect(place == (31, 4))
        #expect(throws: TensorError.notFinite(source: "matrix", row: 31, column: 4)) { try matrix.thinSVD() }
    }
}
