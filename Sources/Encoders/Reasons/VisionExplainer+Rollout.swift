import Imaging
import Tensor

extension VisionExplainer {
    /// How much of each patch flows into the picture's vector, when attention is followed through the layers.
    ///
    /// A layer hands on half of each token itself and half of what the token attends to: Â = rows of (A + I) that add
    /// up to 1, where A is its heads' attention, fused. The product of all layers' Â says what each token is made of;
    /// the map is its row for the class token, or the mean of the patches' rows, or what the vector is read from. Class
    /// token and registers are left out, so a map adds up to less than 1. One row is carried back through the layers,
    /// which never multiplies two layers' matrices.
    ///
    /// Attention says where a model looked, not what for: for reasons, see
    /// ``gradientWeightedActivation(of:toward:layer:progress:)``.
    ///
    /// - Throws: ``EncoderError/parameter(name:value:valid:)``, ``EncoderError/cancelled``.
    /// - Complexity: O(layers · tokens²) for a picture, besides encoding it.
    /// - Reference: Abnar and Zuidema, "Quantifying attention flow in transformers", ACL 2020,
    ///   doi:10.18653/v1/2020.acl-main.385.
    public func attentionRollout(
        of images: [Image], options: AttentionRollout = AttentionRollout(), progress: ProgressHandler = .none
    ) throws(EncoderError) -> [HeatMap] {
        try options.validate()
        let count = tower.tokenCount
        return try maps(of: images, keeping: layerCount * count * count, progress: progress) { batch, _ in
            // Each layer's attention: `[pictures · tokens × tokens]`, or of the class tokens only in the last.
            var layers: [Matrix] = []
            let tokens = tower.apply(
                batch,
                watch: { inputs in
                    layers.append(tower.attentionWeights(inputs, options.headFusion.kernel))
                })
            let starts = readout.shares(tokens, in: tower, options)
            let leading = tower.leadingCount
            return Matrix(rows: batch.count, columns: count - leading) { target in
                nonisolated(unsafe) let target = target
                parallelFor(batch.count) { picture in
                    var shares = TokenShares(starts.row(picture), rollout: options)
                    for layer in layers.reversed() {
                        // Of the last layer there may be the class tokens' rows only.
                        shares.passThrough(layer, firstRow: layer.rows == batch.count ? picture : picture * count)
                    }
                    shares.write(to: target, at: picture * (count - leading), from: leading)
                }
            }
        }
    }
}

extension VisionTower {
    /// What each token of pictures attends to, heads fused.
    fileprivate func attentionWeights(_ inputs: QueriesAndKeys, _ fusion: Attention.HeadFusion) -> Matrix {
        let configuration = transformer.configuration
        return Attention.weights(
            configuration.heads, headSize: configuration.width / configuration.headCount, queries: inputs.queries,
            keys: inputs.keys, sequences: inputs.sequences, fusion: fusion)
    }
}
