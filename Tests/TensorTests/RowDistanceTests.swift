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

    @Test(
        "distances of points in double precision are symmetric and have the same bits at every level", arguments: counts
    )
    func doubleDistances(depth: Int) {
        var random = RandomSource(seed: 7)
        let rows = (0..<5 * depth).map { _ in random.normal() * 1e3 }
        let all = atEachLevel { () -> [Double] in
            (0..<5).flatMap { i in
                var distances = [Double](repeating: -1, count: 5)
                rows.withUnsafeBufferPointer { rows in
                    // Without elements there is no address, but distances there are.
                    var nothing = 0.0
                    withUnsafePointer(to: &nothing) { other in
                        let start = rows.baseAddress ?? other
                        RowKernel.squaredDistances(start + i * depth, start, depth: depth, count: 5, into: &distances)
                    }
                }
                return distances
            }
        }
        #expect(all.allSatisfy { $0 == all[0] })
        for i in 0..<5 {
            for j in 0..<5 {
                var expected = 0.0
                for k in 0..<depth {
                    let difference = rows[i * depth + k] - rows[j * depth + k]
                    expected += difference * difference
                }
                expectClose(all[0][i * 5 + j], expected, relativeTolerance: 1e-13)
                #expect(all[0][i * 5 + j] == all[0][j * 5 + i])
            }
        }
    }

    @Test(
        "the least costs of merging are those of the definition, with the same bits at every level", arguments: counts)
    func nearestMerges(count: Int) {
        var random = RandomSource(seed: 8)
        func numbers(_ range: Range<Double>) -> [Float] { (0..<count).map { _ in Float(random.uniform(in: range)) } }
        // Some costs are zero, so that there are ties.
        let (products, terms) = (numbers(-3..<3), numbers(0.01..<1))
        let norms = numbers(0..<4)
        let costs = (0..<count).map { index -> Float in
            let distance: Float = norms[index] + 1.5 - 2 * products[index]
            return max(0, distance) / (terms[index] + 0.25)
        }
        let sorted = costs.enumerated().sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }
        for kept in [0, 1, 6, 30] {
            for (best, indices) in atEachLevel({ () -> ([Float], [Int32]) in
                var best = [Float](repeating: .infinity, count: kept)
                var indices = [Int32](repeating: .max, count: kept)
                let middle = count / 3
                for part in [0..<middle, middle..<count] {
                    RowKernel.collectNearestMerges(
                        Array(products[part]), rowNorm: 1.5, rowTerm: 0.25, columnNorms: Array(norms[part]),
                        columnTerms: Array(terms[part]), count: part.count, first: part.lowerBound, kept: kept,
                        best: &best, indices: &indices)
                }
                return (best, indices)
            }) {
                let expected = sorted.prefix(kept)
                #expect(best.prefix(expected.count).elementsEqual(expected.map(\.element)))
                #expect(indices.prefix(expected.count).elementsEqual(expected.map { Int32($0.offset) }))
                #expect(indices.dropFirst(expected.count).allSatisfy { $0 == .max })
            }
        }
    }
}
