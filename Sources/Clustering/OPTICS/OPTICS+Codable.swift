extension OPTICS {
    private enum CodingKeys: String, CodingKey {
        case minimumSamples, maximumEps, xi, minimumClusterSize, correctsPredecessors, metric
    }

    /// Decodes parameters; without ``maximumEps`` it is ∞.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            minimumSamples: try values.decode(Int.self, forKey: .minimumSamples),
            maximumEps: try values.decodeIfPresent(Double.self, forKey: .maximumEps) ?? .infinity,
            xi: try values.decode(Double.self, forKey: .xi),
            minimumClusterSize: try values.decodeIfPresent(Int.self, forKey: .minimumClusterSize),
            correctsPredecessors: try values.decode(Bool.self, forKey: .correctsPredecessors),
            metric: try values.decode(Metric.self, forKey: .metric))
    }

    /// Encodes parameters; ``maximumEps`` is left out where it is ∞, which many formats have no word for.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(minimumSamples, forKey: .minimumSamples)
        if maximumEps.isFinite { try values.encode(maximumEps, forKey: .maximumEps) }
        try values.encode(xi, forKey: .xi)
        try values.encodeIfPresent(minimumClusterSize, forKey: .minimumClusterSize)
        try values.encode(correctsPredecessors, forKey: .correctsPredecessors)
        try values.encode(metric, forKey: .metric)
    }
}
