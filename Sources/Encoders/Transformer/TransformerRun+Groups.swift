import Tensor

/// Layers whose products are of bytes, over many sequences.
///
/// A group of sequences goes through a whole layer on one thread: queries, keys and values stay in its cache, and threads
/// wait for one another neither within layers nor between them.
extension TransformerRun {
    /// Applies as many of the first layers as can be, where there are groups enough to keep all threads busy.
    ///
    /// - Returns: the layers that are left.
    func applyInGroups(_ layers: ArraySlice<TransformerLayer>) -> ArraySlice<TransformerLayer> {
        let joint = layers.prefix { $0.isOfBytes && $0.jointProjection != nil }
        let groups = SequenceGroups(offsets: offsets).ranges
        guard !joint.isEmpty, groups.count >= 2 * Parallelism.threadCount else { return layers }
        let most = groups.map { offsets[$0.upperBound] - offsets[$0.lowerBound] }.max() ?? 0
        parallelStages(joint.count, itemCount: groups.count, scratch: { BlockScratch(configuration, tokens: most) }) {
            layer, group, scratch in
            apply(joint[joint.startIndex + layer], to: groups[group], scratch)
        }
        return layers.dropFirst(joint.count)
    }

    /// Applies a layer to some sequences.
    private func apply(_ layer: TransformerLayer, to sequences: Range<Int>, _ scratch: BlockScratch) {
        guard let projection = layer.jointProjection else { return }
        let rows = offsets[sequences.lowerBound]..<offsets[sequences.upperBound]
        let blocks = (0..<rows.count).tileCount(size: RowBlocks.most)
        let (wide, stride) = (scratch.wide, 3 * width)
        func place(_ row: Int) -> UnsafeMutablePointer<Float> { wide + (row - rows.lowerBound) * stride }
        for block in 0..<blocks {
            let rows = rows.tile(block, size: RowBlocks.most)
            project(
                rows, projection, of: layer, inParallel: false, scratch, into: place(rows.lowerBound))
        }
        for sequence in sequences {
            let first = place(offsets[sequence])
            func input(_ column: Int) -> AttentionInput { AttentionInput(start: first + column, stride: stride) }
            // Results take the place of queries.
            Attention.attend(
                configuration.heads, headSize: width / configuration.heads.count,
                tokens: offsets[sequence + 1] - offsets[sequence], queries: input(0), keys: input(width),
                values: input(2 * width), output: first, outputStride: stride, scratch.attention)
        }
        for block in 0..<blocks {
            let rows = rows.tile(block, size: RowBlocks.most)
            finish(
                rows, layer, attended: AttentionInput(start: place(rows.lowerBound), stride: stride),
                inParallel: false, scratch)
        }
    }
}
