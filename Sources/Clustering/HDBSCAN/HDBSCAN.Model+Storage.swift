import Tensor

extension HDBSCAN.Model: StoredModel {
    public static let storedKind = "HDBSCAN"

    private struct Header: Codable {
        var parameters: HDBSCAN
        /// How many rows lie within a core distance, where the parameters leave it open.
        var minimumSamples: Int
    }

    /// The rows and their hierarchy; labels and what else belongs to them follow from these.
    public func store(in writer: inout ModelWriter) throws(TensorError) {
        try writer.describe(Header(parameters: parameters, minimumSamples: minimumSamples))
        writer.add(rows.original, named: "rows")
        if let shift = rows.shift { writer.add(shift, named: "shift") }
        writer.add(cores, named: "cores")
        writer.add(dendrogram)
    }

    public init(from reader: ModelReader) throws(TensorError) {
        let header: Header = try reader.description()
        let parameters = try reader.checked(header.parameters) { (parameters) throws(ClusteringError) in
            try parameters.validate()
        }
        let data = try reader.matrix("rows")
        let shift = try reader.shift("shift", columns: data.columns)
        guard (1...data.rows).contains(header.minimumSamples) else {
            throw reader.problem(
                "the header's minimumSamples is \(header.minimumSamples); there are \(data.rows) rows")
        }
        self.init(
            PreparedRows(data, metric: parameters.metric, shift: shift),
            try reader.dendrogram(leafCount: data.rows),
            cores: try reader.doubles("cores", count: data.rows, least: 0), minimumSamples: header.minimumSamples,
            parameters: parameters)
    }
}
