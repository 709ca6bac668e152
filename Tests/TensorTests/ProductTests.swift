import Tensor
import Testing
import _TestSupport

/// Serialized, because the SIMD level and the number of threads are the process's.
@Suite(.serialized) struct ProductTests {
    static let shapes = [
        (1, 1, 1), (3, 5, 7), (14, 32, 64), (15, 33, 65), (113, 257, 31), (112, 256, 600), (2, 40, 1100), (1, 31, 0),
    ]

    /// The definition, one chain of fused multiply-adds for each element.
    func naive(_ a: Matrix, transposeOf b: Matrix) -> Matrix {
        var result = Matrix(rows: a.rows, columns: b.rows)
        for i in 0..<a.rows {
            for j in 0..<b.rows {
                var sum: Float = 0
                for k in 0..<a.columns { sum.addProduct(a[i, k], b[j, k]) }
                result[i, j] = sum
            }
        }
        return result
    }

    @Test("every SIMD level and every number of threads gives the bits of the definition", arguments: shapes)
    func sameBits(rows: Int, columns: Int, depth: Int) {
        let a = randomMatrix(rows: rows, columns: depth, seed: 1)
        let b = randomMatrix(rows: columns, columns: depth, seed: 2)
        let expected = naive(a, transposeOf: b)
        let level = SIMDLevel.current
        let threads = Parallelism.threadCount
        defer {
            level.use()
            Parallelism.threadCount = threads
        }
        for level in SIMDLevel.available {
            level.use()
            for threads in [1, 2, 3, 8] {
                Parallelism.threadCount = threads
                #expect(a.times(b, transposingOther: true) == expected, "\(level), \(threads) threads")
            }
        }
    }

    @Test("a row's products do not depend on the rows around it")
    func batchInvariance() {
        let a = randomMatrix(rows: 250, columns: 100, seed: 3)
        let b = randomMatrix(rows: 70, columns: 100, seed: 4)
        let whole = a.times(b, transposingOther: true)
        for row in [0, 13, 14, 111, 112, 249] {
            let alone = a.rows(in: row..<row + 1).times(b, transposingOther: true)
            #expect(alone == whole.rows(in: row..<row + 1))
        }
    }

    @Test("transposing either side gives the same product")
    func transposes() {
        let a = randomMatrix(rows: 37, columns: 50, seed: 5)
        let b = randomMatrix(rows: 45, columns: 50, seed: 6)
        let expected = a.times(b, transposingOther: true)
        #expect(a.times(b.transposed()) == expected)
        #expect(a.transposed().times(b.transposed(), transposingSelf: true) == expected)
        #expect(a.transposed().times(b, transposingSelf: true, transposingOther: true) == expected)
    }

    @Test("products agree with OpenBLAS")
    func agreesWithOpenBLAS() throws {
        let a = randomMatrix(rows: 300, columns: 700, seed: 7)
        let b = randomMatrix(rows: 200, columns: 700, seed: 8)
        expectClose(
            a.times(b, transposingOther: true), try LAPACK.product(a, transposeOf: b), relativeTolerance: 1e-4,
            absoluteTolerance: 1e-3)
    }

    @Test("rows a page apart, which are copied first, give the same bits")
    func pageStride() {
        let a = randomMatrix(rows: 30, columns: 1024, seed: 9)
        let b = randomMatrix(rows: 130, columns: 1024, seed: 10)
        #expect(a.times(b, transposingOther: true) == naive(a, transposeOf: b))
    }

    @Test("tiles cover each product once, in any range of columns")
    func tiles() {
        let a = randomMatrix(rows: 230, columns: 20, seed: 11)
        let expected = a.times(a, transposingOther: true)
        let packed = PackedColumns(rowsOf: a)
        let sums = parallelMap(1) { _ in 0 }
        #expect(sums == [0])
        var seen = Matrix(rows: 230, columns: 230, repeating: .nan)
        seen.withUnsafeMutableBufferPointer { target in
            nonisolated(unsafe) let target = target
            a.forEachProductTile(with: packed, columns: { $0.lowerBound..<230 }, scratch: { () }) { tile, _ in
                for row in tile.rows {
                    for column in tile.columns {
                        target[row * 230 + column] = tile.products(ofRow: row)[column - tile.columns.lowerBound]
                    }
                }
            }
        }
        for row in 0..<230 { for column in row..<230 { #expect(seen[row, column] == expected[row, column]) } }
    }

    @Test("a packed vector can be replaced, and copies keep what they had", arguments: [1, 31, 32, 33, 70])
    func replacing(count: Int) {
        var vectors = randomMatrix(rows: count, columns: 19, seed: 3)
        let left = randomMatrix(rows: 5, columns: 19, seed: 4)
        var packed = PackedColumns(rowsOf: vectors)
        let (before, product) = (packed, left.times(packed))
        for index in Set([0, count / 2, count - 1]) {
            let vector = randomMatrix(rows: 1, columns: 19, seed: UInt64(index + 10))
            for column in 0..<19 { vectors[index, column] = vector[0, column] }
            packed.replace(index, with: Array(vector.row(0)))
        }
        #expect(left.times(packed) == left.times(PackedColumns(rowsOf: vectors)))
        #expect(left.times(before) == product)
    }

    @Test("the height of tiles changes no product", arguments: [1, 14, 50, 112])
    func tileRows(height: Int) {
        let (a, b) = (randomMatrix(rows: 130, columns: 20, seed: 5), randomMatrix(rows: 300, columns: 20, seed: 6))
        let expected = a.times(b, transposingOther: true)
        var wrong = 0
        var seen = [Int](repeating: 0, count: 130)
        a.forEachProductTile(
            with: PackedColumns(rowsOf: b), tileRows: height,
            scratch: { (wrong: 0, seen: [Int](repeating: 0, count: 130)) },
            epilogue: { tile, scratch in
                if tile.rows.count > height { scratch.wrong += 1 }
                for row in tile.rows {
                    scratch.seen[row] += tile.columns.count
                    for (offset, column) in tile.columns.enumerated()
                    where tile.products(ofRow: row)[offset] != expected[row, column] { scratch.wrong += 1 }
                }
            },
            merge: { scratch in
                wrong += scratch.wrong
                for row in seen.indices { seen[row] += scratch.seen[row] }
            })
        #expect(wrong == 0)
        #expect(seen.allSatisfy { $0 == 300 })
    }
}
