/// A rule by which gradients change parameters.
///
/// An optimiser is a set of parameters of its own, a value; what it remembers from step to step is an
/// ``OptimizerState``.
public protocol Optimizer: Sendable {
    /// How far a step goes, before the schedule's factor.
    var learningRate: Double { get }
    /// How many arrays it remembers for each parameter.
    var memoryCount: Int { get }
    /// Checks each of its parameters.
    ///
    /// - Throws: ``TensorError/parameter(name:value:valid:)``
    func validate() throws(TensorError)
    /// Changes one parameter in place.
    ///
    /// - Parameters:
    ///   - parameter: what is changed.
    ///   - gradient: of the parameter's shape.
    ///   - memory: ``memoryCount`` arrays of the parameter's shape, zeros before the first step.
    ///   - step: the number of this step, from 1.
    ///   - learningRate: how far this step goes.
    ///   - gradientScale: what the gradient is multiplied by first.
    func update(
        _ parameter: inout NDArray, gradient: NDArray, memory: inout [NDArray], step: Int, learningRate: Double,
        gradientScale: Double)
}

extension Optimizer {
    /// Calls `body` for parts of arrays of `count` elements, in parallel.
    func forEachPart(of count: Int, _ body: (_ start: Int, _ count: Int) -> Void) {
        let size = 1 << 15
        parallelFor((0..<count).tileCount(size: size)) { tile in
            let part = (0..<count).tile(tile, size: size)
            body(part.lowerBound, part.count)
        }
    }
}

/// What an optimiser remembers from step to step: how many there were, and its arrays for each parameter.
public struct OptimizerState: Sendable, Equatable {
    /// The number of steps done.
    public internal(set) var step = 0
    /// For each parameter, in order, the optimiser's arrays.
    public internal(set) var memory: [[NDArray]]

    /// The state before the first step.
    public init(for optimizer: some Optimizer, parameters: ParameterSet) {
        memory = parameters.values.map { value in
            (0..<optimizer.memoryCount).map { _ in NDArray(shape: value.shape) }
        }
    }

    init(step: Int, memory: [[NDArray]]) {
        self.step = step
        self.memory = memory
    }

    /// Does one step.
    ///
    /// - Parameters:
    ///   - parameters: what is changed.
    ///   - gradients: one for each parameter, in order.
    ///   - optimizer: the rule.
    ///   - learningRate: how far this step goes; the optimiser's own by default.
    ///   - maximumGradientNorm: gradients that together are longer than this are shortened to it.
    /// - Precondition: this state was made for these parameters and this optimiser.
    /// - Complexity: O(number of elements), in one pass, and one more for the norm.
    public mutating func update(
        _ parameters: inout ParameterSet, gradients: [NDArray], using optimizer: some Optimizer,
        learningRate: Double? = nil, maximumGradientNorm: Double? = nil
    ) {
        precondition(
            gradients.count == parameters.count && memory.count == parameters.count,
            "\(gradients.count) gradients for \(parameters.count) parameters")
        step += 1
        var scale = 1.0
        if let maximumGradientNorm {
            // As in PyTorch, a little more than the norm divides.
            scale = min(1, maximumGradientNorm / (Self.norm(gradients) + 1e-6))
        }
        for index in gradients.indices {
            precondition(gradients[index].shape == parameters.values[index].shape, "gradient and parameter differ")
            parameters.update(at: index) { value in
                optimizer.update(
                    &value, gradient: gradients[index], memory: &memory[index], step: step,
                    learningRate: learningRate ?? optimizer.learningRate, gradientScale: scale)
            }
        }
    }

    /// The length of all gradients together, as one vector.
    public static func norm(_ gradients: [NDArray]) -> Double {
        gradients.reduce(0) { $0 + $1.sumOfSquares() }.squareRoot()
    }
}

/// Checks that a number lies in a range.
func check(_ name: String, _ value: Double, _ isValid: Bool, _ valid: String) throws(TensorError) {
    guard isValid else { throw .parameter(name: name, value: "\(value)", valid: valid) }
}
