import Tensor

/// A stack of layers over tokens of many sequences that lie one after another, without padding.
///
/// A token's result depends on its own sequence alone, bit for bit.
struct Transformer: Sendable {
    let configuration: TransformerConfiguration
    let layers: [TransformerLayer]
    /// Applied after the last layer, where there is one.
    let finalNormalization: LayerNormalization?
    /// Whether the last layer is for some tokens alone.
    let picksTokens: Bool
    /// Used again from batch to batch.
    private let memory: WorkspacePool

    /// Takes the layers' weights.
    ///
    /// - Parameters:
    ///   - names: the names of layer i's weights.
    ///   - finalName: of the last normalization.
    ///   - picksTokens: whether only some tokens' results will be asked for: the last layer is then computed for those.
    ///   - sample: tokens to measure ranges with, where products are of bytes.
    init(
        _ weights: ModelWeights, _ configuration: TransformerConfiguration, names: (Int) -> TransformerNames,
        finalName: String? = nil, picksTokens: Bool, precision: LinearLayer.Precision, sample: () -> SampleTokens
    ) throws(EncoderError) {
        func make(
            _ source: LayerSource, finalName: String? = finalName, picksTokens: Bool = picksTokens,
            ranges: [ActivationRanges]? = nil
        ) throws(EncoderError) -> Transformer {
            try Transformer(
                source, configuration, names: names, finalName: finalName, picksTokens: picksTokens, ranges: ranges)
        }
        guard precision == .int8 && LinearLayer.computesInt8 else {
            self = try make(LayerSource(weights, .float32))
            return
        }
        let cache = LayerCache(weights, "\(configuration) \(names(0)) \(picksTokens)")
        if let stored = cache?.read() {
            let source = LayerSource(weights, .int8, stored: stored)
            let transformer = try make(source)
            if source.isComplete {
                self = transformer
                return
            }
        }
        let plain = try make(LayerSource(weights, .float32), finalName: nil, picksTokens: false)
        self = try make(LayerSource(weights, .int8), ranges: plain.ranges(of: sample()))
        cache?.write(layers.flatMap(\.products))
    }

    private init(
        _ source: LayerSource, _ configuration: TransformerConfiguration, names: (Int) -> TransformerNames,
        finalName: String?, picksTokens: Bool, ranges: [ActivationRanges]?
    ) throws(EncoderError) {
        self.configuration = configuration
        self.picksTokens = picksTokens
        memory = WorkspacePool()
        var layers: [TransformerLayer] = []
        for index in 0..<configuration.layerCount {
            layers.append(
                try TransformerLayer(
                    source, names(index), configuration, splits: picksTokens && index == configuration.layerCount - 1,
                    ranges: ranges?[index]))
            source.weights.releasePages()
        }
        self.layers = layers
        finalNormalization = try finalName.map { name throws(EncoderError) in
            try LayerNormalization(source.weights, name, width: configuration.width, epsilon: configuration.epsilon)
        }
    }

    /// The results of all tokens, or of those picked.
    ///
    /// - Parameters:
    ///   - hidden: the tokens, `[tokens × width]`.
    ///   - offsets: where sequences start, and at the end the number of tokens.
    ///   - picked: for each sequence the one token whose result is asked for; `nil` for all tokens. Must be the last
    ///     token of its sequence where attention is causal.
    ///   - first: the layer to start with: `hidden` is what enters it.
    ///   - observe: is given the tokens after each layer, numbered from 1, as they are before the last normalization.
    ///   - watch: is given each layer's queries and keys before they meet.
    /// - Returns: `[tokens × width]`, or `[sequences × width]` of those picked.
    func callAsFunction(
        _ hidden: Matrix, offsets: [Int], picked: [Int]? = nil, from first: Int = 0,
        observe: ((Int, Matrix) -> Void)? = nil, watch: ((QueriesAndKeys) -> Void)? = nil
    ) -> Matrix {
        // Without layers there is nothing that could have picked.
        precondition(picked == nil || !layers.isEmpty, "tokens are picked by the last layer")
        let workspace = memory.take()
        defer { memory.put(workspace) }
        var result = workspace.scope {
            let run = TransformerRun(self, hidden, offsets: offsets, workspace)
            run.watch = watch
            // Who wants to see layers one by one gets them so.
            let left = observe == nil && watch == nil ? run.applyInGroups(layers[first...]) : layers[first...]
            for (index, layer) in zip(left.indices, left) {
                run.apply(layer, picked: index == layers.count - 1 ? picked : nil)
                if let observe { observe(index + 1, run.result) }
            }
            return run.result
        }
        if let finalNormalization {
            let count = result.rows
            result.withUnsafeMutableBufferPointer { tokens in
                guard let tokens = tokens.baseAddress else { return }
                finalNormalization.apply(tokens, rows: count, into: tokens)
            }
        }
        return result
    }

    /// How far the inputs of products range over some tokens, layer by layer.
    private func ranges(of sample: SampleTokens) -> [ActivationRanges] {
        let run = TransformerRun(self, sample.hidden, offsets: sample.offsets, Workspace())
        return layers.map { layer in
            var ranges: ActivationRanges? = ActivationRanges(width: configuration.width)
            run.apply(layer, picked: nil, measuring: &ranges)
            return ranges ?? ActivationRanges(width: configuration.width)
        }
    }
}
