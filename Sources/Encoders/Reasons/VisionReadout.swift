import Tensor

/// How the vectors of pictures are read from the tokens after the layers.
enum VisionReadout: Sendable {
    /// At the class token, with a projection where there is one.
    case token(LinearLayer?)
    /// As the mean of the patches, with the class token before it or not.
    case patches(withClassToken: Bool)
    /// As SigLIP does it.
    case attention(AttentionPooling)

    /// What the vectors are made of, in shares of the tokens after the layers. `[pictures × tokens]`
    ///
    /// - Parameter tokens: after the layers and the last normalization.
    func shares(_ tokens: Matrix, in tower: VisionTower, _ options: AttentionRollout) -> Matrix {
        let (count, leading) = (tower.tokenCount, tower.leadingCount)
        switch self {
        case .token:
            var shares = Matrix(rows: tokens.rows, columns: count)
            for row in 0..<tokens.rows { shares[row, 0] = 1 }
            return shares
        case .patches(let withClassToken):
            var row = [Float](repeating: 0, count: count)
            for place in leading..<count { row[place] = (withClassToken ? 0.5 : 1) / Float(count - leading) }
            if withClassToken { row[0] = 0.5 }
            return Matrix([[Float]](repeating: row, count: tokens.rows / count))
        case .attention(let pooling):
            var shares = pooling.weights(
                pooling.keysAndValues.apply(to: tokens), tokensEach: count, fusion: options.headFusion.kernel)
            shares.withUnsafeMutableBufferPointer { shares in
                for start in stride(from: 0, to: shares.count, by: count) {
                    let row = UnsafeMutableBufferPointer(rebasing: shares[start..<start + count])
                    options.discard(row)
                    let sum = row.reduce(0, +)
                    for place in row.indices where sum > 0 { row[place] /= sum }
                }
            }
            return shares
        }
    }
}

extension AttentionPooling {
    /// What the learnt query attends to, heads fused. `[pictures × tokens]`
    ///
    /// - Parameters:
    ///   - projected: keys and values side by side.
    ///   - gradients: what came back for what was seen, if weights are to be multiplied with their gradients.
    func weights(
        _ projected: Matrix, tokensEach count: Int, fusion: Attention.HeadFusion, gradients: NDArray? = nil
    ) -> Matrix {
        let pictures = projected.rows / count
        let queries = NDArray(concatenating: Array(repeating: query, count: pictures), axis: 0)
        return projected.withUnsafeBufferPointer { keys in
            queries.withUnsafeBufferPointer { queries in
                withOptional(gradients) { gradients in
                    guard let keys = keys.baseAddress, let queries = queries.baseAddress else {
                        return Matrix(rows: 0, columns: count)
                    }
                    return Attention.weights(
                        heads, headSize: width / heads.count, queries: AttentionInput(start: queries, stride: width),
                        keys: AttentionInput(start: keys, stride: 2 * width),
                        sequences: AttentionSequences(count: pictures, queries: 1, keys: count), fusion: fusion,
                        gradients: gradients.map {
                            Attention.WeightGradients(
                                outputs: AttentionInput(start: $0, stride: width),
                                values: AttentionInput(start: keys + width, stride: 2 * width))
                        })
                }
            }
        }
    }
}
