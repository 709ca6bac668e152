private import CKernels

/// Fused scaled-dot-product attention: softmax(scale · Q · Kᵀ + mask) · V, head by head.
///
/// Scores exist for 32 queries and at most 512 keys at a time, in the cache of the core that makes them. Up to 512 keys
/// the softmax is the plain one; longer sequences go on block by block with a running maximum.
///
/// A head's result depends on its own queries and keys alone: not on the batch, on the other sequences, on threads or
/// on the SIMD level. Queries that see no key get zeros.
///
/// - Reference: Vaswani et al., Attention is all you need, arXiv:1706.03762; the running maximum: Milakov and
///   Gimelshein, Online normalizer calculation for softmax, arXiv:1805.02867.
package enum Attention {
    /// Queries of a tile.
    static let queryTile = Int(KINDRED_PANEL)
    /// Queries that a thread takes at a time, so that one head of a long sequence is work for all.
    static let queriesInPart = 16 * queryTile
    /// Keys whose scores exist at a time; a multiple of ``queryTile``, so that causal tiles always see a part of a
    /// block.
    static let keyBlock = 512
    /// 1 / ln 2: scores are logarithms to base 2, which saves a multiplication for each.
    static let binaryLogarithm: Float = 1.442_695_04
    /// Kernels read values in groups of this many columns.
    static let columnGroup = 16

    /// Attends all heads of all sequences, in parallel over both and over parts of the queries.
    ///
    /// - Parameters:
    ///   - output: where head 0 of query token 0 goes; laid out as the queries, `outputStride` floats from token to
    ///     token.
    ///   - added: a summand for the scores of each key token, or `nil`.
    ///   - pairs: summands or marks for each query and key, or `nil`.
    /// - Complexity: O(Σ queries · keys · width) time; 64 KB (128 KB with `pairs`) and the values of one head for each
    ///   thread.
    package static func attend(
        _ heads: AttentionHeads, headSize: Int, queries: AttentionInput, keys: AttentionInput, values: AttentionInput,
        sequences: AttentionSequences, added: UnsafePointer<Float>? = nil, pairs: Pairs? = nil,
        output: UnsafeMutablePointer<Float>,
        outputStride: Int
    ) {
        precondition(headSize > 0, "a head of \(headSize) columns")
        let longest = (0..<sequences.count).map { sequences.keys[$0 + 1] - sequences.keys[$0] }.max() ?? 0
        let mostQueries = (0..<sequences.count).map { sequences.queries[$0 + 1] - sequences.queries[$0] }.max() ?? 0
        let parts = (0..<mostQueries).tileCount(size: queriesInPart)
        nonisolated(unsafe) let (queries, keys, values, added, pairs, output) = (
            queries, keys, values, added, pairs, output
        )
        parallelFor(
            sequences.count * heads.count * parts,
            scratch: { Scratch(headSize: headSize, valueSize: headSize, keys: longest, hasPairs: pairs != nil) }
        ) { item, scratch in
            let (index, part) = item.quotientAndRemainder(dividingBy: parts)
            let (sequence, head) = index.quotientAndRemainder(dividingBy: heads.count)
            let queryRange = sequences.queries[sequence]..<sequences.queries[sequence + 1]
            let keyRange = sequences.keys[sequence]..<sequences.keys[sequence + 1]
            let task = Head(
                head, of: heads, size: headSize, queries: queries.rows(from: queryRange.lowerBound),
                queryCount: queryRange.count, keys: keys.rows(from: keyRange.lowerBound), keyCount: keyRange.count,
                values: values.rows(from: keyRange.lowerBound), added: added.map { $0 + keyRange.lowerBound },
                pairs: pairs?.at(sequence: sequence, head: head),
                output: output + queryRange.lowerBound * outputStride, outputStride: outputStride)
            task.attend(part: part, scratch)
        }
    }

    /// Attends all heads of one sequence to itself, on this thread alone.
    ///
    /// - Parameters:
    ///   - output: as in the other form; may be the queries' own place.
    ///   - scratch: for heads of this size, and so many tokens or more.
    /// - Complexity: O(tokens² · width) time.
    package static func attend(
        _ heads: AttentionHeads, headSize: Int, tokens: Int, queries: AttentionInput, keys: AttentionInput,
        values: AttentionInput, output: UnsafeMutablePointer<Float>, outputStride: Int, _ scratch: Scratch
    ) {
        for head in 0..<heads.count {
            let task = Head(
                head, of: heads, size: headSize, queries: queries, queryCount: tokens, keys: keys, keyCount: tokens,
                values: values, added: nil, pairs: nil, output: output, outputStride: outputStride)
            for part in 0..<(0..<tokens).tileCount(size: queriesInPart) { task.attend(part: part, scratch) }
        }
    }
}
