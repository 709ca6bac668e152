internal import CKernels

extension Attention {
    /// The way back through one head, tile by tile: scores are computed again, as on the way forth, and are never kept.
    ///
    /// All rows lie one after another. Gradients start from zeros.
    ///
    /// - Reference: Dao et al., "FlashAttention: fast and memory-efficient exact attention with IO-awareness", 2022,
    ///   arXiv:2205.14135, algorithm 4.
    struct HeadGradients {
        /// The head as it was on the way forth, with its output and its statistics.
        let head: Head
        /// What scores were multiplied by, without the logarithm's base.
        let scale: Float
        /// What came back for the output.
        let upstream: UnsafePointer<Float>
        let queries, keys, values: UnsafeMutablePointer<Float>

        func run(_ scratch: GradientScratch) {
            let (size, valueSize) = (head.size, head.valueSize)
            queries.update(repeating: 0, count: head.queryCount * size)
            keys.update(repeating: 0, count: head.keyCount * size)
            values.update(repeating: 0, count: head.keyCount * valueSize)
            guard head.keyCount > 0, let statistics = head.statistics else { return }
            let wide = widened(
                head.keys, count: head.keyCount, size: size, stride: head.keyStride, in: scratch.wideKeys)
            for first in stride(from: 0, to: head.queryCount, by: queryTile) {
                let tile = first..<min(head.queryCount, first + queryTile)
                let rows = upstream + first * valueSize
                kindred_attention_pack(rows, tile.count, valueSize, valueSize, 1, scratch.packedUpstream.start)
                pack(rows, tile.count, valueSize, into: scratch.upstreamColumns)
                pack(head.queries + first * head.queryStride, tile.count, size, into: scratch.queryColumns)
                scratch.begin(tile, of: head.queryCount, statistics) {
                    Float(kindred_dot(rows + $0 * valueSize, head.output + (first + $0) * head.outputStride, valueSize))
                }
                head.forEachBlock(of: tile, scratch.forward) { block, masks, _ in
                    // The gradients for the weights, and from them those for the scores.
                    kindred_product(
                        head.values + block.lowerBound * head.valueStride, block.count, head.valueStride,
                        scratch.packedUpstream.start, tile.count, valueSize, scratch.slopes.start, queryTile)
                    scratch.pullBack(keys: block.count, queries: tile.count, masks, scale: scale)
                    let start = block.lowerBound
                    scratch.addProducts(
                        of: scratch.forward.scores, with: scratch.upstreamColumns, tile, block, valueSize,
                        to: values + start * valueSize)
                    scratch.addProducts(
                        of: scratch.slopes, with: scratch.queryColumns, tile, block, size, to: keys + start * size)
                    kindred_attention_values(
                        scratch.slopes.start, block.count, tile.count, wide.start + start * wide.stride, wide.stride,
                        size, start == 0 ? nil : scratch.ones.start, nil, queries + first * size, size)
                }
            }
        }

        /// Packs rows as the right-hand side of products that sum over them.
        private func pack(_ rows: UnsafePointer<Float>, _ count: Int, _ size: Int, into target: FloatStorage) {
            kindred_pack(rows, size, count, 1, size, 0, (0..<size).tileCount(size: queryTile), target.start)
        }
    }

    /// A thread's working memory on the way back.
    final class GradientScratch {
        let forward: Scratch
        /// The gradients for a tile's weights, `[key][query]`, and then those for its scores.
        let slopes: FloatStorage
        /// What came back for a tile of queries: transposed, and as columns of a product; and the queries themselves.
        let packedUpstream, upstreamColumns, queryColumns: FloatStorage
        let wideKeys: FloatStorage?
        let ones: FloatStorage
        private let sums: FloatStorage
        /// For each query of the tile: the largest score, one over the sum of weights, the mean gradient of the
        /// weights.
        private let state = FloatStorage(uninitializedCount: 3 * queryTile)

        init(headSize: Int, valueSize: Int, keys: Int, hasPairs: Bool) {
            let block = min(keys, keyBlock)
            forward = Scratch(headSize: headSize, valueSize: 0, keys: keys, hasPairs: hasPairs)
            slopes = FloatStorage(uninitializedCount: block * queryTile)
            packedUpstream = FloatStorage(uninitializedCount: valueSize * queryTile)
            upstreamColumns = FloatStorage(uninitializedCount: kindred_packed_size(valueSize, queryTile))
            queryColumns = FloatStorage(uninitializedCount: kindred_packed_size(headSize, queryTile))
            wideKeys = widening(size: headSize, count: keys)
            ones = FloatStorage(uninitializedCount: queryTile)
            ones.start.update(repeating: 1, count: queryTile)
            sums = FloatStorage(uninitializedCount: block * max(headSize, valueSize))
        }

        /// Takes up a tile of queries.
        func begin(
            _ tile: Range<Int>, of count: Int, _ statistics: UnsafePointer<Float>, mean: (_ query: Int) -> Float
        ) {
            state.start.update(repeating: 0, count: 3 * queryTile)
            state.start.update(from: statistics + tile.lowerBound, count: tile.count)
            (state.start + queryTile).update(from: statistics + count + tile.lowerBound, count: tile.count)
            for query in 0..<tile.count { state.start[2 * queryTile + query] = mean(query) }
        }

        /// Turns the scores of a block of keys into weights, and the gradients for these into those for the scores.
        func pullBack(keys: Int, queries: Int, _ masks: kindred_score_masks, scale: Float) {
            kindred_attention_gradient(
                forward.scores.start, slopes.start, keys, queries, masks, state.start, scale)
        }

        /// Adds, for each key of a block, the sum of a tile's rows with the weights `[key][query]` to `target`.
        func addProducts(
            of weights: FloatStorage, with columns: FloatStorage, _ tile: Range<Int>, _ block: Range<Int>, _ size: Int,
            to target: UnsafeMutablePointer<Float>
        ) {
            kindred_product(
                weights.start, block.count, queryTile, columns.start, size, tile.count, sums.start, size)
            kindred_combine(Int32(KINDRED_ADD), target, 1, sums.start, 1, target, block.count * size)
        }
    }
}
