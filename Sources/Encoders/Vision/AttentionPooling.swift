import Tensor

/// SigLIP's way to one vector: a learnt query attends to all tokens, and two products follow.
struct AttentionPooling: Sendable {
    let width: Int
    let heads: AttentionHeads
    /// The query of all pictures. `[width]`
    let query: NDArray
    let keysAndValues, output, up, down: LinearLayer
    let normalization: LayerNormalization

    /// - Parameter prefix: of the names of weights.
    init(
        _ weights: ModelWeights, _ prefix: String, _ configuration: TransformerConfiguration,
        precision: LinearLayer.Precision
    ) throws(EncoderError) {
        let (width, inner) = (configuration.width, configuration.innerWidth)
        self.width = width
        heads = AttentionHeads(count: configuration.headCount)
        let matrix = NDArray(try weights.matrix(prefix + "attention.in_proj_weight", 3 * width, width))
        let bias = try weights.array(prefix + "attention.in_proj_bias", 3 * width)
        let probe = try weights.array(prefix + "probe", 1, 1, width).reshaped(to: [1, width])
        query = NDArray(
            LinearLayer(weights: Matrix(matrix[0..<width]), bias: bias[0..<width]).apply(to: Matrix(probe)))
        keysAndValues = LinearLayer(weights: Matrix(matrix[width...]), bias: bias[width...], precision: precision)
        func layer(
            _ name: String, _ outputs: Int, _ inputs: Int, _ activation: Activation = .identity
        ) throws(EncoderError) -> LinearLayer {
            try AffineWeights(weights, prefix + name, outputs: outputs, inputs: inputs).layer(activation, .float32)
        }
        output = try layer("attention.out_proj", width, width)
        normalization = try LayerNormalization(
            weights, prefix + "layernorm", width: width, epsilon: configuration.epsilon)
        up = try layer("mlp.fc1", inner, width, configuration.activation)
        down = try layer("mlp.fc2", width, inner)
    }

    /// The vectors of pictures of `count` tokens each.
    func callAsFunction(_ tokens: Matrix, tokensEach count: Int) -> Matrix {
        let pictures = tokens.rows / count
        let projected = keysAndValues.apply(to: tokens)
        let queries = NDArray(concatenating: Array(repeating: query, count: pictures), axis: 0)
        let seen = Matrix(rows: pictures, columns: width) { target in
            guard let target = target.baseAddress else { return }
            projected.withUnsafeBufferPointer { keys in
                queries.withUnsafeBufferPointer { queries in
                    guard let keys = keys.baseAddress, let queries = queries.baseAddress else { return }
                    Attention.attend(
                        heads, headSize: width / heads.count, queries: AttentionInput(start: queries, stride: width),
                        keys: AttentionInput(start: keys, stride: 2 * width),
                        values: AttentionInput(start: keys + width, stride: 2 * width),
                        sequences: AttentionSequences(count: pictures, queries: 1, keys: count), output: target,
                        outputStride: width)
                }
            }
        }
        let sums = output.apply(to: seen)
        var normalized = sums
        normalized.withUnsafeMutableBufferPointer { rows in
            if let rows = rows.baseAddress { normalization.apply(rows, rows: pictures, into: rows) }
        }
        return down.apply(to: up.apply(to: normalized), adding: sums)
    }
}
