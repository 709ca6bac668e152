/// The batch normalisation of a trained network: for each channel `weight · (x − mean) / √(variance + epsilon) + bias`.
///
/// In a trained network this is linear, so it is folded into the convolution before it:
/// ``Convolution2D/folding(_:activation:)``.
public struct BatchNormalization: Sendable {
    let scale: [Double]
    let offset: [Double]

    /// - Parameters:
    ///   - weight: a factor for each channel, `[c]`; 1 by default.
    ///   - bias: an offset for each channel, `[c]`; 0 by default.
    ///   - mean: the running mean of each channel, `[c]`.
    ///   - variance: the running variance of each channel, `[c]`, not negative.
    ///   - epsilon: added to the variance; at least 0.
    /// - Throws: ``TensorError/shape(_:)`` when the lengths differ; ``TensorError/parameter(name:value:valid:)`` when a
    ///   variance plus `epsilon` is not a positive number.
    /// - Complexity: O(c).
    /// - Reference: Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing internal
    ///   covariate shift", ICML 2015.
    public init(
        weight: NDArray? = nil, bias: NDArray? = nil, mean: NDArray, variance: NDArray, epsilon: Double = 1e-5
    ) throws(TensorError) {
        let count = mean.count
        for (name, array) in [("weight", weight), ("bias", bias), ("mean", mean), ("variance", variance)] {
            guard array.map({ $0.shape == [count] }) ?? true else {
                throw .shape("\(name) of a batch normalisation has shape \(array?.shape ?? []), expected [\(count)]")
            }
        }
        var scale: [Double] = []
        var offset: [Double] = []
        for channel in 0..<count {
            let spread = Double(variance[channel]) + epsilon
            guard spread > 0 && spread.isFinite else {
                throw .parameter(
                    name: "variance + epsilon", value: "\(spread) in channel \(channel)", valid: "positive and finite")
            }
            let factor = (weight.map { Double($0[channel]) } ?? 1) / spread.squareRoot()
            scale.append(factor)
            offset.append((bias.map { Double($0[channel]) } ?? 0) - Double(mean[channel]) * factor)
        }
        self.scale = scale
        self.offset = offset
    }
}

extension Convolution2D {
    /// The convolution followed by a batch normalisation, as one convolution.
    ///
    /// - Parameters:
    ///   - normalization: what follows the convolution.
    ///   - activation: the result's; it comes after the normalisation.
    /// - Precondition: the layer has no activation, for that would come before the normalisation.
    /// - Throws: ``TensorError/shape(_:)`` when the normalisation has another number of channels than the output.
    /// - Complexity: that of packing the weights.
    public func folding(
        _ normalization: BatchNormalization, activation: Activation = .identity
    ) throws(TensorError) -> Convolution2D {
        precondition(self.activation == .identity, "an activation stands between convolution and normalisation")
        guard normalization.scale.count == outputChannels else {
            throw .shape(
                "a batch normalisation of \(normalization.scale.count) channels follows a convolution with "
                    + "\(outputChannels)")
        }
        var weights = self.weights
        let size = weights.count / outputChannels
        weights.withUnsafeMutableBufferPointer { values in
            for index in values.indices {
                values[index] = Float(Double(values[index]) * normalization.scale[index / size])
            }
        }
        let bias = self.bias
        let folded = NDArray(
            shape: [outputChannels],
            values: (0..<outputChannels).map { channel in
                let before = bias.map { Double($0[channel]) } ?? 0
                return Float(before * normalization.scale[channel] + normalization.offset[channel])
            })
        return try Convolution2D(
            weights: weights, bias: folded, stride: grid.stride, padding: grid.padding, dilation: grid.dilation,
            groups: groups, activation: activation, method: method, pictureSize: pictureSize)
    }
}
