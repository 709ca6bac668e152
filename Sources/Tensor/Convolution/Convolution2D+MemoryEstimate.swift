extension Convolution2D {
    /// About how much memory the layer takes for an input of shape `[n, h, w, in]`: its weights, the output, and the
    /// working memory of all threads.
    ///
    /// - Throws: as ``outputShape(for:)``.
    public func memoryEstimate(for shape: [Int]) throws(TensorError) -> MemoryEstimate {
        let problem = try problem(shape)
        var working = (shared: 0, each: 0)
        var weights = outputChannels * (inputChannels / groups) * kernel.area
        if let winograd { weights += winograd.elementCount * inputChannels * outputChannels }
        if let winograd = winograd(for: problem) {
            working = winograd.workingFloats(problem)
        } else {
            switch taps {
            case .products(let weights): working.each = weights.workingFloats(problem)
            case .depthwise(let weights): working.each = weights.workingFloats(problem)
            }
        }
        return MemoryEstimate("weights", floats: weights)
            + MemoryEstimate("features", floats: problem.batch * problem.output.area * outputChannels)
            + MemoryEstimate("working memory", floats: working.shared + working.each * Parallelism.threadCount)
    }
}

extension Convolution2D: CustomStringConvertible {
    /// The channels, the kernel and the activation: `"Convolution2D(64 → 128, 3 × 3, relu)"`.
    public var description: String {
        "Convolution2D(\(inputChannels) → \(outputChannels), \(kernel), \(activation))"
    }
}
