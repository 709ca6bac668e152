import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct AttentionBiasTests {
    /// (batch, heads, queries, keys, size): tails of every kind, and more than a block of keys.
    static let shapes = [
        (2, 3, 33, 17, 13), (1, 2, 50, 50, 64), (2, 1, 5, 70, 16), (1, 1, 40, 1100, 8), (2, 2, 3, 0, 8),
        (1, 1, 1, 1, 1),
    ]

    /// Every shape that a bias may have for these scores.
    private func shared(_ batch: Int, _ heads: Int, _ queries: Int, _ keys: Int) -> [[Int]] {
        [
            [queries, keys], [1, keys], [heads, queries, keys], [heads, 1, keys], [batch, heads, queries, keys],
            [batch, 1, queries, keys], [1, heads, queries, keys],
        ]
    }

    /// The definition; the bias is spread to each score of `[batch × heads × queries × keys]`.
    private func naive(_ q: NDArray, _ k: NDArray, _ v: NDArray, heads: Int, bias: NDArray, isCausal: Bool) -> [Float] {
        let spread = bias.broadcast(to: [q.shape[0], heads, q.shape[1], k.shape[1]])
        return naiveAttention(q, k, v, heads: heads, isCausal: isCausal) { spread[$0, $1, $2, $3] }
    }

    @Test("a bias of any shape, of summands or of marks, acts as in the definition", arguments: shapes)
    func definition(_ batch: Int, _ heads: Int, _ queries: Int, _ keys: Int, _ size: Int) {
        let q = randomArray([batch, queries, heads * size], seed: 1)
        let (k, v) = (
            randomArray([batch, keys, heads * size], seed: 2), randomArray([batch, keys, heads * size], seed: 3)
        )
        var random = RandomSource(seed: 4)
        for shape in shared(batch, heads, queries, keys) {
            let count = shape.reduce(1, *)
            let marks = (0..<count).map { _ in random.integer(below: 3) > 0 }
            // Some pairs are hidden, and with few keys some queries see nothing.
            let summands = NDArray(
                shape: shape, values: marks.map { $0 ? Float(random.normal()) : -.infinity })
            for isCausal in [false, true] {
                let plan = AttentionHeads(count: heads, isCausal: isCausal)
                let added = q.attending(to: k, values: v, heads: plan, bias: AttentionBias(summands))
                expectClose(
                    added.elements,
                    naive(q, k, v, heads: heads, bias: summands, isCausal: isCausal),
                    relativeTolerance: 1e-5, absoluteTolerance: 3e-6)
                let kept = q.attending(to: k, values: v, heads: plan, bias: AttentionBias(kept: marks, shape: shape))
                let hidden = NDArray(shape: shape, values: marks.map { $0 ? 0 : -.infinity })
                expectClose(
                    kept.elements, naive(q, k, v, heads: heads, bias: hidden, isCausal: isCausal),
                    relativeTolerance: 1e-5, absoluteTolerance: 3e-6)
                // Marks are summands of 0 and −∞, bit for bit.
                #expect(q.attending(to: k, values: v, heads: plan, bias: AttentionBias(hidden)) == kept)
            }
        }
    }

    @Test("every level and number of threads gives the same bits, with a mask for keys besides", arguments: shapes)
    func sameBits(_ batch: Int, _ heads: Int, _ queries: Int, _ keys: Int, _ size: Int) {
        let q = randomArray([batch, queries, heads * size], seed: 5)
        let (k, v) = (
            randomArray([batch, keys, heads * size], seed: 6), randomArray([batch, keys, heads * size], seed: 7)
        )
        let bias = AttentionBias(randomArray([heads, queries, keys], seed: 8))
        let marks = AttentionBias(kept: (0..<queries * keys).map { $0 % 3 > 0 }, shape: [queries, keys])
        let mask = ScoreMask.added((0..<batch * keys).map { Float($0 % 7) })
        for bias in [bias, marks] {
            expectSameBits {
                q.attending(to: k, values: v, heads: AttentionHeads(count: heads), mask: mask, bias: bias).elements
            }
        }
    }

    @Test("marks below the diagonal are causal attention, and zeros change nothing")
    func specialForms() {
        let packed = randomArray([2, 70, 3 * 32], seed: 9)
        let triangle = (0..<70 * 70).map { $0 % 70 <= $0 / 70 }
        let plan = AttentionHeads(count: 2)
        expectClose(
            packed.selfAttention(heads: plan, bias: AttentionBias(kept: triangle, shape: [70, 70])).elements,
            packed.selfAttention(heads: AttentionHeads(count: 2, isCausal: true)).elements, absoluteTolerance: 1e-6)
        #expect(
            packed.selfAttention(heads: plan, bias: AttentionBias(NDArray(shape: [70, 70])))
                == packed.selfAttention(heads: plan))
        let nothing = AttentionBias(kept: [Bool](repeating: false, count: 70), shape: [1, 70])
        #expect(packed.selfAttention(heads: plan, bias: nothing).elements.allSatisfy { $0 == 0 })
    }

    struct Golden: Decodable {
        struct Case: Decodable {
            let shape: [Int]
            let kept: [Bool]?
            let added: [Float]?
            let result: [Float]
        }
        let batch, heads, queries, keys, size: Int
        let q, k, v: [Float]
        let cases: [Case]
    }

    @Test("attention with a bias agrees with PyTorch's")
    func torch() throws {
        let golden = try golden("attention-bias.json", as: Golden.self)
        let width = golden.heads * golden.size
        let q = NDArray(shape: [golden.batch, golden.queries, width], values: golden.q)
        let k = NDArray(shape: [golden.batch, golden.keys, width], values: golden.k)
        let v = NDArray(shape: [golden.batch, golden.keys, width], values: golden.v)
        #expect(golden.cases.count == 10)
        for example in golden.cases {
            let bias =
                try example.kept.map { AttentionBias(kept: $0, shape: example.shape) }
                ?? AttentionBias(NDArray(shape: example.shape, values: #require(example.added)))
            let result = q.attending(to: k, values: v, heads: AttentionHeads(count: golden.heads), bias: bias)
            expectClose(result.elements, example.result, relativeTolerance: 1e-5, absoluteTolerance: 2e-6)
        }
    }
}
