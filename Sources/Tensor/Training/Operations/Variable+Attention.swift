extension Variable {
    /// Scaled-dot-product attention: softmax(queries · keysᵀ · scale + mask) · values.
    ///
    /// Scores exist tile by tile only, on both ways; the way back computes them again.
    ///
    /// - Parameters:
    ///   - queries: `[… × t × d]`; the axes before the last two – batch, heads – are the same in all three.
    ///   - keys: `[… × s × d]`
    ///   - values: `[… × s × e]`
    ///   - mask: what is added to the scores, of a shape that broadcasts to `[… × t × s]`; −∞ where nothing is to be
    ///     seen. A query that sees nothing gets zeros.
    ///   - isCausal: whether query i sees only keys up to i.
    ///   - scale: by default 1 / √d.
    /// - Complexity: O(batch · t · s · (d + e)) time; O(batch · t) memory is kept, and each thread works with less than
    ///   1 MB and one head's keys or values.
    /// - Reference: Vaswani et al., "Attention is all you need", 2017, arXiv:1706.03762; Dao et al., "FlashAttention",
    ///   2022, arXiv:2205.14135.
    public static func attention(
        queries: Variable, keys: Variable, values: Variable, mask: NDArray? = nil, isCausal: Bool = false,
        scale: Float? = nil
    ) -> Variable {
        let problem = AttentionProblem(
            queries: queries.value, keys: keys.value, values: values.value, mask: mask, isCausal: isCausal,
            scale: scale)
        let (result, statistics) = problem.output()
        return .record(result, from: [queries, keys, values]) { upstream, gradients in
            let (q, k, v) = problem.gradients(upstream, result: result, statistics: statistics)
            gradients.add(q, to: queries)
            gradients.add(k, to: keys)
            gradients.add(v, to: values)
        }
    }
}

/// Attention of heads that lie one after another: `[heads × t × d]`.
private struct AttentionProblem {
    let queries, keys, values: NDArray
    /// `[1 or heads × 1 or t × s]`
    let mask: NDArray?
    let isCausal: Bool
    let scale: Float

    init(queries: NDArray, keys: NDArray, values: NDArray, mask: NDArray?, isCausal: Bool, scale: Float?) {
        precondition(
            queries.rank >= 2 && keys.rank == queries.rank && values.rank == queries.rank
                && keys.shape.dropLast(2) == queries.shape.dropLast(2)
                && values.shape.dropLast() == keys.shape.dropLast() && keys.shape.last == queries.shape.last,
            "attention of shapes \(queries.shape), \(keys.shape) and \(values.shape)")
        self.queries = queries
        self.keys = keys
        self.values = values
        self.mask = mask?.broadcastHeads(to: queries.shape.dropLast() + [keys.shape[keys.rank - 2]])
        self.isCausal = isCausal
        self.scale = scale ?? 1 / Float(queries.shape[queries.rank - 1]).squareRoot()
    }

    private var rank: Int { queries.rank }
    private var heads: Int { NDArray.elementCount(of: Array(queries.shape.dropLast(2))) }
    private var queryCount: Int { queries.shape[rank - 2] }
    private var keyCount: Int { keys.shape[rank - 2] }
    private var size: Int { queries.shape[rank - 1] }
    private var valueSize: Int { values.shape[rank - 1] }

    /// Calls `body` with a function that makes the head of a number, for results in `output`.
    private func withHeads(
        output: UnsafeMutablePointer<Float>, statistics: UnsafeMutablePointer<Float>,
        _ body: ((Int) -> Attention.Head) -> Void
    ) {
        withOptional(mask) { summands in
            let pairs = mask.map { mask in
                Attention.Pairs(
                    source: .summands(summands), sequenceStride: mask.shape[0] == 1 ? 0 : mask.shape[1] * keyCount,
                    headStride: 0, queryStride: mask.shape[1] == 1 ? 0 : keyCount)
            }
            let (t, s, d, e) = (queryCount, keyCount, size, valueSize)
            body { head in
                Attention.Head(
                    size: d, valueSize: e, scale: scale * Attention.binaryLogarithm, isCausal: isCausal,
                    queries: queries.storage.start + head * t * d, queryStride: d, queryCount: t,
                    keys: keys.storage.start + head * s * d, keyStride: d, keyCount: s,
                    values: values.storage.start + head * s * e, valueStride: e, added: nil,
                    pairs: pairs?.at(sequence: head, head: 0), output: output + head * t * e, outputStride: e,
                    statistics: statistics + head * 2 * t)
            }
        }
    }

    /// The result, and what the way back wants to know of each query: its largest score and one over its sum of
    /// weights.
    func output() -> (NDArray, FloatStorage) {
        let statistics = FloatStorage(uninitializedCount: heads * 2 * queryCount)
        let result = NDArray(shape: queries.shape.dropLast() + [valueSize]) { target in
            guard let output = target.baseAddress, size > 0 else { return target.update(repeating: 0) }
            let parts = (0..<queryCount).tileCount(size: Attention.queriesInPart)
            withHeads(output: output, statistics: statistics.start) { head in
                parallelFor(
                    heads * parts,
                    scratch: {
                        Attention.Scratch(
                            headSize: size, valueSize: valueSize, keys: keyCount, hasPairs: mask != nil)
                    }
                ) { item, scratch in head(item / parts).attend(part: item % parts, scratch) }
            }
        }
        return (result, statistics)
    }

    func gradients(_ upstream: NDArray, result: NDArray, statistics: FloatStorage) -> (NDArray, NDArray, NDArray) {
        let gradients = (
            NDArray(shape: queries.shape) { _ in }, NDArray(shape: keys.shape) { _ in },
            NDArray(shape: values.shape) { _ in }
        )
        let (t, s, d, e) = (queryCount, keyCount, size, valueSize)
        // New arrays that nobody else has seen yet; each head writes its own part of them.
        let (q, k, v) = (gradients.0.storage.start, gradients.1.storage.start, gradients.2.storage.start)
        withHeads(output: result.storage.start, statistics: statistics.start) { head in
            parallelFor(
                d > 0 ? heads : 0,
                scratch: {
                    Attention.GradientScratch(headSize: d, valueSize: e, keys: s, hasPairs: mask != nil)
                }
            ) { index, scratch in
                Attention.HeadGradients(
                    head: head(index), scale: scale, upstream: upstream.storage.start + index * t * e,
                    queries: q + index * t * d, keys: k + index * s * d, values: v + index * s * e
                ).run(scratch)
            }
        }
        return gradients
    }
}

extension NDArray {
    /// A mask for scores of shape `scores`, as `[1 or heads × 1 or t × s]`.
    fileprivate func broadcastHeads(to scores: [Int]) -> NDArray {
        let aligned = reshaped(to: [Int](repeating: 1, count: max(0, scores.count - rank)) + shape)
        let (lead, queries) = (Array(aligned.shape.dropLast(2)), aligned.shape[aligned.rank - 2])
        let isShared = lead.allSatisfy { $0 == 1 }
        let target = (isShared ? lead : Array(scores.dropLast(2))) + [queries, scores[scores.count - 1]]
        let spread = aligned.shape == target ? aligned : aligned.broadcast(to: target)
        precondition(queries == 1 || queries == scores[scores.count - 2], "a mask of shape \(shape) for \(scores)")
        return spread.reshaped(to: [Self.elementCount(of: Array(target.dropLast(2)))] + target.suffix(2))
    }
}
