private import CKernels

extension Attention {
    /// Where summands or marks for pairs of query and key lie: the keys of a query one after another.
    package struct Pairs {
        enum Source {
            case summands(UnsafePointer<Float>?)
            case marks(UnsafePointer<UInt8>?)
        }

        var source: Source
        /// From one sequence, head, query to the next; 0 where they share.
        let sequenceStride, headStride, queryStride: Int

        func at(sequence: Int, head: Int) -> Pairs { advanced(by: sequence * sequenceStride + head * headStride) }

        private func advanced(by offset: Int) -> Pairs {
            var result = self
            switch source {
            case .summands(let start): result.source = .summands(start.map { $0 + offset })
            case .marks(let start): result.source = .marks(start.map { $0 + offset })
            }
            return result
        }

        /// Writes the summands of a tile of queries for some keys as the kernels take them: `[key][query]`.
        func pack(queries: Range<Int>, keys: Range<Int>, into target: UnsafeMutablePointer<Float>) {
            switch advanced(by: queries.lowerBound * queryStride + keys.lowerBound).source {
            case .summands(let start?):
                kindred_attention_pack(start, queries.count, queryStride, keys.count, binaryLogarithm, target)
            case .marks(let start?): kindred_attention_pack_marks(start, queries.count, queryStride, keys.count, target)
            default: break
            }
        }
    }
}
