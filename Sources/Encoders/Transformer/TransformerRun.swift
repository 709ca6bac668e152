import Tensor

/// What meets in a layer's attention.
struct QueriesAndKeys {
    let queries, keys: AttentionInput
    let sequences: AttentionSequences
}

/// One batch on its way through the layers.
final class TransformerRun {
    let configuration: TransformerConfiguration
    let width: Int
    let offsets: [Int]
    /// The number of tokens, or of those picked.
    var count: Int
    /// Whose memory is used: it must live as long as the run.
    private let workspace: Workspace
    /// The tokens as they stand between layers, and room of the same size. `[tokens × width]`
    let tokens, sums, room: UnsafeMutablePointer<Float>
    /// Queries, keys and values side by side, then what lies between the second half's products.
    let wide: UnsafeMutablePointer<Float>
    /// From one token's inner features to the next's, once they are ready for the second product.
    private let innerStride: Int
    /// What is known of each token for the next normalization.
    let moments: UnsafeMutablePointer<RowMoments>
    /// Is given the queries and keys of each layer before they meet.
    var watch: ((QueriesAndKeys) -> Void)?

    init(_ transformer: Transformer, _ hidden: Matrix, offsets: [Int], _ workspace: Workspace) {
        configuration = transformer.configuration
        width = configuration.width
        precondition(
            hidden.columns == width && offsets.first == 0 && offsets.last == hidden.rows,
            "\(hidden) does not fill sequences that end at \(offsets.last ?? 0)")
        self.offsets = offsets
        self.workspace = workspace
        count = hidden.rows
        tokens = workspace.floats(count * width)
        sums = workspace.floats(count * width)
        room = workspace.floats(count * width)
        let inner = configuration.innerWidth
        // Rows whose distance is a multiple of a page compete for the same few places of a cache.
        innerStride = configuration.isGated || inner % 1024 != 0 ? inner : inner + 32
        wide = workspace.floats(count * max(3 * width, configuration.isGated ? 2 * inner : innerStride))
        moments = .allocate(capacity: count)
        moments.initialize(repeating: RowMoments(), count: count)
        hidden.withUnsafeBufferPointer { source in
            if let source = source.baseAddress { tokens.update(from: source, count: count * width) }
        }
        if configuration.normalizesFirst, let first = transformer.layers.first {
            first.normalizations.0.computeMoments(tokens, rows: count, into: moments)
        }
    }

    deinit { moments.deallocate() }

    /// The tokens as they stand.
    var result: Matrix {
        Matrix(rows: count, columns: width) { target in
            target.baseAddress?.update(from: tokens, count: count * width)
        }
    }

    /// Applies a layer to all tokens, of which only those picked remain if some are.
    func apply(_ layer: TransformerLayer, picked: [Int]?) {
        if layer.isOfBytes { return applyInBlocks(layer, picked: picked) }
        var nothing: ActivationRanges?
        apply(layer, picked: picked, measuring: &nothing)
    }

    /// As ``apply(_:picked:)``; widens ranges by what enters products, where there are any.
    func apply(_ layer: TransformerLayer, picked: [Int]?, measuring ranges: inout ActivationRanges?) {
        attend(layer, picked, &ranges)
        let (first, second) = layer.normalizations
        if configuration.normalizesFirst {
            second.apply(sums, rows: count, moments: moments, into: room)
        } else {
            first.apply(sums, rows: count, moments: moments, into: sums)
        }
        let input = configuration.normalizesFirst ? room : sums
        ranges?.widen(\.inner, by: input, count: count)
        layer.up.apply(to: input, rows: count, into: wide, outputStride: configuration.isGated ? nil : innerStride)
        if configuration.isGated { gate() }
        layer.down.apply(
            to: wide, inputStride: innerStride, rows: count, residual: sums, moments: moments, into: tokens)
        if !configuration.normalizesFirst { second.apply(tokens, rows: count, moments: moments, into: tokens) }
    }

    /// ``sums`` become tokens plus what they attend to.
    private func attend(
        _ layer: TransformerLayer, _ picked: [Int]?, _ ranges: inout ActivationRanges?
    ) {
        var input = tokens
        if configuration.normalizesFirst {
            layer.normalizations.0.apply(tokens, rows: count, moments: moments, into: room)
            input = room
        }
        ranges?.widen(\.attention, by: input, count: count)
        let heads = configuration.heads
        switch layer.projection {
        case .joint(let projection):
            precondition(picked == nil, "this layer was not made for picking tokens")
            projection.apply(to: input, rows: count, into: wide)
            attend(heads, queries: wide, stride: 3 * width, keys: wide + width, offsets, into: room)
        case .split(let queries, let keysAndValues):
            keysAndValues.apply(to: input, rows: count, into: wide)
            if let picked {
                // A picked token sees its whole sequence.
                gather(picked, from: input, into: sums)
                queries.apply(to: sums, rows: picked.count, into: room)
                gather(picked, from: tokens, into: sums)
                tokens.update(from: sums, count: picked.count * width)
                let queryOffsets = Array(0...picked.count)
                attend(
                    AttentionHeads(count: heads.count), queries: room, stride: width, keys: wide, queryOffsets,
                    into: sums)
                room.update(from: sums, count: picked.count * width)
                count = picked.count
            } else {
                queries.apply(to: input, rows: count, into: sums)
                attend(heads, queries: sums, stride: width, keys: wide, offsets, into: room)
            }
        }
        ranges?.widen(\.attentionOutput, by: room, count: count)
        layer.attentionOutput.apply(to: room, rows: count, residual: tokens, moments: moments, into: sums)
    }

    func attend(
        _ heads: AttentionHeads, queries: UnsafePointer<Float>, stride: Int, keys: UnsafePointer<Float>,
        _ queryOffsets: [Int], into output: UnsafeMutablePointer<Float>
    ) {
        // Beside queries there are three numbers for each feature, otherwise two.
        let keyStride = stride == 3 * width ? stride : 2 * width
        let inputs = QueriesAndKeys(
            queries: AttentionInput(start: queries, stride: stride),
            keys: AttentionInput(start: keys, stride: keyStride),
            sequences: AttentionSequences(queryOffsets: queryOffsets, keyOffsets: offsets))
        watch?(inputs)
        Attention.attend(
            heads, headSize: width / heads.count, queries: inputs.queries, keys: inputs.keys,
            values: AttentionInput(start: keys + width, stride: keyStride), sequences: inputs.sequences, output: output,
            outputStride: width)
    }

    func gather(
        _ rows: [Int], from source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
    ) {
        for (place, row) in rows.enumerated() {
            (target + place * width).update(from: source + row * width, count: width)
        }
    }

    /// The activation of a token's inner features, in place; of gated ones, that of the first half times the second half.
    func activate(_ values: UnsafeMutablePointer<Float>) {
        let inner = configuration.innerWidth
        RowKernel.apply(configuration.activation, values, into: values, count: inner)
        if configuration.isGated {
            for column in 0..<inner { values[column] *= values[inner + column] }
        }
    }

    /// Activates all tokens' gated features.
    private func gate() {
        let inner = configuration.innerWidth
        nonisolated(unsafe) let wide = wide
        parallelFor((0..<count).tileCount(size: 16)) { tile in
            for row in (0..<self.count).tile(tile, size: 16) { activate(wide + row * 2 * inner) }
        }
        // One row after another, without gaps.
        for row in 1..<max(1, count) { (wide + row * inner).update(from: wide + row * 2 * inner, count: inner) }
    }
}
