import CKernels
import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct QuantizedProductTests {
    static let shapes = [(1, 1, 1), (3, 31, 5), (14, 32, 64), (15, 33, 63), (29, 100, 1030), (2, 7, 0)]

    @Test(
        "products of whole numbers are exact at every level, with and without instructions made for them",
        arguments: shapes)
    func products(rows: Int, columns: Int, depth: Int) {
        let a = randomMatrix(rows: rows, columns: depth, seed: 1)
        let b = randomMatrix(rows: columns, columns: depth, seed: 2)
        // The naive twins round and multiply one by one: columns about 0, rows about a zero of their own.
        func whole(_ matrix: Matrix, _ row: Int) -> [Int] {
            let scale = (matrix.row(row).map { abs($0) }.max() ?? 0) / 127
            return matrix.row(row).map { Int(($0 * (1 / scale)).rounded(.toNearestOrEven)) }
        }
        func steps(_ matrix: Matrix, _ row: Int) -> (values: [Int], scale: Float) {
            let (low, high) = (min(0, matrix.row(row).min() ?? 0), max(0, matrix.row(row).max() ?? 0))
            let scale = high / 255 - low / 255
            let zero = Int((-low * (1 / scale)).rounded(.toNearestOrEven))
            let values = matrix.row(row).map { Int(($0 * (1 / scale)).rounded(.toNearestOrEven)) }
            return (values.map { min(max($0, -zero), 255 - zero) }, scale)
        }
        let expected = (0..<rows).map { i in
            (0..<columns).map { j in
                Int32(zip(depth > 0 ? steps(a, i).values : [], whole(b, j)).reduce(0) { $0 + $1.0 * $1.1 })
            }
        }
        forEachKernelForm {
            let left = QuantizedRows(a)
            let right = QuantizedColumns(rowsOf: b)
            let stride = columns + 3
            var products = [Int32](repeating: -1, count: rows * stride)
            products.withUnsafeMutableBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return }
                right.products(with: left, in: 0..<columns, into: start, stride: stride)
            }
            for i in 0..<rows {
                #expect(Array(products[i * stride..<i * stride + columns]) == expected[i])
                #expect(products[i * stride + columns] == -1)
                if depth > 0 { #expect(left.scales[i] == steps(a, i).scale) }
            }
        }
    }

    @Test("a screen passes over no row that is near, and over most that are far", arguments: [1, 16, 101, 600])
    func screen(dimension: Int) {
        let rows = randomMatrix(rows: 333, columns: dimension, seed: 3)
        var vectors = randomMatrix(rows: 5, columns: dimension, seed: 4)
        for column in 0..<dimension { vectors[2, column] = rows[17, column] }
        func distance(_ i: Int, _ j: Int) -> Double {
            zip(rows.row(i), vectors.row(j)).reduce(0) {
                $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
            }
        }
        let norms = rows.rowSquaredNorms().map { Float($0) }
        let screen = DistanceScreen(rowsOf: rows, norms: norms)
        let nearest = (0..<333).map { i in (0..<5).map { distance(i, $0) }.min() ?? 0 }
        var flagged: [[Int]] = []
        for factor in [1.000_01, 0.8] as [Double] {
            let limits = nearest.map { Float($0 * factor) }
            var forms: [[Int]] = []
            forEachKernelForm {
                let candidates = DistanceScreen.Vectors(
                    vectors, norms: vectors.rowSquaredNorms().map { Float($0) }, for: screen)
                var products = [Int32](repeating: 0, count: 5 * 333)
                var flags = BitRow(count: 333)
                var found: [Int] = []
                let count = screen.flagNear(
                    candidates, in: 0..<333, limits: limits, products: &products, flags: &flags)
                flags.forEachSet(count: 333) { found.append($0) }
                #expect(found.count == count)
                forms.append(found)
            }
            #expect(forms.allSatisfy { $0 == forms[0] })
            flagged.append(forms[0])
        }
        for row in 0..<333 where row != 17 { #expect(flagged[0].contains(row)) }
        // In one dimension whole numbers tell little; in many, a fifth less is told for certain.
        if dimension >= 16 { #expect(flagged[1].count < 17) }
    }

    @Test("rows whose numbers have one sign, or nearly, are rounded twice as finely")
    func oneSign() {
        var row = randomMatrix(rows: 1, columns: 300, seed: 5)
        for column in 0..<300 { row[0, column] = max(row[0, column], -0.01) }
        let most = row.row(0).max() ?? 0
        let rounded = QuantizedRows(row)
        #expect(rounded.scales[0] < most / 250)
        #expect(Double(rounded.residuals[0]) <= 0.5001 * Double(rounded.scales[0]) * 300.0.squareRoot())
    }

    @Test("zeros, tiny and huge rows are rounded to something finite whose error is told")
    func extremes() {
        let depth = 19
        for magnitude in [0, .leastNonzeroMagnitude, 0x1p-130, 1e-30, 1, 1e30, 3e38] as [Float] {
            var row = Matrix(rows: 1, columns: depth)
            for column in 0..<depth { row[0, column] = magnitude * (column % 2 == 0 ? 1 : -0.3) }
            let rounded = QuantizedRows(row)
            #expect(rounded.scales[0].isFinite)
            let length = row.rowSquaredNorms()[0].squareRoot()
            #expect(Double(rounded.residuals[0]) <= length * 1.01 + 1e-40)
        }
    }
}
