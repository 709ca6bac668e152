extension Metric: CustomStringConvertible, Codable {
    /// The metric of that name; `nil` where there is none.
    public init?(name: String) {
        if let plain = Self.plain.first(where: { $0.name == name }) {
            self = plain.metric
            return
        }
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "minkowski":
            guard let order = Double(parts[1]), order >= 1 else { return nil }
            self = .minkowski(order)
        case "mahalanobis":
            let numbers = parts[1].split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
            guard let form = MahalanobisForm(factor: numbers.compactMap { $0 }), numbers.allSatisfy({ $0 != nil })
            else { return nil }
            self = .mahalanobis(form)
        default: return nil
        }
    }

    /// The metric's name, with its parameters: `euclidean`, `minkowski:3.0`.
    public var name: String {
        switch self {
        case .minkowski(let order): "minkowski:\(order)"
        case .mahalanobis(let form): "mahalanobis:" + form.factor.map { "\($0)" }.joined(separator: ",")
        default: Self.plain.first { $0.metric == self }?.name ?? ""
        }
    }

    /// The metric's name; of the parameters of ``mahalanobis(_:)`` only how many features they are for.
    public var description: String {
        if case .mahalanobis(let form) = self { return "mahalanobis of \(form.dimension) features" }
        return name
    }

    /// The metrics without parameters, and their names.
    private static let plain: [(name: String, metric: Metric)] = [
        ("euclidean", .euclidean), ("squared-euclidean", .squaredEuclidean), ("manhattan", .manhattan),
        ("chebyshev", .chebyshev), ("cosine", .cosine), ("hamming", .hamming), ("precomputed", .precomputed),
    ]

    /// Reads a metric's name.
    ///
    /// - Throws: `DecodingError` for a name of none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let metric = Metric(name: name) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no metric is called \(name)")
        }
        self = metric
    }

    /// Writes the metric's name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
