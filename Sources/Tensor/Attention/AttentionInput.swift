/// Where queries, keys or values lie: token after token, the heads of a token one after another.
package struct AttentionInput {
    /// Head 0 of token 0.
    package let start: UnsafePointer<Float>
    /// Floats from one token to the next.
    package let stride: Int

    package init(start: UnsafePointer<Float>, stride: Int) {
        self.start = start
        self.stride = stride
    }

    /// From a token on.
    func rows(from token: Int) -> AttentionInput { AttentionInput(start: start + token * stride, stride: stride) }
}

/// Which tokens belong together: a sequence attends to itself, or to one of another kind (cross-attention).
package struct AttentionSequences {
    /// The tokens of sequence i are `queries[i] ..< queries[i + 1]`, and its keys `keys[i] ..< keys[i + 1]`.
    let queries, keys: [Int]

    /// Sequences that lie one after another, without padding.
    package init(queryOffsets: [Int], keyOffsets: [Int]) {
        precondition(!queryOffsets.isEmpty && queryOffsets.count == keyOffsets.count, "offsets of unequal number")
        for offsets in [queryOffsets, keyOffsets] {
            precondition(
                offsets[0] >= 0 && zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 },
                "offsets of sequences must not descend")
        }
        queries = queryOffsets
        keys = keyOffsets
    }

    /// A batch of sequences of equal length.
    package init(count: Int, queries: Int, keys: Int) {
        self.init(
            queryOffsets: (0...count).map { $0 * queries }, keyOffsets: (0...count).map { $0 * keys })
    }

    /// The number of sequences.
    var count: Int { queries.count - 1 }
}
