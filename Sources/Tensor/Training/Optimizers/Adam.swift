private import CKernels

/// Adam: steps along the running mean of gradients, divided by the running root of their squares.
///
/// - Reference: Kingma and Ba, "Adam: a method for stochastic optimization", 2014, arXiv:1412.6980.
public struct Adam: Optimizer, Hashable {
    /// How far a step goes; above 0.
    public var learningRate: Double
    /// How much of the mean of gradients stays with each step; in [0, 1).
    public var beta1: Double
    /// How much of the mean of squares stays with each step; in [0, 1).
    public var beta2: Double
    /// What is added to the root of the squares; above 0.
    public var epsilon: Double
    /// What is added to the gradient, times the parameter (a penalty on squares); 0 or more. ``AdamW`` is meant for
    /// more than none.
    public var weightDecay: Double

    /// Adam with these parameters; the defaults are PyTorch's.
    public init(
        learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0
    ) {
        (self.learningRate, self.beta1, self.beta2) = (learningRate, beta1, beta2)
        (self.epsilon, self.weightDecay) = (epsilon, weightDecay)
    }

    /// Two arrays: the running means of gradients and of their squares.
    public var memoryCount: Int { 2 }

    public func validate() throws(TensorError) {
        try check("learningRate", learningRate, learningRate > 0 && learningRate.isFinite, "above 0")
        try check("beta1", beta1, (0..<1).contains(beta1), "in [0, 1)")
        try check("beta2", beta2, (0..<1).contains(beta2), "in [0, 1)")
        try check("epsilon", epsilon, epsilon > 0, "above 0")
        try check("weightDecay", weightDecay, weightDecay >= 0, "0 or more")
    }

    public func update(
        _ parameter: inout NDArray, gradient: NDArray, memory: inout [NDArray], step: Int, learningRate: Double,
        gradientScale: Double
    ) {
        update(
            &parameter, gradient: gradient, memory: &memory, step: step, learningRate: learningRate,
            gradientScale: gradientScale, decay: weightDecay, shrinkage: 1)
    }

    /// - Parameters:
    ///   - decay: what is added to the gradient, times the parameter.
    ///   - shrinkage: what the parameter is multiplied by first.
    fileprivate func update(
        _ parameter: inout NDArray, gradient: NDArray, memory: inout [NDArray], step: Int, learningRate: Double,
        gradientScale: Double, decay: Double, shrinkage: Double
    ) {
        var rates = kindred_adam_rates(
            scale: Float(gradientScale), decay: Float(decay), shrinkage: Float(shrinkage), mean_rate: Float(1 - beta1),
            square_decay: Float(beta2), square_rate: Float(1 - beta2),
            square_correction: Float((1 - power(beta2, step)).squareRoot()), epsilon: Float(epsilon),
            step: Float(learningRate / (1 - power(beta1, step))))
        gradient.withUnsafeBufferPointer { gradient in
            parameter.withUnsafeMutableBufferPointer { parameter in
                memory.withUnsafeMutableBufferPointer { memory in
                    let mean = memory[0].withUnsafeMutableBufferPointer { $0.baseAddress }
                    let square = memory[1].withUnsafeMutableBufferPointer { $0.baseAddress }
                    guard let p = parameter.baseAddress, let g = gradient.baseAddress, let mean, let square else {
                        return
                    }
                    forEachPart(of: gradient.count) { start, count in
                        kindred_adam(p + start, g + start, mean + start, square + start, count, &rates)
                    }
                }
            }
        }
    }
}

/// Adam whose decay of weights stands apart from the gradient: each step first multiplies the parameters by
/// 1 − learning rate · decay.
///
/// - Reference: Loshchilov and Hutter, "Decoupled weight decay regularization", 2017, arXiv:1711.05101.
public struct AdamW: Optimizer, Hashable {
    private var adam: Adam

    /// How far a step goes; above 0.
    public var learningRate: Double {
        get { adam.learningRate }
        set { adam.learningRate = newValue }
    }
    /// How much of the mean of gradients stays with each step; in [0, 1).
    public var beta1: Double {
        get { adam.beta1 }
        set { adam.beta1 = newValue }
    }
    /// How much of the mean of squares stays with each step; in [0, 1).
    public var beta2: Double {
        get { adam.beta2 }
        set { adam.beta2 = newValue }
    }
    /// What is added to the root of the squares; above 0.
    public var epsilon: Double {
        get { adam.epsilon }
        set { adam.epsilon = newValue }
    }
    /// How much of the parameters each step takes away, times the learning rate; 0 or more.
    public var weightDecay: Double {
        get { adam.weightDecay }
        set { adam.weightDecay = newValue }
    }

    /// AdamW with these parameters; the defaults are PyTorch's.
    public init(
        learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0.01
    ) {
        adam = Adam(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay)
    }

    /// Two arrays, as for ``Adam``.
    public var memoryCount: Int { adam.memoryCount }

    public func validate() throws(TensorError) { try adam.validate() }

    public func update(
        _ parameter: inout NDArray, gradient: NDArray, memory: inout [NDArray], step: Int, learningRate: Double,
        gradientScale: Double
    ) {
        adam.update(
            &parameter, gradient: gradient, memory: &memory, step: step, learningRate: learningRate,
            gradientScale: gradientScale, decay: 0, shrinkage: 1 - learningRate * weightDecay)
    }
}

/// `base` to the power of a whole number, by repeated squaring: the same bits with every system's library.
func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
        if rest & 1 == 1 { result *= square }
        square *= square
        rest >>= 1
    }
    return result
}
