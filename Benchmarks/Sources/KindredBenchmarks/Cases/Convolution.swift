import Kindred

/// Convolutions and a pooling, channels last. Results go into memory that is used again, as in a network.
let convolutionCases: [String: Case] = [
    "conv-3x3-64-224": convolution(size: 224, kernel: 3, padding: 1),
    "conv-3x3-256-56": convolution(size: 56, kernel: 3, padding: 1),
    "conv-3x3-512-14": convolution(size: 14, kernel: 3, padding: 1),
    "conv-7x7-stride-2": convolution(size: 224, kernel: 7, stride: 2, padding: 3),
    "conv-1x1-256-64": convolution(size: 56, kernel: 1),
    "conv-1x1-64-256": convolution(size: 56, kernel: 1),
    "conv-depthwise-144-56": convolution(size: 56, kernel: 3, padding: 1, groups: 144),
    "max-pool-64-112": { folder in
        let input = try pictures(folder + "/input.npy", size: 112)
        let pooling = try Pooling2D(.maximum, window: 3, stride: 2, padding: 1)
        var output = NDArray(shape: [0])
        return {
            try pooling.apply(to: input, into: &output)
            return ["checksum": Double(output[0, 20, 30, 5])]
        }
    },
]

/// Pixels `[n · size · size × channels]` as pictures.
private func pictures(_ path: String, size: Int) throws -> NDArray {
    let pixels = try Matrix(npy: path)
    return NDArray(pixels).reshaped(to: [pixels.rows / (size * size), size, size, pixels.columns])
}

private func convolution(
    size: Int, kernel: Int, stride: Extent2D = 1, padding: Padding2D = 0, groups: Int = 1
) -> Case {
    { folder in
        let input = try pictures(folder + "/input.npy", size: size)
        let weights = try Matrix(npy: folder + "/weights.npy")
        let bias = try Matrix(npy: folder + "/bias.npy", vectorAsColumn: true)
        let reference = NDArray(try Matrix(npy: folder + "/reference.npy"))
        let layer = try Convolution2D(
            weights: NDArray(weights).reshaped(to: [weights.rows, input.shape[3] / groups, kernel, kernel]),
            bias: NDArray(bias).reshaped(to: [weights.rows]), stride: stride, padding: padding, groups: groups,
            activation: .relu)
        let memory = WorkspacePool()
        var output = NDArray(shape: [0])
        var error: Double?
        return {
            try layer.apply(to: input, into: &output, memory: memory)
            if error == nil { error = largestError(output, reference) }
            return ["error": error ?? 0]
        }
    }
}

/// The largest error of the first picture, relative to the root mean square of the reference in double precision.
private func largestError(_ output: NDArray, _ reference: NDArray) -> Double {
    output.withUnsafeBufferPointer { output in
        reference.withUnsafeBufferPointer { reference in
            var worst = 0.0
            var squares = 0.0
            for (value, expected) in zip(output, reference) {
                worst = max(worst, Double(abs(value - expected)))
                squares += Double(expected) * Double(expected)
            }
            return worst / (squares / Double(reference.count)).squareRoot()
        }
    }
}
