import CKernels
import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct RoundedProductTests {
    /// Rows as whole numbers, unpacked.
    private struct Rounded: Equatable {
        var numbers: [[Int]]
        var scales: [Float]
        var lengths: [Float]
        var residuals: [Float]
        var packed: [Int32]
    }

    private func round(_ rows: Matrix, _ indices: [Int32]?, width: Int) -> Rounded {
        let (count, depth) = (indices?.count ?? rows.rows, rows.columns)
        let pairs = kindred_pair_count(depth)
        var packed = [Int32](repeating: -1, count: (count + width - 1) / width * width * pairs)
        var scales = [Float](repeating: -1, count: count)
        var (lengths, residuals) = (scales, scales)
        rows.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            kindred_round_pairs(start, indices, count, depth, width, &packed, &scales, &lengths, &residuals)
        }
        let numbers = (0..<count).map { row in
            var numbers = [Int](repeating: 0, count: depth)
            for chunk in stride(from: 0, to: depth, by: 32) {
                let half = (min(32, depth - chunk) + 1) / 2
                for place in 0..<half {
                    let pair = packed[(row / width * pairs + chunk / 2 + place) * width + row % width]
                    numbers[chunk + place] = Int(Int16(truncatingIfNeeded: pair))
                    if chunk + half + place < depth { numbers[chunk + half + place] = Int(pair >> 16) }
                }
            }
            return numbers
        }
        return Rounded(numbers: numbers, scales: scales, lengths: lengths, residuals: residuals, packed: packed)
    }

    private func length(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    static let shapes = [
        (1, 1), (2, 3), (13, 2), (14, 16), (15, 31), (31, 33), (33, 64), (64, 100), (29, 513), (17, 2000),
    ]

    @Test("rows are rounded to the nearest whole numbers, and what that takes away is told", arguments: shapes)
    func rounding(count: Int, depth: Int) throws {
        var rows = randomMatrix(rows: count, columns: depth, seed: 1)
        // Rows of all lengths, one of a single large element, and one of zeros.
        for row in 0..<count {
            for column in 0..<depth {
                rows[row, column] *= Float(sign: .plus, exponent: (row % 9 - 4) * 10, significand: 1)
            }
        }
        if count > 13 {
            rows[12, depth - 1] = 1e6
            for column in 0..<depth { rows[13, column] = 0 }
        }
        let indices = (0..<count).map { Int32(($0 * 5) % count) } + [0]
        for (selection, width) in [(nil, 32), (indices, 14)] as [([Int32]?, Int)] {
            var forms: [Rounded] = []
            forEachKernelForm { forms.append(round(rows, selection, width: width)) }
            let rounded = try #require(forms.first)
            #expect(forms.allSatisfy { $0 == rounded })
            for place in 0..<rounded.numbers.count {
                let row = rows.row(selection.map { Int($0[place]) } ?? place).map { Double($0) }
                let (numbers, scale) = (rounded.numbers[place].map { Double($0) }, Double(rounded.scales[place]))
                #expect(numbers.allSatisfy { abs($0) <= 32767 })
                #expect(length(numbers) < 46340)
                let lost = zip(row, numbers).map { $0 - $1 * scale }
                #expect(lost.allSatisfy { abs($0) <= scale * (0.5 + 0.01) })
                // As finely as sixteen bits allow.
                #expect(length(row) == 0 || length(numbers) > 46000 || (numbers.map { abs($0) }.max() ?? 0) > 32700)
                let tolerance = length(row) * 0x1p-22
                #expect(Double(rounded.residuals[place]) >= length(lost) - tolerance)
                #expect(Double(rounded.residuals[place]) <= length(lost) * 1.01 + tolerance)
                #expect(Double(rounded.lengths[place]) >= length(row))
                #expect(Double(rounded.lengths[place]) <= length(row) * 1.00001)
            }
        }
    }

    @Test("rows that no scale can divide become zeros of which all is lost")
    func extremes() {
        let rows = Matrix([[1e-37, 2e-38, 0], [3e37, 1e37, -3e37], [0, 0, 0], [1, -2, 3]])
        forEachKernelForm {
            let rounded = round(rows, nil, width: 32)
            for row in 0..<3 {
                #expect(rounded.scales[row] == 0)
                #expect(rounded.residuals[row] == rounded.lengths[row])
                #expect(rounded.numbers[row] == [0, 0, 0])
            }
            #expect(rounded.scales[3] > 0 && rounded.residuals[3] < 1e-3)
        }
    }

    @Test("products are those of the whole numbers, times both scales, at every level", arguments: shapes, [1, 33, 70])
    func products(shape: (count: Int, depth: Int), columns: Int) {
        let left = round(randomMatrix(rows: shape.count, columns: shape.depth, seed: 2), nil, width: 14)
        let right = round(randomMatrix(rows: columns, columns: shape.depth, seed: 3), nil, width: 32)
        let padded = (columns + 31) / 32 * 32
        let scales = right.scales + [Float](repeating: 0, count: padded - columns)
        let expected = left.numbers.indices.map { row in
            right.numbers.indices.map { column in
                let sum = zip(left.numbers[row], right.numbers[column]).reduce(0) { $0 + $1.0 * $1.1 }
                return Float(sum) * left.scales[row] * right.scales[column]
            }
        }
        forEachKernelForm {
            var values = [Float](repeating: .nan, count: shape.count * padded)
            kindred_product_pairs(
                left.packed, shape.count, left.scales, right.packed, columns, scales,
                kindred_pair_count(shape.depth), &values, padded)
            #expect((0..<shape.count).map { Array(values[$0 * padded..<$0 * padded + columns]) } == expected)
        }
    }

    @Test(
        "products of rounded rows are as far from the exact ones as their tiles tell at most",
        arguments: [(1, 1, 5), (7, 40, 3), (120, 300, 64), (30, 270, 700)], [Float(1e-15), 1, 1e15])
    func bounds(shape: (rows: Int, columns: Int, depth: Int), scale: Float) {
        let (rows, columns, depth) = shape
        func sample(_ count: Int, _ seed: UInt64) -> Matrix {
            var matrix = randomMatrix(rows: count, columns: depth, seed: seed)
            for row in 0..<count {
                let factor = scale * (row % 7 == 3 ? 0 : row % 5 == 1 ? 1e-4 : 1)
                for column in 0..<depth { matrix[row, column] *= factor }
            }
            return matrix
        }
        let (left, right) = (sample(rows, 4), sample(columns, 5))
        let rounded = PackedColumns(roundingRowsOf: right)
        #expect(rounded.isRounded && !PackedColumns(rowsOf: right).isRounded)
        let longest = right.rowSquaredNorms().max()?.squareRoot() ?? 0
        let norms = left.rowSquaredNorms()
        let order = (0..<rows).map { Int32(rows - 1 - $0) }
        for selection in [nil, order] {
            left.forEachProductTile(
                of: selection, with: rounded, scratch: {},
                epilogue: { tile, _ in
                    for position in tile.rows {
                        let row = selection.map { Int($0[position]) } ?? position
                        let error = Double(tile.error(ofRow: position))
                        #expect(error <= norms[row].squareRoot() * longest * 1e-3 + 1e-37)
                        for (place, column) in tile.columns.enumerated() {
                            let exact = zip(left.row(row), right.row(column)).reduce(0.0) {
                                $0 + Double($1.0) * Double($1.1)
                            }
                            #expect(abs(Double(tile.products(ofRow: position)[place]) - exact) <= error)
                        }
                    }
                })
        }
        left.forEachProductTile(
            with: PackedColumns(rowsOf: right), scratch: {},
            epilogue: { tile, _ in for row in tile.rows { #expect(tile.error(ofRow: row) == 0) } })
    }

    @Test(
        "columns within a radius are flagged, those close to it as unsure, at every level",
        arguments: [0, 1, 15, 64, 100, 256])
    func within(count: Int) {
        let products = randomMatrix(rows: 1, columns: max(1, count), seed: 6).row(0).map { $0 }
        let norms = randomMatrix(rows: 1, columns: max(1, count), seed: 7).row(0).map { abs($0) }
        let (low, high) = (Float(1.2), Float(2.6))
        let distances = (0..<count).map { norms[$0] + 1.5 - products[$0] * 2 }
        let words = (count + 63) / 64
        func flags(_ isSet: (Float) -> Bool) -> [UInt64] {
            (0..<words).map { word in
                (word * 64..<min(count, word * 64 + 64)).reduce(0) {
                    isSet(distances[$1]) ? $0 | 1 << UInt64($1 % 64) : $0
                }
            }
        }
        forEachKernelForm {
            var within = [UInt64](repeating: .max, count: words)
            var unsure = within
            let found = kindred_row_within(products, 1.5, norms, count, low, high, &within, &unsure)
            #expect(found == distances.count { $0 <= high })
            #expect(within == flags { $0 <= high })
            #expect(unsure == flags { $0 <= high && $0 > low })
        }
    }
}
