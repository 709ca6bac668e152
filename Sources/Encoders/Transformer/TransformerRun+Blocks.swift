import Tensor

/// Layers whose products are of bytes: these take a quarter of the time, so that what lies between them counts.
///
/// A thread does all that a block of rows needs before and after attention while the block lies in its cache.
extension TransformerRun {
    /// Applies a layer to all tokens, of which only those picked remain if some are.
    func applyInBlocks(_ layer: TransformerLayer, picked: [Int]?) {
        switch layer.projection {
        case .joint(let projection):
            precondition(picked == nil, "this layer was not made for picking tokens")
            project(projection, of: layer, into: wide)
            attend(configuration.heads, queries: wide, stride: 3 * width, keys: wide + width, offsets, into: room)
        case .split(let queries, let keysAndValues):
            project(keysAndValues, of: layer, into: wide)
            var heads = configuration.heads
            if let picked {
                // A picked token sees its whole sequence.
                heads = AttentionHeads(count: heads.count)
                gather(picked, from: tokens, into: tokens)
                for (place, moment) in picked.map({ moments[$0] }).enumerated() { moments[place] = moment }
                count = picked.count
            }
            project(queries, of: layer, into: sums)
            attend(
                heads, queries: sums, stride: width, keys: wide, picked == nil ? offsets : Array(0...count), into: room)
        }
        finish(layer)
    }

    /// A layer's first products of all tokens.
    private func project(
        _ product: LinearLayer, of layer: TransformerLayer, into target: UnsafeMutablePointer<Float>
    ) {
        forEachBlock { rows, isAlone, scratch in
            project(
                rows, product, of: layer, inParallel: isAlone, scratch,
                into: target + rows.lowerBound * product.outputs)
        }
    }

    /// All that follows attention, from ``room`` to ``tokens``.
    private func finish(_ layer: TransformerLayer) {
        forEachBlock { rows, isAlone, scratch in
            finish(
                rows, layer, attended: AttentionInput(start: room + rows.lowerBound * width, stride: width),
                inParallel: isAlone, scratch)
        }
    }

    private func forEachBlock(_ body: (_ rows: Range<Int>, _ isAlone: Bool, BlockScratch) -> Void) {
        let blocks = RowBlocks(count).ranges
        parallelFor(blocks.count, scratch: { BlockScratch(configuration) }) { block, scratch in
            body(blocks[block], blocks.count == 1, scratch)
        }
    }

    // MARK: One block

    /// A layer's first products of a block of tokens, row by row into `target`.
    func project(
        _ rows: Range<Int>, _ product: LinearLayer, of layer: TransformerLayer, inParallel: Bool,
        _ scratch: BlockScratch, into target: UnsafeMutablePointer<Float>
    ) {
        let normalization = configuration.normalizesFirst ? layer.normalizations.0 : nil
        for (place, row) in rows.enumerated() {
            let token = tokens + row * width
            normalization?.apply(token, moments: moments[row], into: scratch.line)
            product.round(normalization == nil ? token : scratch.line, asRow: place, of: scratch.narrow)
        }
        product.multiply(scratch.narrow, count: rows.count, inParallel: inParallel, into: target)
    }

    /// All that follows attention for a block of tokens.
    ///
    /// - Parameter attended: what the first of them attended to.
    func finish(
        _ rows: Range<Int>, _ layer: TransformerLayer, attended: AttentionInput, inParallel: Bool,
        _ scratch: BlockScratch
    ) {
        let (first, second) = layer.normalizations
        for place in 0..<rows.count {
            layer.attentionOutput.round(
                attended.start + place * attended.stride, asRow: place, of: scratch.narrow)
        }
        let sums = scratch.sums.start
        layer.attentionOutput.multiply(scratch.narrow, count: rows.count, inParallel: inParallel, into: sums)
        for (place, row) in rows.enumerated() {
            let sum = sums + place * width
            var about = RowMoments()
            RowKernel.addBias(sum, nil, .identity, residual: tokens + row * width, count: width, moments: &about)
            let input = configuration.normalizesFirst ? scratch.line : sum
            (configuration.normalizesFirst ? second : first).apply(sum, moments: about, into: input)
            layer.up.round(input, asRow: place, of: scratch.narrow)
        }
        let hidden = scratch.hidden
        layer.up.multiply(scratch.narrow, count: rows.count, inParallel: inParallel, into: hidden)
        for place in 0..<rows.count {
            let values = hidden + place * layer.up.outputs
            activate(values)
            layer.down.round(values, asRow: place, of: scratch.broad)
        }
        layer.down.multiply(
            scratch.broad, count: rows.count, inParallel: inParallel, into: tokens + rows.lowerBound * width)
        for (place, row) in rows.enumerated() {
            let token = tokens + row * width
            moments[row] = RowMoments()
            RowKernel.addBias(
                token, nil, .identity, residual: sums + place * width, count: width, moments: &moments[row])
            if !configuration.normalizesFirst { second.apply(token, moments: moments[row], into: token) }
        }
    }
}
