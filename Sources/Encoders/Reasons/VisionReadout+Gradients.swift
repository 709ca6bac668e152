import Tensor

extension VisionReadout {
    /// The vectors of pictures. `[pictures × dimension]`
    ///
    /// - Parameters:
    ///   - tokens: after the layers and the last normalization.
    ///   - change: what is added to what a learnt query has seen, `[pictures × width]`.
    func vectors(_ tokens: Variable, in tower: VisionTower, adding change: Variable? = nil) -> Variable {
        switch self {
        case .token(let projection): return projection.map { DifferentiableProduct($0)(tokens) } ?? tokens
        case .patches(let withClassToken):
            let (count, width) = (tower.tokenCount, tokens.shape[1])
            let pictures = tokens.reshaped(to: [tokens.shape[0] / count, count, width])
            let mean = pictures.slice(tower.leadingCount..., axis: 1).mean(axes: [1])
            guard withClassToken else { return mean }
            return Variable(
                concatenating: [pictures.slice(0..<1, axis: 1).reshaped(to: mean.shape), mean], axis: 1)
        case .attention(let pooling):
            return pooling.vectors(tokens, pictures: tokens.shape[0] / tower.tokenCount, adding: change)
        }
    }

    /// The gradient of the pictures' scores for the tokens after the layers, before the last normalization.
    ///
    /// - Parameters:
    ///   - tokens: before the last normalization.
    ///   - directions: a score is a vector times its direction. `[pictures × dimension]`
    func gradient(_ tokens: Matrix, _ directions: Matrix, in tower: VisionTower, normalizes: Bool) -> Matrix {
        let input = Variable(parameter: NDArray(tokens))
        let vectors = vectors(tower.transformer.finalNormalization?(input) ?? input, in: tower)
        return Matrix((normalizes ? vectors.normalizedRows() : vectors).gradients(directions, for: [input])[0])
    }

    /// What the vectors are made of, in parts of the tokens after the layers, and the gradient for those tokens.
    ///
    /// - Returns: `[pictures × tokens]`, and as ``gradient(_:_:in:normalizes:)``.
    func relevance(
        _ tokens: Matrix, _ directions: Matrix, in tower: VisionTower, normalizes: Bool
    ) -> (start: Matrix, tokens: Matrix) {
        let gradient = gradient(tokens, directions, in: tower, normalizes: normalizes)
        let normalized = tower.transformer.finalNormalization?(Variable(NDArray(tokens))).value ?? NDArray(tokens)
        guard case .attention(let pooling) = self else {
            return (shares(Matrix(normalized), in: tower, AttentionRollout()), gradient)
        }
        let change = Variable(parameter: NDArray(shape: [directions.rows, pooling.width]))
        let vectors = vectors(Variable(normalized), in: tower, adding: change)
        let gradients = (normalizes ? vectors.normalizedRows() : vectors).gradients(directions, for: [change])
        let start = pooling.weights(
            pooling.keysAndValues.apply(to: Matrix(normalized)), tokensEach: tower.tokenCount, fusion: .mean,
            gradients: gradients[0])
        return (start, gradient)
    }
}

extension AttentionPooling {
    /// The vectors of pictures to find gradients through; as ``callAsFunction(_:tokensEach:)``.
    fileprivate func vectors(_ tokens: Variable, pictures: Int, adding change: Variable?) -> Variable {
        let parts = DifferentiableProduct(keysAndValues)(tokens).heads(heads.count, sequences: pictures, kinds: 2)
        let queries = Variable(NDArray(concatenating: Array(repeating: query, count: pictures), axis: 0))
            .heads(heads.count, sequences: pictures, kinds: 1)[0]
        var seen = Variable.attention(queries: queries, keys: parts[0], values: parts[1]).joiningHeads()
        if let change { seen = seen + change }
        let sums = DifferentiableProduct(output)(seen)
        return DifferentiableProduct(down)(DifferentiableProduct(up)(normalization(sums))) + sums
    }
}
