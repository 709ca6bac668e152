import Tensor
import Testing

/// An operation whose gradients are tested: against central differences, and against PyTorch's.
struct GradientCase: Sendable, CustomTestStringConvertible {
    let name: String
    /// The shapes of the inputs for central differences.
    let shapes: [[Int]]
    /// What is added to normally distributed inputs, and how far these spread.
    let offset: Double
    let scale: Double
    let operation: @Sendable ([Variable]) -> Variable

    var testDescription: String { name }

    static func named(_ name: String) -> GradientCase? { all.first { $0.name == name } }

    /// −∞ above the diagonal but one, and a slope besides.
    static let mask = NDArray(
        shape: [4, 5],
        values: (0..<20).map { place -> Float in
            let (query, key) = (place / 5, place % 5)
            return key > query + 1 ? -.infinity : Float(key) * 0.25
        })

    static let all: [GradientCase] = {
        var cases: [GradientCase] = []
        func add(
            _ name: String, _ shapes: [[Int]], offset: Double = 0, scale: Double = 1,
            _ operation: @escaping @Sendable ([Variable]) -> Variable
        ) {
            cases.append(GradientCase(name: name, shapes: shapes, offset: offset, scale: scale, operation: operation))
        }
        add("add", [[2, 3, 4], [3, 1]]) { $0[0] + $0[1] }
        add("subtract", [[3, 4], [2, 3, 4]]) { $0[0] - $0[1] }
        add("multiply", [[3, 4], [4]]) { $0[0] * $0[1] }
        add("divide", [[3, 4], [3, 1]], offset: 3, scale: 0.3) { $0[0] / $0[1] }
        add("scalars", [[5]], offset: 3, scale: 0.3) {
            let (x, left): (Variable, Variable) = ($0[0], (2 - $0[0]) * 3)
            return left + 1 / x - x / 4 + (-x)
        }
        add("same-twice", [[2, 3]]) { $0[0] * $0[0] + $0[0] }
        add("squares", [[7]]) { $0[0].squares() }
        add("square-roots", [[7]], offset: 3, scale: 0.3) { $0[0].squareRoots() }
        add("relu", [[3, 20]], offset: 0.2) { $0[0].applying(.relu) }
        add("gelu", [[3, 20]], scale: 2) { $0[0].applying(.gelu) }
        add("gelu-tanh", [[3, 20]], scale: 2) { $0[0].applying(.geluTanh) }
        add("quick-gelu", [[3, 20]], scale: 2) { $0[0].applying(.quickGELU) }
        add("silu", [[3, 20]], scale: 2) { $0[0].applying(.silu) }
        add("tanh", [[3, 20]]) { $0[0].applying(.tanh) }
        add("sigmoid", [[3, 20]], scale: 2) { $0[0].applying(.sigmoid) }
        add("exp", [[3, 20]]) { $0[0].exponentials() }
        add("log", [[3, 20]], offset: 3, scale: 0.3) { $0[0].logarithms() }
        add("sum-all", [[2, 3, 4]]) { $0[0].sum() }
        add("sum-axes", [[2, 3, 4]]) { $0[0].sum(axes: [0, -1]) }
        add("mean-kept", [[2, 3, 4]]) { $0[0].mean(axes: [1], keepingAxes: true) }
        add("broadcast", [[3, 1]]) { $0[0].broadcast(to: [2, 3, 4]) }
        add("reshape-permute", [[2, 3, 4]]) { $0[0].permutingAxes([2, 0, 1]).reshaped(to: [4, 6]).transposed() }
        add("slice", [[2, 5, 3]]) { $0[0].slice(1..<4, axis: 1) }
        add("gather", [[5, 3]]) { $0[0].gathering([4, 1, 1, 0, 4]) }
        add("concatenate", [[2, 3], [2, 1], [2, 2]]) { Variable(concatenating: $0, axis: -1) }
        add("product", [[3, 4], [4, 5]]) { $0[0].times($0[1]) }
        add("product-transposed-left", [[4, 3], [4, 5]]) { $0[0].times($0[1], transposingSelf: true) }
        add("product-transposed-right", [[3, 4], [5, 4]]) { $0[0].times($0[1], transposingOther: true) }
        add("product-transposed-both", [[4, 3], [5, 4]]) {
            $0[0].times($0[1], transposingSelf: true, transposingOther: true)
        }
        add("product-batched", [[2, 1, 3, 4], [3, 4, 2]]) { $0[0].times($0[1]) }
        add("product-batch-and-matrix", [[2, 3, 4], [5, 4]]) { $0[0].times($0[1], transposingOther: true) }
        add("product-matrix-and-batch", [[4, 3], [2, 4, 5]]) { $0[0].times($0[1], transposingSelf: true) }
        add("product-batch-both-transposed", [[2, 4, 3], [5, 4]]) {
            $0[0].times($0[1], transposingSelf: true, transposingOther: true)
        }
        add("linear", [[2, 3, 4], [5, 4], [5]]) { $0[0].linear(weight: $0[1], bias: $0[2]) }
        add("softmax", [[3, 5]]) { $0[0].softmax() }
        add("log-softmax", [[3, 5]]) { $0[0].logSoftmax() }
        add("log-sum-exp", [[2, 3, 5]]) { $0[0].logSumExp() }
        add("layer-norm", [[2, 3, 7], [7], [7]]) { $0[0].layerNormalized(weight: $0[1], bias: $0[2]) }
        add("layer-norm-plain", [[3, 7]]) { $0[0].layerNormalized(epsilon: 1e-3) }
        add("normalize", [[3, 6]]) { $0[0].normalizedRows() }
        add("attention", [[2, 4, 3], [2, 5, 3], [2, 5, 2]]) {
            Variable.attention(queries: $0[0], keys: $0[1], values: $0[2])
        }
        add("attention-masked", [[2, 2, 4, 3], [2, 2, 5, 3], [2, 2, 5, 3]]) {
            Variable.attention(queries: $0[0], keys: $0[1], values: $0[2], mask: mask)
        }
        add("attention-causal", [[2, 5, 3], [2, 5, 3], [2, 5, 3]]) {
            Variable.attention(queries: $0[0], keys: $0[1], values: $0[2], isCausal: true, scale: 0.4)
        }
        add("convolution", [[2, 5, 6, 3], [4, 3, 3, 3], [4]]) {
            $0[0].convolved(with: $0[1], bias: $0[2], padding: 1)
        }
        add("convolution-strided", [[2, 7, 6, 2], [3, 2, 3, 2]]) {
            $0[0].convolved(with: $0[1], stride: 2, padding: 1)
        }
        add("convolution-grouped", [[1, 5, 5, 4], [6, 2, 3, 3], [6]]) {
            $0[0].convolved(with: $0[1], bias: $0[2], groups: 2)
        }
        add("convolution-depthwise-dilated", [[2, 7, 7, 3], [3, 1, 3, 3]]) {
            $0[0].convolved(with: $0[1], padding: 2, dilation: 2, groups: 3)
        }
        add("max-pool", [[2, 6, 6, 2]]) { $0[0].maximumPooled(window: 2) }
        add("max-pool-overlapping", [[1, 7, 6, 2]]) { $0[0].maximumPooled(window: 3, stride: 2, padding: 1) }
        add("average-pool", [[1, 7, 6, 2]]) { $0[0].meanPooled(window: 3, stride: 2, padding: 1) }
        add("mean-squared-error", [[3, 4], [3, 4]]) { $0[0].meanSquaredError(to: $0[1]) }
        add("cross-entropy", [[4, 5]]) { $0[0].crossEntropy(labels: [1, 4, 0, 1]) }
        add("info-nce", [[4, 6], [4, 6]]) {
            let scores = $0[0].normalizedRows().times($0[1].normalizedRows(), transposingOther: true) * 5
            let labels = [0, 1, 2, 3]
            return (scores.crossEntropy(labels: labels) + scores.transposed().crossEntropy(labels: labels)) * 0.5
        }
        return cases
    }()
}
