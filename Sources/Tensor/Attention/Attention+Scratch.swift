internal import CKernels

extension Attention {
    /// A thread's working memory.
    package final class Scratch {
        /// A tile of queries, transposed.
        let packed: FloatStorage
        /// The scores of a tile, `[key][query]`, and then its weights.
        let scores: FloatStorage
        /// The values of a head, widened to whole groups of columns; `nil` where they can be read where they are.
        let values: FloatStorage?
        /// The summands for a tile's scores, where each pair has one.
        let pairs: FloatStorage?
        /// For each query of the tile: the largest score, the sum of the weights, the last factor.
        private let state = FloatStorage(uninitializedCount: 3 * queryTile)

        init(headSize: Int, valueSize: Int, keys: Int, hasPairs: Bool) {
            packed = FloatStorage(uninitializedCount: headSize * queryTile)
            scores = FloatStorage(uninitializedCount: min(keys, keyBlock) * queryTile)
            values = Attention.widening(size: valueSize, count: keys)
            pairs = hasPairs ? FloatStorage(uninitializedCount: min(keys, keyBlock) * queryTile) : nil
        }

        /// For sequences of up to `tokens` tokens that attend to themselves.
        package convenience init(headSize: Int, tokens: Int) {
            self.init(headSize: headSize, valueSize: headSize, keys: tokens, hasPairs: false)
        }

        /// Forgets the queries before.
        func begin() {
            state.start.update(repeating: -.infinity, count: queryTile)
            (state.start + queryTile).update(repeating: 0, count: 2 * queryTile)
        }

        /// Turns the scores of a block of keys into weights.
        func weigh(keys: Int, queries: Int, _ masks: kindred_score_masks) {
            kindred_attention_weights(scores.start, keys, queries, masks, state.start)
        }

        /// What earlier results are multiplied by before a block's are added (nothing at the first), and the sums after
        /// the last.
        func withFactors(
            isFirst: Bool, isLast: Bool,
            _ body: (_ before: UnsafePointer<Float>?, _ after: UnsafePointer<Float>?) -> Void
        ) {
            let (sum, factor) = (state.start + queryTile, state.start + 2 * queryTile)
            if isLast { for query in 0..<queryTile { sum[query] = sum[query] == 0 ? 0 : 1 / sum[query] } }
            body(isFirst ? nil : UnsafePointer(factor), isLast ? UnsafePointer(sum) : nil)
        }

        /// Keeps the largest scores and the inverted sums of a tile's queries, after its last block.
        func save(_ tile: Range<Int>, of count: Int, to statistics: UnsafeMutablePointer<Float>) {
            (statistics + tile.lowerBound).update(from: state.start, count: tile.count)
            (statistics + count + tile.lowerBound).update(from: state.start + queryTile, count: tile.count)
        }
    }
}
