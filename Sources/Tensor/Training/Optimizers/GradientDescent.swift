private import CKernels

/// Stochastic gradient descent, with momentum if wanted.
///
/// - Reference: Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013.
public struct GradientDescent: Optimizer, Hashable {
    /// How far a step goes; above 0.
    public var learningRate: Double
    /// How much of the last direction stays with each step; in [0, 1), 0 for none.
    public var momentum: Double
    /// Whether the gradient is taken as if the momentum had been followed already (Nesterov); needs momentum.
    public var isNesterov: Bool
    /// What is added to the gradient, times the parameter (a penalty on squares); 0 or more.
    public var weightDecay: Double

    /// Gradient descent with these parameters.
    public init(learningRate: Double, momentum: Double = 0, isNesterov: Bool = false, weightDecay: Double = 0) {
        (self.learningRate, self.momentum) = (learningRate, momentum)
        (self.isNesterov, self.weightDecay) = (isNesterov, weightDecay)
    }

    /// One array with momentum, the last direction; none without.
    public var memoryCount: Int { momentum > 0 ? 1 : 0 }

    public func validate() throws(TensorError) {
        try check("learningRate", learningRate, learningRate > 0 && learningRate.isFinite, "above 0")
        try check("momentum", momentum, (0..<1).contains(momentum), "in [0, 1)")
        try check("momentum", momentum, !isNesterov || momentum > 0, "above 0 for Nesterov's form")
        try check("weightDecay", weightDecay, weightDecay >= 0, "0 or more")
    }

    public func update(
        _ parameter: inout NDArray, gradient: NDArray, memory: inout [NDArray], step: Int, learningRate: Double,
        gradientScale: Double
    ) {
        var rates = kindred_descent_rates(
            scale: Float(gradientScale), decay: Float(weightDecay), momentum: Float(momentum),
            step: Float(learningRate), nesterov: isNesterov ? 1 : 0)
        gradient.withUnsafeBufferPointer { gradient in
            parameter.withUnsafeMutableBufferPointer { parameter in
                guard let p = parameter.baseAddress, let g = gradient.baseAddress else { return }
                if memory.isEmpty {
                    return forEachPart(of: gradient.count) { start, count in
                        kindred_momentum_descent(p + start, g + start, nil, count, &rates)
                    }
                }
                memory[0].withUnsafeMutableBufferPointer { velocity in
                    guard let v = velocity.baseAddress else { return }
                    forEachPart(of: gradient.count) { start, count in
                        kindred_momentum_descent(p + start, g + start, v + start, count, &rates)
                    }
                }
            }
        }
    }
}
