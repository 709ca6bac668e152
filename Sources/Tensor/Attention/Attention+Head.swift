private import CKernels

extension Attention {
    /// One head of one sequence.
    struct Head {
        let size: Int
        let scale: Float
        let isCausal: Bool
        let queries: UnsafePointer<Float>
        let queryStride, queryCount: Int
        let keys: UnsafePointer<Float>
        let keyStride, keyCount: Int
        let values: UnsafePointer<Float>
        let valueStride: Int
        let added: UnsafePointer<Float>?
        let output: UnsafeMutablePointer<Float>
        let outputStride: Int

        func attend(_ scratch: Scratch) {
            guard keyCount > 0 else { return clear() }
            let values = widenedValues(scratch)
            for first in stride(from: 0, to: queryCount, by: queryTile) {
                attend(first..<min(queryCount, first + queryTile), values: values.start, stride: values.stride, scratch)
            }
        }

        /// A tile of queries against all keys that it sees.
        private func attend(
            _ tile: Range<Int>, values: UnsafePointer<Float>, stride valueStride: Int, _ scratch: Scratch
        ) {
            let target = output + tile.lowerBound * outputStride
            kindred_attention_pack(
                queries + tile.lowerBound * queryStride, tile.count, queryStride, size, scale, scratch.packed.start)
            scratch.begin()
            let seen = isCausal ? min(keyCount, tile.upperBound) : keyCount
            for first in stride(from: 0, to: seen, by: keyBlock) {
                let count = min(keyBlock, seen - first)
                kindred_product(
                    keys + first * keyStride, count, keyStride, scratch.packed.start, tile.count, size,
                    scratch.scores.start, queryTile)
                scratch.weigh(
                    keys: count, queries: tile.count, added: added.map { $0 + first },
                    firstHidden: isCausal ? tile.lowerBound + 1 - first : count)
                scratch.withFactors(isFirst: first == 0, isLast: first + count == seen) { before, after in
                    kindred_attention_values(
                        scratch.scores.start, count, tile.count, values + first * valueStride, valueStride, size,
                        before,
                        after, target, outputStride)
                }
            }
        }

        /// The values, where whole groups of columns can be read.
        private func widenedValues(_ scratch: Scratch) -> (start: UnsafePointer<Float>, stride: Int) {
            guard let widened = scratch.values else { return (values, valueStride) }
            for key in 0..<keyCount {
                let row = widened.start + key * scratch.valueStride
                row.update(from: values + key * valueStride, count: size)
                (row + size).update(repeating: 0, count: scratch.valueStride - size)
            }
            return (UnsafePointer(widened.start), scratch.valueStride)
        }

        /// Queries that see nothing get zeros.
        private func clear() {
            for query in 0..<queryCount { (output + query * outputStride).update(repeating: 0, count: size) }
        }
    }
}
