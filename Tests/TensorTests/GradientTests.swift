import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct GradientTests {
    /// The output of a case and the gradients of Σ output · weights for its inputs.
    static func evaluate(_ gradientCase: GradientCase, inputs: [NDArray], weights: NDArray?) -> (NDArray, [NDArray]) {
        let variables = inputs.map { Variable(parameter: $0) }
        let output = gradientCase.operation(variables)
        let weights = weights ?? NDArray(shape: output.shape, repeating: 1)
        let gradients = (output * Variable(weights)).sum().gradients(for: variables)
        return (output.value, gradients)
    }

    /// Σ weights · (output(inputs with one element moved by `step`) − output(inputs moved back)), in double precision.
    private func difference(
        _ gradientCase: GradientCase, _ inputs: [NDArray], input: Int, element: Int, step: Float, weights: NDArray
    ) -> Double {
        let outputs = [step, -step].map { step in
            var moved = inputs
            moved[input].withUnsafeMutableBufferPointer { $0[element] += step }
            return gradientCase.operation(moved.map { Variable($0) }).value.elements
        }
        return zip(zip(outputs[0], outputs[1]), weights.elements).reduce(0) { sum, pair in
            sum + (Double(pair.0.0) - Double(pair.0.1)) * Double(pair.1)
        }
    }

    @Test("gradients agree with central differences of fourth order", arguments: GradientCase.all)
    func centralDifferences(_ gradientCase: GradientCase) {
        let inputs = gradientCase.shapes.enumerated().map { index, shape in
            randomArray(shape, seed: UInt64(index + 1), scale: gradientCase.scale, offset: gradientCase.offset)
        }
        let output = Self.evaluate(gradientCase, inputs: inputs, weights: nil).0
        let weights = randomArray(output.shape, seed: 99)
        let gradients = Self.evaluate(gradientCase, inputs: inputs, weights: weights).1
        // Kinks must lie further away than the inputs are moved.
        let step: Float = ["relu", "max-pool", "max-pool-overlapping"].contains(gradientCase.name) ? 0x1p-9 : 0x1p-5
        for (index, gradient) in gradients.enumerated() {
            #expect(gradient.shape == inputs[index].shape)
            let scale = Double(gradient.magnitudes().maximum().scalar)
            #expect(scale > 0)
            for element in 0..<gradient.count {
                let near = difference(
                    gradientCase, inputs, input: index, element: element, step: step, weights: weights)
                let far = difference(
                    gradientCase, inputs, input: index, element: element, step: 2 * step, weights: weights)
                let numerical = (8 * near - far) / (12 * Double(step))
                // Rounding of the outputs, divided by the step, is the error of the differences.
                let tolerance = 2e-4 * max(1, scale) * Double(0x1p-5 / step)
                let actual = Double(gradient.elements[element])
                let isClose = abs(actual - numerical) <= tolerance
                #expect(isClose, "input \(index), element \(element): \(actual), \(numerical)")
            }
        }
    }

    struct Golden: Decodable {
        struct Array: Decodable {
            let shape: [Int]
            let values: [Float]
            var array: NDArray { NDArray(shape: shape, values: values) }
        }
        struct Case: Decodable {
            let name: String
            let inputs: [Array]
            let weights: Array
            let output: Array
            let gradients: [Array]
        }
        let cases: [Case]
    }

    @Test("values and gradients are PyTorch's")
    func pyTorch() throws {
        let goldens = try golden("training-gradients.json", as: Golden.self).cases
        #expect(Set(goldens.map(\.name)) == Set(GradientCase.all.map(\.name)))
        for golden in goldens {
            let gradientCase = try #require(GradientCase.named(golden.name))
            let results = Self.evaluate(
                gradientCase, inputs: golden.inputs.map(\.array), weights: golden.weights.array)
            #expect(results.0.shape == golden.output.shape, "\(golden.name)")
            expectClose(
                results.0.elements, golden.output.values, relativeTolerance: 1e-5, absoluteTolerance: 2e-6)
            for (gradient, expected) in zip(results.1, golden.gradients) {
                #expect(gradient.shape == expected.shape, "\(golden.name)")
                let scale = expected.array.magnitudes().maximum().scalar
                expectClose(
                    gradient.elements, expected.values, relativeTolerance: 1e-5, absoluteTolerance: 2e-6 * max(1, scale)
                )
            }
        }
    }

    @Test("values and gradients are the same bits at every level and thread count", arguments: GradientCase.all)
    func sameBits(_ gradientCase: GradientCase) {
        let inputs = gradientCase.shapes.enumerated().map { index, shape in
            randomArray(shape, seed: UInt64(index + 1), scale: gradientCase.scale, offset: gradientCase.offset)
        }
        let results = atEveryLevelAndThreadCount { Self.evaluate(gradientCase, inputs: inputs, weights: nil) }
        for result in results { #expect(result.0 == results[0].0 && result.1 == results[0].1) }
    }

    @Test("larger problems, too, are the same bits at every thread count")
    func sameBitsLarge() {
        let attention = [[6, 70, 16], [6, 70, 16], [6, 70, 16]]
        let convolution = [[3, 40, 40, 8], [16, 8, 3, 3], [16]]
        let linear = [[300, 130], [70, 130], [70]]
        for (name, shapes) in [("attention-causal", attention), ("convolution", convolution), ("linear", linear)] {
            guard let gradientCase = GradientCase.named(name) else { continue }
            let inputs = shapes.enumerated().map { randomArray($1, seed: UInt64($0)) }
            let results = atEveryLevelAndThreadCount { Self.evaluate(gradientCase, inputs: inputs, weights: nil) }
            for result in results { #expect(result.0 == results[0].0 && result.1 == results[0].1, "\(name)") }
        }
    }
}
