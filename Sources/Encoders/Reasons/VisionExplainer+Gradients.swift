import Imaging
import Tensor

extension VisionExplainer {
    /// Where pictures have what moves their vectors in a direction: Grad-CAM for transformers.
    ///
    /// A picture's score is its vector, as the encoder gives it, times the direction: a text's vector, or a cluster's
    /// centre minus that of all others. The map is ReLU(Σₖ wₖ Aₖ) for each patch, where A are the outputs of a layer's
    /// first normalization and wₖ is the mean over the patches of the score's gradient for Aₖ, all found exactly by the
    /// way back through the layers behind.
    ///
    /// - Parameters:
    ///   - images: the pictures.
    ///   - directions: for each picture, or one for all. `[1 or images.count × dimension]`
    ///   - layer: whose first normalization is looked at, from 1; `nil` for the last.
    /// - Throws: ``EncoderError/parameter(name:value:valid:)`` for a layer that there is not, and for a model of
    ///   rounded weights; ``EncoderError/cancelled``.
    /// - Precondition: `directions` has the encoder's ``dimension``, and one row or as many as there are pictures.
    /// - Complexity: that of encoding, and about three times that of the layers from `layer` on.
    /// - Reference: Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based
    ///   localization", ICCV 2017, doi:10.1109/ICCV.2017.74; the choice of A for transformers is that of
    ///   pytorch-grad-cam.
    public func gradientWeightedActivation(
        of images: [Image], toward directions: Matrix, layer: Int? = nil, progress: ProgressHandler = .none
    ) throws(EncoderError) -> [HeatMap] {
        let layer = layer ?? layerCount
        guard (1...layerCount).contains(layer) else {
            throw .parameter(name: "layer", value: "\(layer)", valid: "from 1 to \(layerCount)")
        }
        try check(directions, of: images)
        return try maps(of: images, keeping: keptFloats(from: layer), progress: progress) { batch, range in
            wayBack(batch, rows(range, of: directions), to: layer) { states, upstream in
                DifferentiableLayer(tower.transformer.layers[layer - 1], tower.transformer.configuration).activationMap(
                    upstream, tokens: states[layer - 1], sequences: batch.count, leading: tower.leadingCount)
            }
        }
    }

    /// What of each patch's attention moves pictures' vectors in a direction: attention times its gradients, followed
    /// through all layers.
    ///
    /// Each layer adds the mean over its heads of (A ∘ ∂score/∂A)⁺, with A the attention, to what the layers before
    /// have made of the tokens: R ← R + Ā R. The map is R's row for the class token, the mean of the patches' rows, or
    /// what the vector is read from.
    ///
    /// - Parameters: As ``gradientWeightedActivation(of:toward:layer:progress:)``.
    /// - Throws: As there.
    /// - Precondition: As there.
    /// - Complexity: about four times that of encoding.
    /// - Reference: Chefer, Gur and Wolf, "Generic attention-model explainability for interpreting bi-modal and
    ///   encoder-decoder transformers", ICCV 2021, doi:10.1109/ICCV48922.2021.00045.
    public func gradientWeightedAttention(
        of images: [Image], toward directions: Matrix, progress: ProgressHandler = .none
    ) throws(EncoderError) -> [HeatMap] {
        try check(directions, of: images)
        let (count, leading) = (tower.tokenCount, tower.leadingCount)
        return try maps(of: images, keeping: keptFloats(from: 1), progress: progress) { batch, range in
            let states = states(of: batch, from: 1)
            var (start, upstream) = readout.relevance(
                states[layerCount], rows(range, of: directions), in: tower, normalizes: normalizes)
            var shares = batch.indices.map { TokenShares(start.row($0), rollout: nil) }
            for (index, layer) in tower.transformer.layers.enumerated().reversed() {
                let (attention, tokens) = DifferentiableLayer(layer, tower.transformer.configuration)
                    .relevance(upstream, tokens: states[index], sequences: batch.count)
                upstream = tokens
                for picture in batch.indices {
                    shares[picture].passThrough(
                        attention, firstRow: attention.rows == batch.count ? picture : picture * count)
                }
            }
            return Matrix(rows: batch.count, columns: count - leading) { target in
                for (picture, shares) in shares.enumerated() {
                    shares.write(to: target, at: picture * (count - leading), from: leading)
                }
            }
        }
    }

