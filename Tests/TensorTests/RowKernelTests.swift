import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct RowKernelTests {
    static let counts = [0, 1, 15, 16, 17, 64, 65, 200]

    private func atEveryLevel(_ body: (SIMDLevel) -> Void) {
        let level = SIMDLevel.current
        defer { level.use() }
        for level in SIMDLevel.available {
            level.use()
            body(level)
        }
    }

    @Test("the best score and its runner-up are those of a plain search, ties to the lower index", arguments: counts)
    func best(count: Int) {
        var random = RandomSource(seed: 1)
        // Whole numbers, so that there are ties.
        let products = (0..<count).map { _ in Float(random.integer(below: 9)) }
        let offsets = (0..<count).map { _ in Float(random.integer(below: 9)) }
        let scores = zip(offsets, products).map { $0 - $1 }
        let sorted = scores.enumerated().sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }
        atEveryLevel { level in
            var best = RowKernel.Best()
            let middle = count / 3
            RowKernel.updateBest(&best, products: products, offsets: offsets, count: middle, first: 0)
            offsets.withUnsafeBufferPointer { o in
                products.withUnsafeBufferPointer { p in
                    guard let o = o.baseAddress, let p = p.baseAddress else { return }
                    RowKernel.updateBest(
                        &best, products: p + middle, offsets: o + middle, count: count - middle, first: middle)
                }
            }
            #expect(best.value == sorted.first?.element ?? .infinity)
            #expect(best.index == Int32(sorted.first?.offset ?? Int(Int32.max)))
            #expect(best.second == (count > 1 ? sorted[1].element : .infinity))
        }
    }

    @Test("squared distances are clamped, and those that lost digits are flagged", arguments: counts)
    func distances(count: Int) {
        var random = RandomSource(seed: 2)
        let norms = (0..<count).map { _ in Float(random.uniform(in: 1..<2)) }
        let products = norms.map { 0.5 * ($0 + 1) - Float(random.integer(below: 2)) * 0.25 * $0 + 1e-7 }
        atEveryLevel { _ in
            var values = products
            var lost = BitRow(count: count)
            let found = RowKernel.squaredDistances(
                &values, rowNorm: 1, columnNorms: norms, count: count, relative: 1e-3, lost: &lost)
            var flagged: [Int] = []
            lost.forEachSet(count: count) { flagged.append($0) }
            let expected = zip(norms, products).map { max(0, ($0 + 1) - 2 * $1) }
            #expect(values == expected)
            #expect(flagged == (0..<count).filter { (norms[$0] + 1) - 2 * products[$0] < (norms[$0] + 1) * 1e-3 })
            #expect(found == flagged.count)
        }
    }

    @Test("flags mark the values at most a limit, and the labels of other clusters", arguments: counts)
    func flags(count: Int) {
        var random = RandomSource(seed: 3)
        let labels = (0..<count).map { _ in Int32(random.integer(below: 4)) - 1 }
        let values = labels.map { Float($0) }
        atEveryLevel { _ in
            var flags = BitRow(count: count)
            var found: [Int] = []
            #expect(RowKernel.atMost(1, values, count: count, flags: &flags) == values.count { $0 <= 1 })
            flags.forEachSet(count: count) { found.append($0) }
            #expect(found == (0..<count).filter { values[$0] <= 1 })
            found = []
            _ = RowKernel.otherLabels(than: 1, labels, count: count, flags: &flags)
            flags.forEachSet(count: count) { found.append($0) }
            #expect(found == (0..<count).filter { labels[$0] >= 0 && labels[$0] != 1 })
        }
    }

    @Test("sums, products and distances in double precision have the same bits at every level", arguments: counts)
    func vectors(count: Int) {
        let m = randomMatrix(rows: 2, columns: max(count, 1), seed: 4)
        let (a, b) = (Array(m.row(0).prefix(count)), Array(m.row(1).prefix(count)))
        var results: [[Double]] = []
        atEveryLevel { _ in
            var sums = [Double](repeating: 1, count: count)
            RowKernel.accumulate(&sums, a, count: count)
            #expect(sums == a.map { 1 + Double($0) })
            results.append([
                RowKernel.sum(a, count: count), RowKernel.dot(a, b, count: count),
                RowKernel.squaredDistance(a, b, count: count),
            ])
        }
        #expect(results.allSatisfy { $0 == results[0] })
        expectClose(results[0][0], a.reduce(0) { $0 + Double($1) })
        expectClose(results[0][1], zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) })
        expectClose(
            results[0][2], zip(a, b).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) })
    }

    @Test("products with few vectors have the same bits at every level and are right", arguments: counts)
    func fewProducts(depth: Int) {
        let rows = randomMatrix(rows: 9, columns: depth, seed: 5)
        let vectors = randomMatrix(rows: RowKernel.fewCount, columns: depth, seed: 6)
        let indices: [Int32] = [8, 0, 3, 3, 7, 1, 2]
        let stride = RowKernel.fewCount + 1
        var results: [[Float]] = []
        atEveryLevel { _ in
            var products = [Float](repeating: -7, count: indices.count * stride)
            vectors.withUnsafeBufferPointer { vectors in
                rows.withUnsafeBufferPointer { rows in
                    guard let rows = rows.baseAddress, let vectors = vectors.baseAddress else { return }
                    RowKernel.fewProducts(
                        rows, at: indices, vectors: vectors, depth: depth, into: &products, stride: stride)
                }
            }
            results.append(products)
        }
        #expect(results.allSatisfy { $0 == results[0] })
        for (position, row) in indices.enumerated() {
            for index in 0..<RowKernel.fewCount {
                let expected = zip(rows.row(Int(row)), vectors.row(index)).reduce(0.0) {
                    $0 + Double($1.0) * Double($1.1)
                }
                expectClose(
                    Double(results[0][position * stride + index]), expected, relativeTolerance: 1e-4,
                    absoluteTolerance: 1e-5)
            }
            #expect(results[0][position * stride + RowKernel.fewCount] == -7)
        }
    }
}
