import Tensor

/// How attention is followed through the layers: see ``VisionExplainer/attentionRollout(of:options:progress:)``.
public struct AttentionRollout: Sendable, Hashable {
    /// How the attention of a layer's heads becomes one.
    public enum HeadFusion: String, Sendable, CaseIterable, Codable {
        /// The mean, as Abnar and Zuidema have it.
        case mean
        /// The greatest of the heads, for each pair of tokens.
        case maximum = "max"
        /// The least.
        case minimum = "min"
    }

    /// How the attention of a layer's heads becomes one.
    public var headFusion: HeadFusion
    /// Which share of each token's attention is left out, the weakest first: 0 for none, below 1.
    public var discardShare: Double

    /// Without arguments as Abnar and Zuidema have it.
    public init(headFusion: HeadFusion = .mean, discardShare: Double = 0) {
        self.headFusion = headFusion
        self.discardShare = discardShare
    }

    /// Throws when a parameter is outside its range.
    public func validate() throws(EncoderError) {
        guard discardShare >= 0 && discardShare < 1 else {
            throw .parameter(name: "discardShare", value: "\(discardShare)", valid: "at least 0 and below 1")
        }
    }

    /// Zeros in place of the weakest of a row; of equal ones the first.
    func discard(_ row: UnsafeMutableBufferPointer<Float>) {
        let count = Int(Double(row.count) * discardShare)
        guard count > 0 else { return }
        for place in row.indices.sorted(by: { (row[$0], $0) < (row[$1], $1) }).prefix(count) { row[place] = 0 }
    }
}

extension AttentionRollout.HeadFusion {
    var kernel: Attention.HeadFusion {
        switch self {
        case .mean: .mean
        case .maximum: .maximum
        case .minimum: .minimum
        }
    }
}
