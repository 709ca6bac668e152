import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct RowDistanceTests {
    static let counts = [0, 1, 15, 16, 17, 64, 65, 200]

    @Test(
        "L1 and Chebyshev distances are those of the definition, with the same bits at every level", arguments: counts)
    func distances(count: Int) {
        let m = randomMatrix(rows: 2, columns: count + 1, seed: 1)
        // From the second element on, so that the start is not aligned.
        let a = Array(m.row(0)), b = Array(m.row(1))
        let results = a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b -> [[Double]] in
                guard let a = a.baseAddress, let b = b.baseAddress else { return [] }
                return atEachLevel {
                    [
                        RowKernel.manhattanDistance(a + 1, b + 1, count: count),
                        RowKernel.chebyshevDistance(a + 1, b + 1, count: count),
                    ]
                }
            }
        }
        #expect(results.allSatisfy { $0 == results[0] })
        let differences = zip(a, b).dropFirst().map { abs(Double($0) - Double($1)) }
        expectClose(results[0][0], differences.reduce(0, +), relativeTolerance: 1e-14)
        #expect(results[0][1] == differences.max() ?? 0)
    }

    @Test(
        "distances of rows here and there are those of each row alone, with the same bits at every level",
        arguments: counts)
    func gatheredDistances(count: Int) {
        let rows = randomMatrix(rows: 40, columns: count, seed: 4)
        let vector = Array(randomMatrix(rows: 1, columns: max(1, count), seed: 5).row(0))
        let indices: [Int32] = [39, 0, 7, 7] + (0..<30)
        let results = rows.withUnsafeBufferPointer { rows -> [[Double]] in
            guard let rows = rows.baseAddress else { return [] }
            return atEachLevel {
                var distances = [Double](repeating: .nan, count: indices.count)
                RowKernel.squaredDistances(
                    rows, at: indices, count: indices.count, to: vector, depth: count, into: &distances)
                let alone = indices.map { RowKernel.squaredDistance(rows + Int($0) * count, vector, count: count) }
                #expect(distances == alone)
                return distances
            }
        }
        #expect(results.allSatisfy { $0 == results[0] })
    }

    @Test("a Chebyshev distance with NaN is NaN", arguments: [0, 5, 15, 16, 20])
    func unknown(place: Int) {
        var a = [Float](repeating: 1, count: 21)
        a[place] = .nan
        #expect(
            atEachLevel { RowKernel.chebyshevDistance(a, [Float](repeating: 0, count: 21), count: 21) }.allSatisfy {
                $0.isNaN
            })
    }

    @Test("adding a multiple of a vector rounds once", arguments: counts)
    func addition(count: Int) {
        let a = Array(randomMatrix(rows: 1, columns: max(1, count), seed: 2).row(0).prefix(count))
        let b = Array(randomMatrix(rows: 1, columns: max(1, count), seed: 3).row(0).prefix(count))
        let expected = zip(a, b).map { $0.addingProduct(0.37, $1) }
        for result in atEachLevel({ () -> [Float] in
            var target = a
            RowKernel.add(0.37, times: b, to: &target, count: count)
            return target
        }) { #expect(result == expected) }
    }

    @Test("Hamming distances count differing bits", arguments: [1, 2, 3, 8, 16])
    func hamming(words: Int) {
        var random = RandomSource(seed: 4)
        func code() -> [UInt64] { (0..<words).map { _ in UInt64(random.integer(below: 1 << 62)) &* 7 } }
        let query = code()
        let codes = (0..<9).map { _ in code() } + [query, query.map { ~$0 }]
        let expected = codes.map { other in UInt32(zip(query, other).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }) }
        #expect(expected.suffix(2) == [0, UInt32(64 * words)])
        for result in atEachLevel({ () -> [UInt32] in
            var distances = [UInt32](repeating: 0, count: codes.count)
            RowKernel.hammingDistances(
                query, codes.flatMap { $0 }, words: words, count: codes.count, into: &distances)
            return distances
        }) { #expect(result == expected) }
    }

    @Test("the smallest value is found, at the lowest index on ties, and NaN is passed over", arguments: counts)
    func smallest(count: Int) {
        var random = RandomSource(seed: 5)
        for kind in 0..<4 {
            let values = (0..<count).map { _ -> Float in
                let value = Float(random.integer(below: 20))
                return kind == 1 && value < 6 ? .nan : kind == 2 ? .infinity : kind == 3 ? .nan : value
            }
            let expected = values.enumerated().filter { !$0.element.isNaN }
                .min { ($0.element, $0.offset) < ($1.element, $1.offset) }
            for result in atEachLevel({ RowKernel.smallest(values, count: count) }) {
                #expect(result?.value == expected?.element)
                #expect(result?.index == expected?.offset)
            }
        }
    }

    @Test(
        "the k best values are those of a sort, ties to the lower index, whatever the order of tiles", arguments: counts
    )
    func best(count: Int) {
        var random = RandomSource(seed: 6)
        let values = (0..<count).map { _ -> Float in
            let value = Float(random.integer(below: 30)) - 15
            return value == 3 ? .nan : value
        }
        let known = values.enumerated().filter { !$0.element.isNaN }
        for k in [0, 1, 5, 16, 70] {
            for order in [TopValues.Order.smallest, .largest] {
                let sign: Float = order == .smallest ? 1 : -1
                let sorted = known.sorted { (sign * $0.element, $0.offset) < (sign * $1.element, $1.offset) }.prefix(k)
                for isReversed in [false, true] {
                    for top in atEachLevel({ () -> TopValues in
                        var top = TopValues(order, count: k)
                        let middle = count / 3
                        let parts = [0..<middle, middle..<count]
                        for part in isReversed ? parts.reversed() : parts {
                            top.update(Array(values[part]), count: part.count, first: part.lowerBound)
                        }
                        return top
                    }) {
                        #expect(top.indices == sorted.map(\.offset))
                        #expect(top.values == sorted.map(\.element))
                        #expect(top.count == sorted.count)
                    }
                }
            }
        }
    }
}
