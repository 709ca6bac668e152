import Tensor

/// A transformer's layer to find gradients through: its weights are unpacked as long as it lives.
///
/// The same layer as ``TransformerRun`` computes, for sequences of equal length.
struct DifferentiableLayer {
    private let configuration: TransformerConfiguration
    /// Of queries, keys and values; or of queries of the first tokens, and of keys and values.
    private let projections: [DifferentiableProduct]
    private let attentionOutput, up, down: DifferentiableProduct
    /// What the first normalization's bias adds to the last of the projections.
    private let shift: NDArray

    /// - Precondition: the layer normalizes first and computes in floats.
    init(_ layer: TransformerLayer, _ configuration: TransformerConfiguration) {
        precondition(
            configuration.normalizesFirst && !configuration.isCausal, "gradients through another kind of layer")
        self.configuration = configuration
        switch layer.projection {
        case .joint(let projection): projections = [DifferentiableProduct(projection)]
        case .split(let queries, let keysAndValues):
            projections = [DifferentiableProduct(queries), DifferentiableProduct(keysAndValues)]
        }
        attentionOutput = DifferentiableProduct(layer.attentionOutput)
        up = DifferentiableProduct(layer.up)
        down = DifferentiableProduct(layer.down)
        guard let shift = layer.normalizationShift else { preconditionFailure("a layer that normalizes last") }
        self.shift = shift
    }

    // MARK: The way forth

    private func normalized(_ rows: Variable) -> Variable { rows.layerNormalized(epsilon: configuration.epsilon) }

    /// The first token of each sequence where the layer is for those, else all.
    private func asking(_ rows: Variable, _ sequences: Int) -> Variable {
        let count = rows.shape[0] / sequences
        return projections.count == 1 ? rows : rows.gathering((0..<sequences).map { $0 * count })
    }

    private func projected(_ normalized: Variable, _ sequences: Int) -> [Variable] {
        guard projections.count == 2 else { return [projections[0](normalized)] }
        return [projections[0](asking(normalized, sequences)), projections[1](normalized)]
    }

    private func context(_ projected: [Variable], _ sequences: Int) -> Variable {
        let count = configuration.headCount
        let parts = projected.flatMap {
            $0.heads(count, sequences: sequences, kinds: $0.shape[1] / configuration.width)
        }
        return Variable.attention(queries: parts[0], keys: parts[1], values: parts[2]).joiningHeads()
    }

    private func output(_ context: Variable, _ tokens: Variable, _ sequences: Int) -> Variable {
        let sums = attentionOutput(context) + asking(tokens, sequences)
        var inner = up(normalized(sums))
        if configuration.isGated {
            let half = configuration.innerWidth
            inner = inner.slice(..<half, axis: 1).applying(configuration.activation) * inner.slice(half..., axis: 1)
        }
        return down(inner) + sums
    }

    // MARK: The way back

    /// The gradient for the tokens that enter.
    func gradient(_ upstream: Matrix, tokens: Matrix, sequences: Int) -> Matrix {
        let input = Variable(parameter: NDArray(tokens))
        let context = context(projected(normalized(input), sequences), sequences)
        return Matrix(output(context, input, sequences).gradients(upstream, for: [input])[0])
    }

    /// The first normalization's outputs at the patches, weighed by their gradients' means over the patches, and added
    /// up; what is negative becomes zero. `[sequences × patches]`
    ///
    /// The normalization's weight γ and bias β are part of the projection (matrix W∘γ, bias b + Wβ), so that it puts
    /// out x with γ∘x + β where the model has it. With g, the mean gradient for what the projection puts out, the
    /// weights of γ∘x + β are Wᵀg, and the sum is (Wᵀg)·(γ∘x + β) = ((W∘γ)ᵀg)·x + g·Wβ: nothing is divided by γ.
    ///
    /// - Parameter leading: how many tokens come before the patches.
    func activationMap(_ upstream: Matrix, tokens: Matrix, sequences: Int, leading: Int) -> Matrix {
        let input = Variable(NDArray(tokens))
        let normalized = normalized(input)
        let projected = projected(normalized, sequences).map { Variable(parameter: $0.value) }
        let output = output(context(projected, sequences), input, sequences)
        // Where the first tokens alone ask, patches have keys and values only.
        let gradient = output.gradients(upstream, for: projected)[projected.count - 1]
        func patches(_ rows: NDArray) -> NDArray {
            rows.reshaped(to: [sequences, tokens.rows / sequences, rows.shape[1]]).slice(leading..., axis: 1)
        }
        let means = patches(gradient).mean(axes: [1])
        let weights = means.times(projections[projections.count - 1].weight)
        let sums = patches(normalized.value).times(weights.reshaped(to: [sequences, configuration.width, 1]))
        let constants = (means * shift).sum(axes: [1]).reshaped(to: [sequences, 1, 1])
        let map = (sums + constants).applying(.relu)
        return Matrix(map.reshaped(to: [sequences, map.shape[1]]))
    }

    /// The heads' attention times its gradients, without what is negative, on average over the heads; and the gradient
    /// for the tokens that enter.
    ///
    /// - Returns: `[asking tokens × tokens of a sequence]`, `[tokens × width]`
    func relevance(_ upstream: Matrix, tokens: Matrix, sequences: Int) -> (attention: Matrix, tokens: Matrix) {
        let input = Variable(parameter: NDArray(tokens))
        let projected = projected(normalized(input), sequences)
        let context = context(projected, sequences)
        // The gradient for the context is that for zeros added to it.
        let change = Variable(parameter: NDArray(shape: context.shape))
        let gradients = output(context + change, input, sequences).gradients(upstream, for: [input, change])
        let (width, heads) = (configuration.width, configuration.heads)
        let last = projected[projected.count - 1].value
        let attention = projected[0].value.withUnsafeBufferPointer { queries in
            last.withUnsafeBufferPointer { last in
                gradients[1].withUnsafeBufferPointer { outputs in
                    guard let queries = queries.baseAddress, let last = last.baseAddress,
                        let outputs = outputs.baseAddress
                    else { return Matrix(rows: 0, columns: 0) }
                    let (queryStride, stride) = (projected[0].shape[1], projected[projected.count - 1].shape[1])
                    let values = last + stride - width
                    return Attention.weights(
                        heads, headSize: width / heads.count,
                        queries: AttentionInput(start: queries, stride: queryStride),
                        keys: AttentionInput(start: values - width, stride: stride),
                        sequences: AttentionSequences(
                            count: sequences, queries: context.shape[0] / sequences, keys: tokens.rows / sequences),
                        fusion: .mean,
                        gradients: Attention.WeightGradients(
                            outputs: AttentionInput(start: outputs, stride: width),
                            values: AttentionInput(start: values, stride: stride)))
                }
            }
        }
        return (attention, Matrix(gradients[0]))
    }
}
