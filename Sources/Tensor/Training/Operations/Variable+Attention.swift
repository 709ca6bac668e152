private import CKernels

extension Variable {
    /// Scaled-dot-product attention: softmax(queries · keysᵀ · scale + mask) · values.
    ///
    /// The scores are not kept: the way back computes them again, for a few heads at a time.
    ///
    /// - Parameters:
    ///   - queries: `[… × t × d]`; the axes before the last two – batch, heads – are the same in all three.
    ///   - keys: `[… × s × d]`
    ///   - values: `[… × s × e]`
    ///   - mask: what is added to the scores, of a shape that broadcasts to `[… × t × s]`; −∞ where nothing is to be seen.
    ///     A query that sees nothing gets zeros.
    ///   - isCausal: whether query i sees only keys up to i.
    ///   - scale: by default 1 / √d.
    /// - Complexity: O(batch · t · s · (d + e)) time.
    /// - Reference: Vaswani et al., "Attention is all you need", 2017, arXiv:1706.03762.
    public static func attention(
        queries: Variable, keys: Variable, values: Variable, mask: NDArray? = nil, isCausal: Bool = false,
        scale: Float? = nil
    ) -> Variable {
        let problem = AttentionProblem(
            queries: queries.value, keys: keys.value, values: values.value, mask: mask, isCausal: isCausal,
            scale: scale)
        return .record(problem.output(), from: [queries, keys, values]) { upstream, gradients in
            let (q, k, v) = problem.gradients(upstream)
            gradients.add(q, to: queries)
            gradients.add(k, to: keys)
            gradients.add(v, to: values)
        }
    }
}

/// Attention of heads that lie one after another: `[heads × t × d]`.
private struct AttentionProblem {
    let queries, keys, values: NDArray
    let mask: NDArray?
    let isCausal: Bool
    let scale: Float
    private let lead: [Int]

    init(queries: NDArray, keys: NDArray, values: NDArray, mask: NDArray?, isCausal: Bool, scale: Float?) {
        precondition(
            queries.rank >= 2 && keys.rank == queries.rank && values.rank == queries.rank
                && keys.shape.dropLast(2) == queries.shape.dropLast(2)
                && values.shape.dropLast() == keys.shape.dropLast() && keys.shape.last == queries.shape.last,
            "attention of shapes \(queries.shape), \(keys.shape) and \(values.shape)")
        lead = Array(queries.shape.dropLast(2))
        let scores = lead + [queries.shape[lead.count], keys.shape[lead.count]]
        self.mask = mask?.broadcastHeads(to: scores)
        self.queries = queries.matrices()
        self.keys = keys.matrices()
        self.values = values.matrices()
        self.isCausal = isCausal
        self.scale = scale ?? 1 / Float(queries.shape[lead.count + 1]).squareRoot()
    }

    /// Heads whose scores are computed together: about four million numbers.
    private var groups: [Range<Int>] {
        let heads = 0..<queries.shape[0]
        let size = max(1, (1 << 22) / max(1, queries.shape[1] * keys.shape[1]))
        return (0..<heads.tileCount(size: size)).map { heads.tile($0, size: size) }
    }

    /// softmax(q · kᵀ · scale + mask) of some heads.
    private func probabilities(_ heads: Range<Int>) -> NDArray {
        var scores = queries[heads].times(keys[heads], transposingOther: true)
        scores *= scale
        if let mask { scores += mask.shape[0] == 1 ? mask : mask[heads] }
        if isCausal {
            let (t, s) = (scores.shape[1], scores.shape[2])
            scores.updateRows { row, values in
                for key in min(row % t + 1, s)..<max(s, min(row % t + 1, s)) { values[key] = -.infinity }
            }
        }
        scores.formSoftmaxRows()
        return scores
    }

    func output() -> NDArray {
        let parts = groups.map { probabilities($0).times(values[$0]) }
        return joined(parts, like: values, rows: queries.shape[1])
    }

    func gradients(_ upstream: NDArray) -> (NDArray, NDArray, NDArray) {
        let upstream = upstream.matrices()
        var parts: (q: [NDArray], k: [NDArray], v: [NDArray]) = ([], [], [])
        for heads in groups {
            let probabilities = probabilities(heads)
            parts.v.append(probabilities.times(upstream[heads], transposingSelf: true))
            var scores = upstream[heads].times(values[heads], transposingOther: true)
            Variable.pullBackSoftmax(&scores, probabilities: probabilities)
            scores *= scale
            parts.q.append(scores.times(keys[heads]))
            parts.k.append(scores.times(queries[heads], transposingSelf: true))
        }
        return (
            joined(parts.q, like: queries, rows: queries.shape[1]), joined(parts.k, like: keys, rows: keys.shape[1]),
            joined(parts.v, like: values, rows: values.shape[1])
        )
    }

    private func joined(_ parts: [NDArray], like array: NDArray, rows: Int) -> NDArray {
        let shape = lead + [rows, array.shape[2]]
        if parts.isEmpty { return NDArray(shape: shape) }
        return (parts.count == 1 ? parts[0] : NDArray(concatenating: parts)).reshaped(to: shape)
    }
}

extension NDArray {
    /// The axes before the last two as one.
    fileprivate func matrices() -> NDArray {
        reshaped(to: [Self.elementCount(of: Array(shape.dropLast(2))), shape[rank - 2], shape[rank - 1]])
    }

    /// A mask for scores of shape `scores`, as `[1 or heads × 1 or t × 1 or s]`.
    fileprivate func broadcastHeads(to scores: [Int]) -> NDArray {
        let aligned = reshaped(to: [Int](repeating: 1, count: max(0, scores.count - rank)) + shape)
        let lead = Array(scores.dropLast(2))
        if aligned.shape.dropLast(2).allSatisfy({ $0 == 1 }) { return aligned.matrices() }
        return aligned.broadcast(to: lead + aligned.shape.suffix(2)).matrices()
    }
}
