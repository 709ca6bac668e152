import Tensor
import Testing
import _TestSupport

@Suite struct RandomSourceTests {
    @Test("Philox gives the known answers of its authors' test vectors")
    func knownAnswers() {
        let zero = RandomSource.philox(counter: (0, 0, 0, 0), key: (0, 0))
        #expect(zero == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        let ones = RandomSource.philox(
            counter: (0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff), key: (0xffff_ffff, 0xffff_ffff))
        #expect(ones == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        let pi = RandomSource.philox(
            counter: (0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: (0xa409_3822, 0x299f_31d0))
        #expect(pi == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test("seed, stage and item each name another stream; the same name gives the same numbers")
    func streams() {
        func first(_ source: RandomSource) -> UInt64 {
            var source = source
            return source.next()
        }
        let a = first(RandomSource(seed: 1, stage: "a", item: 0))
        #expect(a == first(RandomSource(seed: 1, stage: "a", item: 0)))
        #expect(a != first(RandomSource(seed: 2, stage: "a", item: 0)))
        #expect(a != first(RandomSource(seed: 1, stage: "b", item: 0)))
        #expect(a != first(RandomSource(seed: 1, stage: "a", item: 1)))
    }

    @Test("uniform and normal numbers have the right mean and variance")
    func moments() {
        var random = RandomSource(seed: 5)
        let uniform = (0..<100_000).map { _ in random.uniform() }
        let normal = (0..<100_000).map { _ in random.normal() }
        #expect(uniform.allSatisfy { (0..<1).contains($0) })
        func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
        expectClose(mean(uniform), 0.5, absoluteTolerance: 0.005)
        expectClose(mean(uniform.map { ($0 - 0.5) * ($0 - 0.5) }), 1.0 / 12, absoluteTolerance: 0.002)
        expectClose(mean(normal), 0, absoluteTolerance: 0.015)
        expectClose(mean(normal.map { $0 * $0 }), 1, absoluteTolerance: 0.02)
    }

    @Test("whole numbers are evenly spread", arguments: [1, 2, 7, 10])
    func integers(bound: Int) {
        var random = RandomSource(seed: 6)
        var counts = [Int](repeating: 0, count: bound)
        for _ in 0..<20_000 { counts[random.integer(below: bound)] += 1 }
        let expected = 20_000 / Double(bound)
        let chiSquared = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        #expect(chiSquared < 30)
    }

    @Test("shuffles and samples keep each element once")
    func permutations() {
        var random = RandomSource(seed: 7)
        #expect(random.permutation(of: 100).sorted() == Array(0..<100))
        #expect(random.permutation(of: 0) == [])
        let sample = random.sample(10, outOf: 50)
        #expect(Set(sample).count == 10 && sample == sample.sorted() && sample.allSatisfy { (0..<50).contains($0) })
        #expect(random.sample(5, outOf: 5) == [0, 1, 2, 3, 4])
        #expect(random.sample(0, outOf: 5) == [])
    }

    @Test("weighted sampling follows the weights and never draws a weight of zero")
    func weighted() {
        var random = RandomSource(seed: 8)
        var counts = [0, 0, 0, 0]
        for _ in 0..<20_000 { if let index = random.index(weightedBy: [0, 1, 3, 0]) { counts[index] += 1 } }
        #expect(counts[0] == 0 && counts[3] == 0)
        expectClose(Double(counts[2]) / Double(counts[1]), 3, relativeTolerance: 0.1)
        #expect(random.index(weightedBy: [0, 0]) == nil)
        #expect(random.index(weightedBy: []) == nil)
        #expect(random.index(weightedBy: [.nan, 2]) == 1)
    }
}
