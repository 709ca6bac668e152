extension NDArray {
    /// Scaled-dot-product attention of these queries to keys and values of a batch of equally long sequences.
    ///
    /// Queries are `[batch, tokens, heads · size]`, as a linear layer puts them out; keys and values
    /// `[batch, keyTokens, heads · size]`. The result has the shape of the queries. For self-attention, the numbers of
    /// tokens are the same; for cross-attention they need not be.
    ///
    /// ```swift
    /// let context = q.attending(to: k, values: v, heads: AttentionHeads(count: 12))
    /// ```
    ///
    /// - Parameters:
    ///   - keys: `[batch, keyTokens, heads · size]`
    ///   - values: of the shape of the keys.
    ///   - heads: the number of heads, the scale, and whether attention is causal.
    ///   - mask: one mark for each key token of the batch, `batch · keyTokens` in all.
    ///   - bias: what is done to the score of each query and key: position biases, visibility of any form.
    /// - Precondition: the shapes agree and the width is a multiple of the number of heads.
    /// - Complexity: O(batch · tokens · keyTokens · width) time, O(keyTokens) memory for each thread.
    public func attending(
        to keys: NDArray, values: NDArray, heads: AttentionHeads, mask: ScoreMask = .none, bias: AttentionBias? = nil
    ) -> NDArray {
        NDArray(shape: shape) { attend(to: keys, values: values, heads: heads, mask: mask, bias: bias, into: $0) }
    }

    /// As ``attending(to:values:heads:mask:bias:)``; writes into `target`, whose memory is used again.
    ///
    /// - Precondition: `target` has the shape of the queries.
    public func attend(
        to keys: NDArray, values: NDArray, heads: AttentionHeads, mask: ScoreMask = .none,
        bias: AttentionBias? = nil, into target: inout NDArray
    ) {
        precondition(target.shape == shape, "the target is \(target.shape), the result \(shape)")
        target.withUnsafeMutableBufferPointer {
            attend(to: keys, values: values, heads: heads, mask: mask, bias: bias, into: $0)
        }
    }

    private func attend(
        to keys: NDArray, values: NDArray, heads: AttentionHeads, mask: ScoreMask, bias: AttentionBias?,
        into target: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(
            rank == 3 && keys.rank == 3 && keys.shape == values.shape && shape[0] == keys.shape[0]
                && shape[2] == keys.shape[2],
            "attention of queries \(shape) to keys \(keys.shape) and values \(values.shape)")
        let width = shape[2]
        withUnsafeBufferPointer { q in
            keys.withUnsafeBufferPointer { k in
                values.withUnsafeBufferPointer { v in
                    run(
                        heads, width: width, q: q.baseAddress, k: k.baseAddress, v: v.baseAddress, stride: width,
                        sequences: AttentionSequences(count: shape[0], queries: shape[1], keys: keys.shape[1]),
                        mask: mask, bias: bias, into: target)
                }
            }
        }
    }

    /// Self-attention of a batch whose queries, keys and values lie side by side, as one linear layer for all three
    /// puts them out: `[batch, tokens, 3 · width]` → `[batch, tokens, width]`.
    ///
    /// - Parameters:
    ///   - heads: the number of heads, the scale, and whether attention is causal.
    ///   - mask: one mark for each token of the batch, `batch · tokens` in all.
    ///   - bias: what is done to the score of each query and key: position biases, visibility of any form.
    /// - Precondition: the last axis is a multiple of three times the number of heads.
    /// - Complexity: O(batch · tokens² · width) time, O(tokens) memory for each thread.
    public func selfAttention(
        heads: AttentionHeads, mask: ScoreMask = .none, bias: AttentionBias? = nil
    ) -> NDArray {
        precondition(rank == 3 && shape[2] % 3 == 0, "self-attention of shape \(shape)")
        return selfAttention(
            heads, AttentionSequences(count: shape[0], queries: shape[1], keys: shape[1]), mask, bias,
            shape: [shape[0], shape[1], shape[2] / 3])
    }

    /// Self-attention of sequences of different lengths that lie one after another without padding:
    /// `[tokens, 3 · width]` → `[tokens, width]`.
    ///
    /// - Parameters:
    ///   - heads: the number of heads, the scale, and whether attention is causal.
    ///   - offsets: where sequences start, ascending, and at the end the number of tokens: `[0, 7, 12]` are two
    ///     sequences of 7 and 5 tokens.
    /// - Precondition: the last axis is a multiple of three times the number of heads; offsets start at 0 and end at
    ///   the number of tokens.
    /// - Complexity: O(Σ length² · width) time, O(longest) memory for each thread.
    public func selfAttention(heads: AttentionHeads, offsets: [Int]) -> NDArray {
        precondition(rank == 2 && shape[1] % 3 == 0, "self-attention of shape \(shape)")
        precondition(offsets.first == 0 && offsets.last == shape[0], "offsets do not cover the \(shape[0]) tokens")
        return selfAttention(
            heads, AttentionSequences(queryOffsets: offsets, keyOffsets: offsets), .none, nil,
            shape: [shape[0], shape[1] / 3])
    }

    private func selfAttention(
        _ heads: AttentionHeads, _ sequences: AttentionSequences, _ mask: ScoreMask, _ bias: AttentionBias?,
        shape resultShape: [Int]
    ) -> NDArray {
        let width = resultShape[resultShape.count - 1]
        return withUnsafeBufferPointer { source in
            NDArray(shape: resultShape) { target in
                let start = source.baseAddress
                run(
                    heads, width: width, q: start, k: start.map { $0 + width }, v: start.map { $0 + 2 * width },
                    stride: 3 * width, sequences: sequences, mask: mask, bias: bias, into: target)
            }
        }
    }
}

/// Attention on whole arrays, after the shapes have been checked.
private func run(
    _ heads: AttentionHeads, width: Int, q: UnsafePointer<Float>?, k: UnsafePointer<Float>?, v: UnsafePointer<Float>?,
    stride: Int, sequences: AttentionSequences, mask: ScoreMask, bias: AttentionBias?,
    into target: UnsafeMutableBufferPointer<Float>
) {
    precondition(width % heads.count == 0, "a width of \(width) for \(heads.count) heads")
    guard let output = target.baseAddress, let q, target.count > 0 else { return }
    let keyTokens = sequences.keys[sequences.count]
    precondition(mask.count.map { $0 == keyTokens } ?? true, "\(mask.count ?? 0) marks for \(keyTokens) keys")
    func attend(_ pairs: Attention.Pairs?) {
        mask.withSummands { added in
            Attention.attend(
                heads, headSize: width / heads.count, queries: AttentionInput(start: q, stride: stride),
                keys: AttentionInput(start: k ?? q, stride: stride),
                values: AttentionInput(start: v ?? q, stride: stride), sequences: sequences, added: added,
                pairs: pairs, output: output, outputStride: width)
        }
    }
    guard let bias else { return attend(nil) }
    // Only batches of equal lengths get here with a bias.
    let count = sequences.count
    bias.withPairs(for: [count, heads.count, sequences.queries[count] / count, keyTokens / count]) { attend($0) }
}
