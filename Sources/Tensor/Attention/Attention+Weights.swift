private import CKernels

extension Attention {
    /// How the weights that heads give to a key become one.
    package enum HeadFusion: Sendable {
        case mean, maximum, minimum

        fileprivate var operation: Int32 {
            switch self {
            case .mean: Int32(KINDRED_ADD)
            case .maximum: Int32(KINDRED_MAXIMUM)
            case .minimum: Int32(KINDRED_MINIMUM)
            }
        }
    }

    /// What weights are multiplied with before heads are fused: the gradient that comes back for them.
    package struct WeightGradients {
        /// What came back for the heads' outputs, laid out as the queries.
        let outputs: AttentionInput
        let values: AttentionInput

        package init(outputs: AttentionInput, values: AttentionInput) {
            self.outputs = outputs
            self.values = values
        }
    }

    /// The weights softmax(scale · Q · Kᵀ) themselves, which
    /// ``attend(_:headSize:queries:keys:values:sequences:added:pairs:output:outputStride:)`` never keeps, with heads
    /// fused into one: `[query tokens × longest sequence's keys]`, zeros behind shorter ones.
    ///
    /// - Parameters:
    ///   - fusion: of the heads.
    ///   - gradients: where given, each head's weights are multiplied with their gradients, and what is negative then
    ///     becomes zero, before heads are fused.
    /// - Precondition: attention is not causal.
    /// - Complexity: O(Σ queries · keys · width) time; three rows of keys for each of 32 queries for each thread.
    package static func weights(
        _ heads: AttentionHeads, headSize: Int, queries: AttentionInput, keys: AttentionInput,
        sequences: AttentionSequences, fusion: HeadFusion, gradients: WeightGradients? = nil
    ) -> Matrix {
        precondition(headSize > 0 && !heads.isCausal, "weights of causal attention, or of heads without columns")
        let count = sequences.count
        let longest = (0..<count).map { sequences.keys[$0 + 1] - sequences.keys[$0] }.max() ?? 0
        // Tiles of queries, each of one sequence.
        var tiles: [(sequence: Int, queries: Range<Int>)] = []
        for sequence in 0..<count {
            let range = sequences.queries[sequence]..<sequences.queries[sequence + 1]
            for tile in 0..<range.tileCount(size: queryTile) {
                tiles.append((sequence, range.tile(tile, size: queryTile)))
            }
        }
        let scale = heads.scale ?? 1 / Float(headSize).squareRoot()
        return Matrix(rows: sequences.queries[count], columns: longest) { target in
            guard let target = target.baseAddress else { return }
            parallelFor(tiles.count, scratch: { WeightScratch(headSize: headSize, keys: longest) }) { index, scratch in
                let (sequence, tile) = tiles[index]
                let keyRange = sequences.keys[sequence]..<sequences.keys[sequence + 1]
                for head in 0..<heads.count {
                    scratch.multiply(
                        keys.rows(keyRange, column: head * headSize), queries.rows(tile, column: head * headSize),
                        headSize, scale, into: scratch.weights)
                    for query in 0..<tile.count {
                        let row = scratch.weights.start + query * keyRange.count
                        kindred_softmax(row, row, keyRange.count, nil, nil)
                    }
                    if let gradients {
                        scratch.multiply(
                            gradients.values.rows(keyRange, column: head * headSize),
                            gradients.outputs.rows(tile, column: head * headSize), headSize, 1, into: scratch.slopes)
                        let (size, weights) = (tile.count * keyRange.count, scratch.weights.start)
                        kindred_combine(
                            Int32(KINDRED_MULTIPLY), weights, 1, scratch.slopes.start, 1, weights, size)
                        kindred_map(weights, weights, size, Int32(KINDRED_RELU))
                    }
                    for query in 0..<tile.count {
                        let row = target + (tile.lowerBound + query) * longest
                        let weights = scratch.weights.start + query * keyRange.count
                        if head == 0 {
                            row.update(from: weights, count: keyRange.count)
                            (row + keyRange.count).update(repeating: 0, count: longest - keyRange.count)
                        } else {
                            kindred_combine(fusion.operation, row, 1, weights, 1, row, keyRange.count)
                        }
                    }
                }
                if fusion == .mean {
                    var share = 1 / Float(heads.count)
                    let rows = target + tile.lowerBound * longest
                    kindred_combine(Int32(KINDRED_MULTIPLY), rows, 1, &share, 0, rows, tile.count * longest)
                }
            }
        }
    }

    /// A thread's working memory.
    fileprivate final class WeightScratch {
        let weights, slopes: FloatStorage
        private let packed, products: FloatStorage

        init(headSize: Int, keys: Int) {
            weights = FloatStorage(uninitializedCount: keys * queryTile)
            slopes = FloatStorage(uninitializedCount: keys * queryTile)
            products = FloatStorage(uninitializedCount: keys * queryTile)
            packed = FloatStorage(uninitializedCount: headSize * queryTile)
        }

        /// The products of a tile's rows with many others: `[rows × others]`.
        func multiply(
            _ others: Rows, _ rows: Rows, _ size: Int, _ scale: Float, into target: FloatStorage
        ) {
            kindred_attention_pack(rows.start, rows.count, rows.stride, size, scale, packed.start)
            kindred_product(
                others.start, others.count, others.stride, packed.start, rows.count, size, products.start, queryTile)
            kindred_transpose(products.start, others.count, rows.count, queryTile, target.start, others.count)
        }
    }

    /// Rows of one head.
    fileprivate struct Rows {
        let start: UnsafePointer<Float>
        let stride, count: Int
    }
}

extension AttentionInput {
    fileprivate func rows(_ range: Range<Int>, column: Int) -> Attention.Rows {
        Attention.Rows(start: start + range.lowerBound * stride + column, stride: stride, count: range.count)
    }
}
