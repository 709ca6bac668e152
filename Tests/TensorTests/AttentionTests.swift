import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct AttentionTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        var batch = 2
        var heads = 2
        var queries: Int
        var keys: Int
        var size: Int
        var testDescription: String { "\(batch)×\(heads) heads of \(size), \(queries) queries, \(keys) keys" }
    }

    static let shapes = [
        Shape(queries: 50, keys: 50, size: 64), Shape(queries: 64, keys: 64, size: 32),
        Shape(batch: 1, queries: 77, keys: 77, size: 80), Shape(queries: 1, keys: 1, size: 1),
        Shape(queries: 33, keys: 17, size: 13), Shape(batch: 3, heads: 3, queries: 5, keys: 70, size: 40),
        // More than a block of keys: the running maximum; and more queries than a thread takes at a time.
        Shape(batch: 1, heads: 1, queries: 40, keys: 1100, size: 24),
        Shape(batch: 1, heads: 1, queries: 530, keys: 530, size: 16), Shape(queries: 3, keys: 0, size: 8),
    ]

    /// The definition; `added` has a summand for each key.
    func naive(
        _ q: NDArray, _ k: NDArray, _ v: NDArray, heads: Int, added: [Float]? = nil, isCausal: Bool = false,
        scale: Double? = nil
    ) -> [Float] {
        let keys = k.shape[1]
        return naiveAttention(q, k, v, heads: heads, isCausal: isCausal, scale: scale) { b, _, _, j in
            added?[b * keys + j] ?? 0
        }
    }

    @Test("attention is that of the definition, plain, causal and masked", arguments: shapes)
    func definition(shape: Shape) {
        let width = shape.heads * shape.size
        let q = randomArray([shape.batch, shape.queries, width], seed: 1)
        let k = randomArray([shape.batch, shape.keys, width], seed: 2)
        let v = randomArray([shape.batch, shape.keys, width], seed: 3)
        var random = RandomSource(seed: 4)
        let kept = (0..<shape.batch * shape.keys).map { _ in random.integer(below: 3) > 0 }
        let added = (0..<shape.batch * shape.keys).map { _ in Float(random.normal()) }
        func check(_ result: NDArray, _ expected: [Float]) {
            #expect(result.shape == q.shape)
            // Scores reach 10, and weights feel their rounding.
            expectClose(result.elements, expected, relativeTolerance: 1e-5, absoluteTolerance: 4e-6)
        }
        let plain = AttentionHeads(count: shape.heads)
        check(q.attending(to: k, values: v, heads: plain), naive(q, k, v, heads: shape.heads))
        check(
            q.attending(to: k, values: v, heads: plain, mask: .kept(kept)),
            naive(q, k, v, heads: shape.heads, added: kept.map { $0 ? 0 : -.infinity }))
        check(
            q.attending(to: k, values: v, heads: AttentionHeads(count: shape.heads, scale: 0.3), mask: .added(added)),
            naive(q, k, v, heads: shape.heads, added: added, scale: 0.3))
        check(
            q.attending(
                to: k, values: v, heads: AttentionHeads(count: shape.heads, isCausal: true), mask: .added(added)),
            naive(q, k, v, heads: shape.heads, added: added, isCausal: true))
    }

    @Test("every level and number of threads gives the same bits", arguments: shapes)
    func sameBits(shape: Shape) {
        let width = shape.heads * shape.size
        let q = randomArray([shape.batch, shape.queries, width], seed: 5)
        let k = randomArray([shape.batch, shape.keys, width], seed: 6)
        let v = randomArray([shape.batch, shape.keys, width], seed: 7)
        for isCausal in [false, true] {
            let heads = AttentionHeads(count: shape.heads, isCausal: isCausal)
            expectSameBits { q.attending(to: k, values: v, heads: heads).elements }
        }
    }

    @Test(
        "a sequence's result does not depend on the batch, nor on how its tokens are stored", arguments: [13, 32, 80])
    func batchInvariance(size: Int) {
        let (heads, tokens, width) = (AttentionHeads(count: 2, isCausal: true), 45, 2 * size)
        let packed = randomArray([3, tokens, 3 * width], seed: 8)
        let result = packed.selfAttention(heads: heads)
        func part(_ index: Int) -> NDArray {
            NDArray(shape: [3, tokens, width]) { target in
                for token in 0..<3 * tokens {
                    for c in 0..<width {
                        target[token * width + c] = packed[token / tokens, token % tokens, index * width + c]
                    }
                }
            }
        }
        #expect(part(0).attending(to: part(1), values: part(2), heads: heads) == result)
        for index in 0..<3 {
            #expect(packed[index..<index + 1].selfAttention(heads: heads) == result[index..<index + 1])
        }
        var target = NDArray(shape: [3, tokens, width], repeating: .nan)
        part(0).attend(to: part(1), values: part(2), heads: heads, into: &target)
        #expect(target == result)
    }

    @Test("sequences of different lengths without padding give what each gives alone")
    func variableLengths() {
        let lengths = [7, 0, 33, 1, 600, 20]
        let offsets = lengths.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
        let packed = randomArray([661, 3 * 48], seed: 9)
        for isCausal in [false, true] {
            let heads = AttentionHeads(count: 3, isCausal: isCausal)
            let result = packed.selfAttention(heads: heads, offsets: offsets)
            #expect(result.shape == [661, 48])
            for (index, length) in lengths.enumerated() {
                let range = offsets[index]..<offsets[index + 1]
                let alone = packed[range].reshaped(to: [1, length, 144]).selfAttention(heads: heads)
                #expect(alone.reshaped(to: [length, 48]) == result[range])
            }
        }
    }

    @Test("masked keys count for nothing, and a query that sees none gets zeros")
    func masks() {
        let heads = AttentionHeads(count: 2)
        let (q, k, v) = (
            randomArray([1, 20, 32], seed: 10), randomArray([1, 40, 32], seed: 11), randomArray([1, 40, 32], seed: 12)
        )
        let result = q.attending(to: k, values: v, heads: heads, mask: .kept((0..<40).map { $0 < 25 }))
        let short = q.attending(
            to: NDArray(shape: [1, 25, 32], storage: k.reshaped(to: [40, 32])[0..<25].storage),
            values: NDArray(shape: [1, 25, 32], storage: v.reshaped(to: [40, 32])[0..<25].storage), heads: heads)
        expectClose(result.elements, short.elements, relativeTolerance: 1e-6, absoluteTolerance: 1e-7)
        let nothing = q.attending(to: k, values: v, heads: heads, mask: .kept([Bool](repeating: false, count: 40)))
        #expect(nothing.elements.allSatisfy { $0 == 0 })
        // Equal values come out as they are, whatever the weights: the weights add up to one.
        let ones = NDArray(shape: [1, 40, 32], repeating: 3)
        expectClose(
            q.attending(to: k, values: ones, heads: heads).elements, [Float](repeating: 3, count: 640),
            relativeTolerance: 1e-6)
    }

    struct Golden: Decodable {
        struct Case: Decodable {
            let name: String
            let batch, heads, queries, keys, size: Int
            let causal: Bool
            let scale: Float?
            let kept: [Bool]?
            let q, k, v, result: [Float]
        }
        let cases: [Case]
    }

    @Test("attention agrees with PyTorch's")
    func torch() throws {
        for example in try golden("attention.json", as: Golden.self).cases {
            let width = example.heads * example.size
            let q = NDArray(shape: [example.batch, example.queries, width], values: example.q)
            let k = NDArray(shape: [example.batch, example.keys, width], values: example.k)
            let v = NDArray(shape: [example.batch, example.keys, width], values: example.v)
            let result = q.attending(
                to: k, values: v,
                heads: AttentionHeads(count: example.heads, scale: example.scale, isCausal: example.causal),
                mask: example.kept.map { .kept($0) } ?? .none)
            expectClose(result.elements, example.result, relativeTolerance: 1e-5, absoluteTolerance: 2e-6)
        }
    }
}
