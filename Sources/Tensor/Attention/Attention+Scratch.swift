private import CKernels

extension Attention {
    /// A thread's working memory.
    final class Scratch {
        /// A tile of queries, transposed.
        let packed: FloatStorage
        /// The scores of a tile, `[key][query]`, and then its weights.
        let scores: FloatStorage
        /// The values of a head, widened to whole groups of columns; `nil` where they can be read where they are.
        let values: FloatStorage?
        let valueStride: Int
        /// For each query of the tile: the largest score, the sum of the weights, the last factor.
        private let state = FloatStorage(uninitializedCount: 3 * queryTile)

        init(headSize: Int, keys: Int) {
            packed = FloatStorage(uninitializedCount: headSize * queryTile)
            scores = FloatStorage(uninitializedCount: min(keys, keyBlock) * queryTile)
            valueStride = (headSize + columnGroup - 1) / columnGroup * columnGroup
            values = valueStride == headSize ? nil : FloatStorage(uninitializedCount: keys * valueStride)
        }

        /// Forgets the queries before.
        func begin() {
            state.start.update(repeating: -.infinity, count: queryTile)
            (state.start + queryTile).update(repeating: 0, count: 2 * queryTile)
        }

        /// Turns the scores of a block of keys into weights.
        func weigh(keys: Int, queries: Int, added: UnsafePointer<Float>?, firstHidden: Int) {
            kindred_attention_weights(scores.start, keys, queries, added, firstHidden, state.start)
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
    }
}
