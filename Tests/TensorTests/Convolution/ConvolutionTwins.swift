import Tensor

/// The definitions of convolution, written down without any thought of speed.
enum ConvolutionTwin {
    /// Each output as one chain of fused multiply-adds over (line, column, channel), zeros of the padding included.
    static func chain(_ input: NDArray, _ layer: Convolution2D) throws -> NDArray {
        try outputs(input, layer) { terms, bias in
            var sum: Float = 0
            for (a, b) in terms { sum.addProduct(a, b) }
            if let bias { sum += bias }
            return layer.activation == .relu ? (sum < 0 ? 0 : sum) : sum
        }
    }

    /// Each output in double precision.
    static func double(_ input: NDArray, _ layer: Convolution2D) throws -> [Double] {
        try outputs(input, layer) { terms, bias in
            let sum = terms.reduce(Double(bias ?? 0)) { $0 + Double($1.0) * Double($1.1) }
            return layer.activation == .relu ? max(0, sum) : sum
        }
    }

    private static func outputs(
        _ input: NDArray, _ layer: Convolution2D, _ value: ([(Float, Float)], Float?) -> Float
    ) throws -> NDArray {
        NDArray(shape: try layer.outputShape(for: input.shape), values: try outputs(input, layer, value))
    }

    private static func outputs<T>(
        _ input: NDArray, _ layer: Convolution2D, _ value: ([(Float, Float)], Float?) -> T
    ) throws -> [T] {
        let shape = try layer.outputShape(for: input.shape)
        let weights = layer.weights
        let channels = layer.inputChannels / layer.groups
        var result: [T] = []
        for n in 0..<shape[0] {
            for y in 0..<shape[1] {
                for x in 0..<shape[2] {
                    for o in 0..<shape[3] {
                        let first = o / (layer.outputChannels / layer.groups) * channels
                        var terms: [(Float, Float)] = []
                        for ky in 0..<layer.kernel.height {
                            for kx in 0..<layer.kernel.width {
                                let row = y * layer.stride.height + ky * layer.dilation.height - layer.padding.top
                                let column = x * layer.stride.width + kx * layer.dilation.width - layer.padding.left
                                let inside =
                                    (0..<input.shape[1]).contains(row) && (0..<input.shape[2]).contains(column)
                                for c in 0..<channels {
                                    terms.append((inside ? input[n, row, column, first + c] : 0, weights[o, c, ky, kx]))
                                }
                            }
                        }
                        result.append(value(terms, layer.bias?[o]))
                    }
                }
            }
        }
        return result
    }
}

extension NDArray {
    /// The elements' bits: they tell −0 from 0 and know when NaN equals NaN.
    var bits: [UInt32] { elements.map(\.bitPattern) }
}
