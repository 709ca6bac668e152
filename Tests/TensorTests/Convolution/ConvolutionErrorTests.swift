import Tensor
import Testing

@Suite struct ConvolutionErrorTests {
    func isShape(_ error: TensorError?) -> Bool {
        if case .shape = error { true } else { false }
    }

    func isParameter(_ name: String, _ error: TensorError?) -> Bool {
        if case .parameter(name, _, _) = error { true } else { false }
    }

    let weights = NDArray(shape: [4, 2, 3, 3], repeating: 1)

    @Test("weights of a wrong rank, without elements, or with a bias of another length are refused")
    func badWeights() {
        for shape in [[4, 2, 3], [4, 2, 3, 3, 1], [0, 2, 3, 3], [4, 0, 3, 3], [4, 2, 0, 3], [4, 2, 3, 0]] {
            let error = #expect(throws: TensorError.self) { try Convolution2D(weights: NDArray(shape: shape)) }
            #expect(isShape(error), "\(shape)")
        }
        for shape in [[3], [4, 1], []] {
            let error = #expect(throws: TensorError.self) {
                try Convolution2D(weights: weights, bias: NDArray(shape: shape))
            }
            #expect(isShape(error), "\(shape)")
        }
    }

    @Test("parameters out of range are named", arguments: [0, -1, Int.max, Int.min])
    func badParameters(value: Int) {
        let extents = [Extent2D(height: value, width: 1), Extent2D(height: 1, width: value)]
        for (extent, side) in zip(extents, ["height", "width"]) {
            let stride = #expect(throws: TensorError.self) { try Convolution2D(weights: weights, stride: extent) }
            #expect(isParameter("stride.\(side)", stride))
            let dilation = #expect(throws: TensorError.self) { try Convolution2D(weights: weights, dilation: extent) }
            #expect(isParameter("dilation.\(side)", dilation))
            let window = #expect(throws: TensorError.self) { try Pooling2D(.maximum, window: extent) }
            #expect(isParameter("window.\(side)", window))
            let output = #expect(throws: TensorError.self) { try AdaptivePooling2D(.mean, output: extent) }
            #expect(isParameter("output", output))
        }
        let groups = #expect(throws: TensorError.self) { try Convolution2D(weights: weights, groups: value) }
        #expect(isParameter("groups", groups))
        guard value != 0 else { return }
        let padding = #expect(throws: TensorError.self) {
            try Convolution2D(weights: weights, padding: Padding2D(top: 0, left: 0, bottom: value, right: 0))
        }
        #expect(isParameter("padding.bottom", padding))
    }

    @Test("groups divide the output channels; Winograd's methods serve only what they can")
    func badMethods() {
        #expect(
            isParameter("groups", #expect(throws: TensorError.self) { try Convolution2D(weights: weights, groups: 3) }))
        for method in [Convolution2D.Method.winograd2, .winograd4] {
            let layers: [() throws -> Convolution2D] = [
                { try Convolution2D(weights: NDArray(shape: [4, 2, 3, 1]), method: method) },
                { try Convolution2D(weights: weights, stride: 2, method: method) },
                { try Convolution2D(weights: weights, dilation: 2, method: method) },
                { try Convolution2D(weights: weights, groups: 2, method: method) },
            ]
            for layer in layers {
                #expect(isParameter("method", #expect(throws: TensorError.self) { try layer() }))
            }
        }
    }

    @Test("inputs of a wrong rank, with other channels or smaller than the kernel are refused")
    func badInputs() throws {
        for method in [Convolution2D.Method.direct, .winograd4] {
            let layer = try Convolution2D(weights: weights, method: method)
            for shape in [[3, 3, 2], [1, 3, 3, 2, 1], [1, 3, 3, 3], [1, 2, 3, 2], [1, 3, 2, 2], [1, 0, 0, 2]] {
                let error = #expect(throws: TensorError.self) { try layer.apply(to: NDArray(shape: shape)) }
                #expect(isShape(error), "\(shape)")
                #expect(isShape(#expect(throws: TensorError.self) { try layer.outputShape(for: shape) }))
            }
            #expect(try layer.apply(to: NDArray(shape: [1, 3, 3, 2])).shape == [1, 1, 1, 4])
        }
    }

    @Test("a dilated kernel that reaches over the picture is refused, and fits with enough padding")
    func dilatedKernel() throws {
        let input = NDArray(shape: [1, 4, 4, 2])
        #expect(throws: TensorError.self) { try Convolution2D(weights: weights, dilation: 2).apply(to: input) }
        let padded = try Convolution2D(
            weights: weights, padding: Padding2D(top: 1, left: 0, bottom: 0, right: 1), dilation: 2)
        #expect(try padded.apply(to: input).shape == [1, 1, 1, 4])
    }

    @Test("poolings refuse padding as wide as the window, wrong ranks and pictures smaller than the window")
    func badPoolings() throws {
        let padding = #expect(throws: TensorError.self) { try Pooling2D(.maximum, window: 2, padding: 2) }
        #expect(isParameter("padding", padding))
        let pooling = try Pooling2D(.mean(countsPadding: true), window: 3)
        for shape in [[3, 3, 2], [1, 2, 3, 2], [1, 3, 2, 2]] {
            #expect(isShape(#expect(throws: TensorError.self) { try pooling.apply(to: NDArray(shape: shape)) }))
        }
        for shape in [[3, 3, 2], [1, 0, 3, 2], [1, 3, 0, 2]] {
            let array = NDArray(shape: shape)
            #expect(isShape(#expect(throws: TensorError.self) { try array.globalMeanPooling() }))
            #expect(isShape(#expect(throws: TensorError.self) { try array.globalMaximumPooling() }))
        }
    }

    @Test("batch normalisations refuse lengths that differ and variances without a root")
    func badNormalizations() throws {
        let two = NDArray(shape: [2], repeating: 1)
        let three = NDArray(shape: [3], repeating: 1)
        #expect(isShape(#expect(throws: TensorError.self) { try BatchNormalization(mean: two, variance: three) }))
        #expect(
            isShape(
                #expect(throws: TensorError.self) { try BatchNormalization(weight: three, mean: two, variance: two) }))
        let negative = NDArray(shape: [2], values: [1, -1])
        let error = #expect(throws: TensorError.self) { try BatchNormalization(mean: two, variance: negative) }
        #expect(isParameter("variance + epsilon", error))
        let layer = try Convolution2D(weights: weights)
        let normalization = try BatchNormalization(mean: three, variance: three)
        #expect(isShape(#expect(throws: TensorError.self) { try layer.folding(normalization) }))
    }
}