    // MARK: Parts, which tests look at

    /// What enters a layer, counted from 1, or comes out of the last. `[pictures · tokens × width]`
    package func tokens(of images: [Image], before layer: Int) -> Matrix {
        states(of: images.map { processor.finish($0) }, from: layer)[layer - 1]
    }

    /// The pictures' scores, given what enters a layer.
    package func scores(ofTokens tokens: Matrix, before layer: Int, toward directions: Matrix) -> [Double] {
        let vectors = Matrix(
            readout.vectors(Variable(NDArray(tower.apply(from: layer - 1, tokens))), in: tower).value)
        let final = normalizes ? vectors.normalizedRows() : vectors
        let directions = rows(0..<final.rows, of: directions)
        return (0..<final.rows).map { picture in
            zip(final.row(picture), directions.row(picture)).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
    }

    /// The gradients of the pictures' scores for what enters a layer.
    package func scoreGradients(of images: [Image], before layer: Int, toward directions: Matrix) -> Matrix {
        wayBack(images.map { processor.finish($0) }, rows(images.indices, of: directions), to: layer) {
            states, upstream in
            DifferentiableLayer(tower.transformer.layers[layer - 1], tower.transformer.configuration)
                .gradient(upstream, tokens: states[layer - 1], sequences: images.count)
        }
    }

    // MARK: Steps

    /// Calls `finish` with what enters the layers, and the gradient for what comes out of one, counted from 1.
    private func wayBack(
        _ batch: [Image], _ directions: Matrix, to layer: Int, _ finish: ([Matrix], Matrix) -> Matrix
    ) -> Matrix {
        let states = states(of: batch, from: layer)
        var upstream = readout.gradient(states[layerCount], directions, in: tower, normalizes: normalizes)
        for index in (layer..<layerCount).reversed() {
            upstream = DifferentiableLayer(tower.transformer.layers[index], tower.transformer.configuration)
                .gradient(upstream, tokens: states[index], sequences: batch.count)
        }
        return finish(states, upstream)
    }

    /// What enters each layer from one on, counted from 1, and what comes out of the last; nothing for those before.
    private func states(of batch: [Image], from layer: Int) -> [Matrix] {
        var states: [Matrix] = []
        _ = tower.apply(
            batch,
            observe: { index, tokens in
                states.append(index >= layer - 1 ? tokens : Matrix(rows: 0, columns: tokens.columns))
            })
        return states
    }

    /// What is kept of a picture: the states, and what a layer's way back takes.
    private func keptFloats(from layer: Int) -> Int {
        let configuration = tower.transformer.configuration
        return tower.tokenCount
            * ((layerCount - layer + 1) * configuration.width + 16 * configuration.width + 6 * configuration.innerWidth)
    }

    private func rows(_ range: Range<Int>, of directions: Matrix) -> Matrix {
        directions.rows == 1
            ? directions.gatheringRows(range.map { _ in 0 }) : directions.rows(in: range)
    }

    private func check(_ directions: Matrix, of images: [Image]) throws(EncoderError) {
        precondition(
            directions.columns == dimension && (directions.rows == 1 || directions.rows == images.count),
            "\(directions) as directions of \(images.count) vectors of \(dimension) features")
        guard tower.transformer.layers.allSatisfy({ $0.up.precision == .float32 }) else {
            throw .parameter(
                name: "precision", value: "int8",
                valid: "float32 for gradients; attention rollout explains a model of int8, too")
        }
    }
}
