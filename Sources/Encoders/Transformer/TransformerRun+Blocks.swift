import Tensor

/// Layers whose products are of bytes: these take a quarter of the time, so that what lies between them counts.
///
/// A thread does all that a block of rows needs before and after attention while the block lies in its cache.
extension TransformerRun {
    /// A thread's working memory.
    private struct Scratch {
        /// Rows rounded for products of few inputs and of many.
        let narrow, broad: QuantizedRows
        /// `[rows × width]`, and `[rows × inner features]`.
        let sums, hidden: FloatStorage

        init(_ configuration: TransformerConfiguration) {
            let (rows, inner) = (RowBlocks.most, configuration.innerWidth)
            narrow = QuantizedRows(count: rows, depth: configuration.width)
            broad = QuantizedRows(count: rows, depth: inner)
            sums = FloatStorage(uninitializedCount: (rows + 1) * configuration.width)
            hidden = FloatStorage(uninitializedCount: rows * inner * (configuration.isGated ? 2 : 1))
        }

        /// One more row, for what lies between two steps.
        func line(_ width: Int) -> UnsafeMutablePointer<Float> { sums.start + RowBlocks.most * width }
    }

    /// Applies a layer to all tokens, of which only those picked remain if some are.
    func applyInBlocks(_ layer: TransformerLayer, picked: [Int]?) {
        let normalization = configuration.normalizesFirst ? layer.normalizations.0 : nil
        switch layer.projection {
        case .joint(let projection):
            precondition(picked == nil, "this layer was not made for picking tokens")
            project(projection, normalization, into: wide)
            attend(configuration.heads, queries: wide, stride: 3 * width, keys: wide + width, offsets, into: room)
        case .split(let queries, let keysAndValues):
            project(keysAndValues, normalization, into: wide)
            var heads = configuration.heads
            if let picked {
                // A picked token sees its whole sequence.
                heads = AttentionHeads(count: heads.count)
                gather(picked, from: tokens, into: tokens)
                moments = picked.map { moments[$0] }
                count = picked.count
            }
            project(queries, normalization, into: sums)
            attend(
                heads, queries: sums, stride: width, keys: wide, picked == nil ? offsets : Array(0...count), into: room)
        }
        finish(layer)
    }

    /// The products of all tokens, normalized first if there is a normalization.
    private func project(
        _ product: LinearLayer, _ normalization: LayerNormalization?, into target: UnsafeMutablePointer<Float>
    ) {
        forEachBlock { rows, isAlone, moments, scratch in
            let line = scratch.line(width)
            for (place, row) in rows.enumerated() {
                normalization?.apply(tokens + row * width, moments: moments[row], into: line)
                product.round(normalization == nil ? tokens + row * width : line, asRow: place, of: scratch.narrow)
            }
            product.multiply(
                scratch.narrow, count: rows.count, inParallel: isAlone, into: target + rows.lowerBound * product.outputs
            )
        }
    }

    /// All that follows attention, from ``room`` to ``tokens``.
    private func finish(_ layer: TransformerLayer) {
        let (first, second) = layer.normalizations
        forEachBlock { rows, isAlone, moments, scratch in
            for (place, row) in rows.enumerated() {
                layer.attentionOutput.round(room + row * width, asRow: place, of: scratch.narrow)
            }
            let sums = scratch.sums.start
            layer.attentionOutput.multiply(scratch.narrow, count: rows.count, inParallel: isAlone, into: sums)
            for (place, row) in rows.enumerated() {
                let sum = sums + place * width
                var about = RowMoments()
                RowKernel.addBias(
                    sum, nil, .identity, residual: tokens + row * width, count: width, moments: &about)
                let input = configuration.normalizesFirst ? scratch.line(width) : sum
                (configuration.normalizesFirst ? second : first).apply(sum, moments: about, into: input)
                layer.up.round(input, asRow: place, of: scratch.narrow)
            }
            let hidden = scratch.hidden.start
            layer.up.multiply(scratch.narrow, count: rows.count, inParallel: isAlone, into: hidden)
            for place in 0..<rows.count {
                let values = hidden + place * layer.up.outputs
                activate(values)
                layer.down.round(values, asRow: place, of: scratch.broad)
            }
            layer.down.multiply(
                scratch.broad, count: rows.count, inParallel: isAlone, into: tokens + rows.lowerBound * width)
            for (place, row) in rows.enumerated() {
                let token = tokens + row * width
                moments[row] = RowMoments()
                RowKernel.addBias(
                    token, nil, .identity, residual: sums + place * width, count: width, moments: &moments[row])
                if !configuration.normalizesFirst { second.apply(token, moments: moments[row], into: token) }
            }
        }
    }

    private func forEachBlock(
        _ body: (
            _ rows: Range<Int>, _ isAlone: Bool, _ moments: UnsafeMutablePointer<RowMoments>, inout Scratch
        ) -> Void
    ) {
        let blocks = RowBlocks(count).ranges
        moments.withUnsafeMutableBufferPointer { moments in
            nonisolated(unsafe) let all = moments.baseAddress
            parallelFor(blocks.count, scratch: { Scratch(configuration) }) { block, scratch in
                if let all { body(blocks[block], blocks.count == 1, all, &scratch) }
            }
        }
    }
}
