/// A model while its loss is computed: its parameters as variables, and which rows of the data are asked for.
public struct ModelPass {
    /// The rows of the data that the loss is asked for.
    public let rows: [Int]
    /// The number of steps done before this one.
    public let step: Int
    /// Whether the parameters are being fitted, rather than the loss only measured.
    public let isTraining: Bool
    let parameters: ParameterSet
    let variables: [Variable]
    private let seed: UInt64

    /// - Parameter isTraining: whether gradients will be asked for.
    package init(_ parameters: ParameterSet, rows: [Int], step: Int, isTraining: Bool, seed: UInt64) {
        (self.parameters, self.rows, self.step) = (parameters, rows, step)
        (self.isTraining, self.seed) = (isTraining, seed)
        variables = parameters.values.map { isTraining ? Variable(parameter: $0) : Variable($0) }
    }

    /// The parameter of this name.
    ///
    /// - Precondition: there is one.
    public subscript(name: String) -> Variable { variables[parameters.position(of: name)] }

    /// The dense layer whose parameters are `<name>.weight` `[outputs × inputs]` and, if there is one, `<name>.bias`.
    public func linear(_ name: String, _ input: Variable) -> Variable {
        input.linear(
            weight: self[name + ".weight"], bias: parameters.contains(name + ".bias") ? self[name + ".bias"] : nil)
    }

    /// LayerNorm whose parameters are `<name>.weight` and `<name>.bias`.
    public func layerNormalized(_ name: String, _ input: Variable, epsilon: Double = 1e-5) -> Variable {
        input.layerNormalized(weight: self[name + ".weight"], bias: self[name + ".bias"], epsilon: epsilon)
    }

    /// Random numbers that belong to this step: the same whenever it is repeated, other ones in the next.
    ///
    /// - Parameter stage: what the numbers are for.
    public func random(_ stage: StaticString) -> RandomSource { RandomSource(seed: seed, stage: stage, item: step) }

    /// The input with each element dropped with probability `rate`, and the others divided by 1 − `rate`; unchanged
    /// when only the loss is measured.
    ///
    /// - Reference: Srivastava et al., "Dropout", JMLR 15, 2014.
    public func dropout(_ input: Variable, rate: Double, stage: StaticString) -> Variable {
        precondition((0..<1).contains(rate), "a rate of \(rate)")
        guard isTraining, rate > 0 else { return input }
        var random = random(stage)
        let kept = Float(1 / (1 - rate))
        let mask = (0..<input.value.count).map { _ in random.uniform() < rate ? 0 : kept }
        return input * Variable(NDArray(shape: input.shape, values: mask))
    }
}
