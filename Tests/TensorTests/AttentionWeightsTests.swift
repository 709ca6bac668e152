import Tensor
import Testing
import _TestSupport

@Suite struct AttentionWeightsTests {
    /// Random numbers, a row for each token.
    private func tokens(_ count: Int, width: Int, _ seed: UInt64) -> Matrix {
        var random = RandomSource(seed: seed, stage: "tokens")
        return Matrix(
            rows: count, columns: width, values: (0..<count * width).map { _ in Float(random.uniform(in: -2..<2)) })
    }

    /// From the definition, with numbers of double precision.
    private func naive(
        _ q: Matrix, _ k: Matrix, heads: Int, _ queries: [Int], _ keys: [Int], _ fusion: Attention.HeadFusion,
        gradients: (Matrix, Matrix)?
    ) -> [[Float]] {
        let size = q.columns / heads
        let longest = zip(keys, keys.dropFirst()).map { $1 - $0 }.max() ?? 0
        func dot(_ a: Matrix, _ i: Int, _ b: Matrix, _ j: Int, _ head: Int) -> Double {
            (head * size..<(head + 1) * size).reduce(0) { $0 + Double(a[i, $1]) * Double(b[j, $1]) }
        }
        return (0..<queries.count - 1).flatMap { sequence in
            (queries[sequence]..<queries[sequence + 1]).map { i in
                let range = keys[sequence]..<keys[sequence + 1]
                let perHead = (0..<heads).map { head in
                    let powers = range.map {
                        power(2.718281828459045, dot(q, i, k, $0, head) / Double(size).squareRoot())
                    }
                    let sum = powers.reduce(0, +)
                    return zip(range, powers).map { j, power in
                        guard let (g, v) = gradients else { return power / sum }
                        return max(0, power / sum * dot(g, i, v, j, head))
                    }
                }
                let fused = range.indices.map { place -> Float in
                    let values = perHead.map { $0[place - range.lowerBound] }
                    return Float(
                        fusion == .mean
                            ? values.reduce(0, +) / Double(heads)
                            : fusion == .maximum ? values.max() ?? 0 : values.min() ?? 0)
                }
                return fused + [Float](repeating: 0, count: longest - range.count)
            }
        }
    }

    @Test(
        "weights, fused over heads, are those of the definition",
        arguments: [([0, 5], [0, 5]), ([0, 1, 2], [0, 70, 103]), ([0, 33, 33, 100], [0, 33, 40, 641])], [4, 18])
    func definition(offsets: ([Int], [Int]), size: Int) {
        let heads = 3
        let width = heads * size
        let (queries, keys) = offsets
        let (q, k) = (tokens(queries.last ?? 0, width: width, 1), tokens(keys.last ?? 0, width: width, 2))
        let (g, v) = (tokens(q.rows, width: width, 3), tokens(k.rows, width: width, 4))
        func found(_ fusion: Attention.HeadFusion, _ isWeighed: Bool) -> Matrix {
            func input(_ matrix: Matrix) -> AttentionInput {
                AttentionInput(start: matrix.storage.start, stride: width)
            }
            return withExtendedLifetime((q, k, g, v)) {
                Attention.weights(
                    AttentionHeads(count: heads), headSize: size, queries: input(q), keys: input(k),
                    sequences: AttentionSequences(queryOffsets: queries, keyOffsets: keys), fusion: fusion,
                    gradients: isWeighed ? .init(outputs: input(g), values: input(v)) : nil)
            }
        }
        for fusion in [Attention.HeadFusion.mean, .maximum, .minimum] {
            for isWeighed in [false, true] {
                let wanted = naive(
                    q, k, heads: heads, queries, keys, fusion, gradients: isWeighed ? (g, v) : nil)
                let result = found(fusion, isWeighed)
                expectClose(result, Matrix(wanted), relativeTolerance: 1e-4, absoluteTolerance: 1e-6)
                for again in withThreadCounts({ found(fusion, isWeighed) }) { #expect(again == result) }
                if fusion == .mean && !isWeighed {
                    for row in 0..<result.rows { #expect(abs(result.row(row).reduce(0, +) - 1) < 1e-5) }
                }
            }
        }
    }
}
