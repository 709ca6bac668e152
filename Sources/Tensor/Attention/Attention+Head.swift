internal import CKernels

extension Attention {
    /// One head of one sequence.
    struct Head {
        /// Columns of queries and keys, and of values.
        let size, valueSize: Int
        /// What scores are multiplied by; they are logarithms to base 2.
        let scale: Float
        let isCausal: Bool
        let queries: UnsafePointer<Float>
        let queryStride, queryCount: Int
        let keys: UnsafePointer<Float>
        let keyStride, keyCount: Int
        let values: UnsafePointer<Float>
        let valueStride: Int
        let added: UnsafePointer<Float>?
        let pairs: Pairs?
        let output: UnsafeMutablePointer<Float>
        let outputStride: Int
        /// Where each query's largest score goes, and behind them one over each query's sum of weights; for the way
        /// back.
        let statistics: UnsafeMutablePointer<Float>?

        /// Attends the part of the queries that has this number; nothing, if there are not so many.
        func attend(part: Int, _ scratch: Scratch) {
            let part = (part * queriesInPart..<(part + 1) * queriesInPart).clamped(to: 0..<queryCount)
            guard keyCount > 0 else { return clear(part) }
            let values = Attention.widened(
                self.values, count: keyCount, size: valueSize, stride: valueStride, in: scratch.values)
            for first in stride(from: part.lowerBound, to: part.upperBound, by: queryTile) {
                attend(
                    first..<min(part.upperBound, first + queryTile), values: values.start, stride: values.stride,
                    scratch)
            }
        }

        /// A tile of queries against all keys that it sees.
        private func attend(
            _ tile: Range<Int>, values: UnsafePointer<Float>, stride valueStride: Int, _ scratch: Scratch
        ) {
            let target = output + tile.lowerBound * outputStride
            scratch.begin()
            forEachBlock(of: tile, scratch) { block, masks, isLast in
                scratch.weigh(keys: block.count, queries: tile.count, masks)
                scratch.withFactors(isFirst: block.lowerBound == 0, isLast: isLast) { before, after in
                    kindred_attention_values(
                        scratch.scores.start, block.count, tile.count, values + block.lowerBound * valueStride,
                        valueStride, valueSize, before, after, target, outputStride)
                }
            }
            if let statistics { scratch.save(tile, of: queryCount, to: statistics) }
        }

        /// Calls `body` for each block of keys that a tile of queries sees, with its scores in the scratch and what is
        /// to be done to them.
        func forEachBlock(
            of tile: Range<Int>, _ scratch: Scratch,
            _ body: (_ block: Range<Int>, _ masks: kindred_score_masks, _ isLast: Bool) -> Void
        ) {
            kindred_attention_pack(
                queries + tile.lowerBound * queryStride, tile.count, queryStride, size, scale, scratch.packed.start)
            let seen = isCausal ? min(keyCount, tile.upperBound) : keyCount
            for first in stride(from: 0, to: seen, by: keyBlock) {
                let block = first..<min(seen, first + keyBlock)
                // Whole groups of columns: those that stand for no query are zeros.
                kindred_product(
                    keys + first * keyStride, block.count, keyStride, scratch.packed.start,
                    (tile.count + columnGroup - 1) / columnGroup * columnGroup, size, scratch.scores.start, queryTile)
                if let pairs, let place = scratch.pairs { pairs.pack(queries: tile, keys: block, into: place.start) }
                let masks = kindred_score_masks(
                    added: added.map { $0 + first }, pairs: scratch.pairs.map { UnsafePointer($0.start) },
                    first_hidden: isCausal ? tile.lowerBound + 1 - first : block.count)
                body(block, masks, block.upperBound == seen)
            }
        }

        /// Queries that see nothing get zeros.
        private func clear(_ part: Range<Int>) {
            for query in part { (output + query * outputStride).update(repeating: 0, count: valueSize) }
        }
    }

    /// Rows of which kernels may read whole groups of columns: where they lie, or widened in `place`.
    static func widened(
        _ rows: UnsafePointer<Float>, count: Int, size: Int, stride: Int, in place: FloatStorage?
    ) -> (start: UnsafePointer<Float>, stride: Int) {
        guard let place else { return (rows, stride) }
        let width = wholeGroups(size)
        for index in 0..<count {
            let row = place.start + index * width
            row.update(from: rows + index * stride, count: size)
            (row + size).update(repeating: 0, count: width - size)
        }
        return (UnsafePointer(place.start), width)
    }

    /// Room to widen `count` rows; `nil` where they can be read where they are.
    static func widening(size: Int, count: Int) -> FloatStorage? {
        let width = wholeGroups(size)
        return width == size ? nil : FloatStorage(uninitializedCount: count * width)
    }

    private static func wholeGroups(_ size: Int) -> Int { (size + columnGroup - 1) / columnGroup * columnGroup }
}

extension Attention.Head {
    /// One of several heads that lie side by side: inputs and output are those of head 0.
    init(
        _ head: Int, of heads: AttentionHeads, size: Int, queries: AttentionInput, queryCount: Int,
        keys: AttentionInput, keyCount: Int, values: AttentionInput, added: UnsafePointer<Float>?,
        pairs: Attention.Pairs?, output: UnsafeMutablePointer<Float>, outputStride: Int
    ) {
        let column = head * size
        self.init(
            size: size, valueSize: size,
            scale: (heads.scale ?? 1 / Float(size).squareRoot()) * Attention.binaryLogarithm,
            isCausal: heads.isCausal, queries: queries.start + column, queryStride: queries.stride,
            queryCount: queryCount, keys: keys.start + column, keyStride: keys.stride, keyCount: keyCount,
            values: values.start + column, valueStride: values.stride, added: added, pairs: pairs,
            output: output + column, outputStride: outputStride, statistics: nil)
    }
}
