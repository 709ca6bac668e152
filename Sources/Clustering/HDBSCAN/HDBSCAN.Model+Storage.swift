import Tensor

extension HDBSCAN.Model: StoredModel {
    public static let storedKind = "HDBSCAN"

    private struct Header: Codable {
        var parameters: HDBSCAN
        /// How many rows lie within a core distance, where the parameters leave it open.
        var minimumSamples: Int
        var constraints: LinkConstraints
        var uncertifiedShare: Double
        var rowsAreAbsent: Bool
    }

    /// The rows and their hierarchy; labels and what else belongs to them follow from these.
    public func store(in writer: inout ModelWriter) throws(TensorError) {
        try writer.describe(
            Header(
                parameters: parameters, minimumSamples: minimumSamples, constraints: constraints,
                uncertifiedShare: uncertifiedShare, rowsAreAbsent: rows.areAbsent))
        writer.add(rows)
        writer.add(cores, named: "cores")
        if let weights { writer.add(weights, named: "weights") }
        writer.add(dendrogram)
    }

    public init(from reader: ModelReader) throws(TensorError) {
        let header: Header = try reader.description()
        let parameters = try reader.checked(header.parameters) { (parameters) throws(ClusteringError) in
            try parameters.validate()
        }
        // Rows for which a graph has too few neighbours are infinitely far from all others.
        let cores = try reader.doubles("cores", least: 0, finite: false)
        let weights = reader.holds("weights") ? try reader.doubles("weights", count: cores.count, least: 0) : nil
        let constraints = try reader.checked(header.constraints) { (constraints) throws(ClusteringError) in
            try constraints.validate(rowCount: cores.count)
        }
        let most = weights?.reduce(0, +) ?? Double(cores.count)
        guard header.minimumSamples >= 1, Double(header.minimumSamples) <= most, most.isFinite else {
            throw reader.problem(
                "the header's minimumSamples is \(header.minimumSamples); there are rows of weight \(most)")
        }
        guard (0...1).contains(header.uncertifiedShare) else {
            throw reader.problem("the header's uncertifiedShare is no share")
        }
        self.init(
            try reader.preparedRows(
                parameters.metric, count: cores.count, areAbsent: header.rowsAreAbsent),
            try reader.dendrogram(leafCount: cores.count), cores: cores, weights: weights,
            minimumSamples: header.minimumSamples, parameters: parameters, constraints: constraints,
            uncertifiedShare: header.uncertifiedShare)
    }
}
