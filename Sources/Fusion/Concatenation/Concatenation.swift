import Tensor

/// Joins modalities by putting them side by side, each normalised and weighted: the plain way, and hard to beat.
///
/// ```swift
/// let model = try Concatenation(weights: [1, 0.7]).fit([images, texts])
/// let joint = try model.fuse([images, texts])    // [n × (d₁ + d₂)]
/// ```
///
/// After normalisation the blocks of all modalities have squared length 1 (each row with `.l2`, on average with
/// `.zScore`), so a weight says what it seems to say: with `.l2`, the squared distance of two items is the sum of the
/// squared distances in each modality times the square of its weight.
///
/// A missing modality is masked, never invented: its block is zero. So that such an item is not nearer to the origin –
/// and to all others – only because less is known of it, its other blocks are scaled up until the row is as long as it
/// would be expected to be with all modalities: by √(Σ eₘ over all / Σ eₘ over those present), where eₘ is the squared
/// weight times the mean squared length of the block. An item without any modality, or with such of weight 0 only, is a
/// row of zeros.
public struct Concatenation: FusionMethod, Hashable {
    /// What is done to the features of each modality before they are weighted.
    public enum Normalization: String, Sendable, Hashable, CaseIterable {
        /// Each row is scaled to Euclidean length 1; a row of zeros stays as it is. For embeddings that are compared by
        /// their cosine.
        case l2
        /// Each feature is shifted and scaled to mean 0 and variance 1 over the rows that are present, and the block
        /// divided by the square root of its number of features that vary; a feature that does not vary is 0. For
        /// descriptors whose features have different units.
        case zScore
        /// Features stay as they are. For what has been normalised already.
        case none
    }

    /// The weight of each modality: finite, at least 0, and not all 0.
    public var weights: [Double]
    /// What is done to the features of each modality before they are weighted.
    public var normalization: Normalization

    /// Concatenation with a weight for each modality, in their order. By default each row is scaled to
    /// length 1 first.
    public init(weights: [Double], normalization: Normalization = .l2) {
        self.weights = weights
        self.normalization = normalization
    }

    /// Checks ``weights``. That there is one for each modality is checked by `fit`.
    ///
    /// - Throws: ``FusionError/parameter(name:value:valid:)`` when there are none, one is negative or not finite, or
    ///   all are 0.
    /// - Complexity: O(m) for m weights.
    public func validate() throws(FusionError) {
        guard !weights.isEmpty else {
            throw .parameter(name: "weights", value: "empty", valid: "one number for each modality")
        }
        for (modality, weight) in weights.enumerated() where !(weight >= 0 && weight.isFinite) {
            throw .parameter(name: "weights[\(modality)]", value: "\(weight)", valid: "a finite number of at least 0")
        }
        guard weights.contains(where: { $0 > 0 }) else {
            throw .parameter(name: "weights", value: "0 for all modalities", valid: "greater than 0 for at least one")
        }
    }

    /// Fits the statistics of the normalisation to the rows that are present.
    ///
    /// - Throws: ``FusionError`` for weights outside their range, another number of modalities than of weights,
    ///   different numbers of rows, no rows, or a value that is present and not finite.
    /// - Complexity: O(n · Σd) time; O(n · Σd) memory when a modality has absent rows, else O(Σd).
    public func fit(
        _ modalities: [Matrix], present: ModalityMask, progress: ProgressHandler
    ) throws(FusionError) -> Model {
        try validate()
        guard modalities.count == weights.count else {
            throw .modalityCount(expected: weights.count, found: modalities.count)
        }
        let rows = try present.validate(modalities, dimensions: nil)
        guard rows > 0 else { throw .emptyData(rows: 0, columns: modalities.reduce(0) { $0 + $1.columns }) }
        var blocks: [Block] = []
        for (modality, data) in modalities.enumerated() {
            guard progress.advance("concatenation", modality, of: modalities.count) else { throw .cancelled }
            let known =
                present.count(ofModality: modality) == rows
                ? data : data.gatheringRows((0..<rows).filter { present[modality, $0] })
            blocks.append(Block(fittedTo: known, weight: weights[modality], normalization: normalization))
        }
        guard progress.advance("concatenation", modalities.count, of: modalities.count) else { throw .cancelled }
        return Model(blocks: blocks)
    }
}
