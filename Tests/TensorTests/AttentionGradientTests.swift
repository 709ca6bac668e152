import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct AttentionGradientTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var lead: [Int] = [2, 3]
        let queries, keys, size, valueSize: Int
        var mask: [Int]?
        var isCausal = false
        var testDescription: String {
            "\(lead) heads of \(size), \(valueSize), \(queries) queries, \(keys) keys, mask \(mask ?? []), \(isCausal)"
        }
    }

    /// Tails of tiles, values of another width, more than a block of keys, masks of every shape.
    static let cases = [
        Case(queries: 33, keys: 33, size: 16, valueSize: 16), Case(queries: 70, keys: 19, size: 13, valueSize: 21),
        Case(queries: 64, keys: 64, size: 32, valueSize: 32, isCausal: true),
        Case(lead: [1], queries: 40, keys: 1100, size: 8, valueSize: 5, mask: [40, 1100]),
        Case(lead: [], queries: 600, keys: 600, size: 8, valueSize: 8, isCausal: true),
        Case(queries: 35, keys: 20, size: 8, valueSize: 8, mask: [2, 1, 35, 20]),
        Case(queries: 35, keys: 20, size: 8, valueSize: 8, mask: [3, 35, 1]),
        Case(queries: 35, keys: 20, size: 8, valueSize: 8, mask: [1, 20], isCausal: true),
        Case(queries: 5, keys: 0, size: 4, valueSize: 4),
        Case(lead: [0, 2], queries: 5, keys: 6, size: 4, valueSize: 4),
    ]

    private func inputs(_ item: Case) -> (arrays: [NDArray], mask: NDArray?) {
        let shapes = [[item.queries, item.size], [item.keys, item.size], [item.keys, item.valueSize]]
        let mask = item.mask.map { shape in
            // A fifth is hidden, and some queries see nothing at all.
            let noise = randomArray(shape, seed: 9).elements
            return NDArray(shape: shape, values: noise.map { $0 > 0.85 ? -.infinity : $0 })
        }
        return (shapes.enumerated().map { randomArray(item.lead + $1, seed: UInt64($0 + 1)) }, mask)
    }

    private func gradients(
        _ arrays: [NDArray], _ attention: (Variable, Variable, Variable) -> Variable
    ) -> [NDArray] {
        let variables = arrays.map { Variable(parameter: $0) }
        let output = attention(variables[0], variables[1], variables[2])
        let weights = randomArray(output.shape, seed: 7)
        return [output.value] + (output * Variable(weights)).sum().gradients(for: variables)
    }

    @Test("fused attention has the value and the gradients of products and a softmax", arguments: cases)
    func composition(_ item: Case) {
        let (arrays, mask) = inputs(item)
        let fused = gradients(arrays) {
            Variable.attention(queries: $0, keys: $1, values: $2, mask: mask, isCausal: item.isCausal)
        }
        guard item.keys > 0 else { return #expect(fused.allSatisfy { $0.elements.allSatisfy { $0 == 0 } }) }
        let triangle = NDArray(
            shape: [item.queries, item.keys],
            values: (0..<item.queries * item.keys).map { place -> Float in
                item.isCausal && place % item.keys > place / item.keys ? -.infinity : 0
            })
        let composed = gradients(arrays) { queries, keys, values in
            var scores = queries.times(keys, transposingOther: true) * (1 / Float(item.size).squareRoot())
            if let mask { scores = scores + Variable(mask) }
            return (scores + Variable(triangle)).softmax().times(values)
        }
        for (fused, composed) in zip(fused, composed) {
            #expect(fused.shape == composed.shape)
            let scale = composed.elements.reduce(0) { max($0, abs($1)) }
            expectClose(
                fused.elements, composed.elements, relativeTolerance: 1e-5, absoluteTolerance: 5e-6 * max(1, scale))
        }
    }

    @Test("the gradients are the same bits at every level and number of threads", arguments: cases)
    func sameBits(_ item: Case) {
        let (arrays, mask) = inputs(item)
        expectSameBits {
            gradients(arrays) {
                Variable.attention(queries: $0, keys: $1, values: $2, mask: mask, isCausal: item.isCausal)
            }.flatMap(\.elements)
        }
    }
}
