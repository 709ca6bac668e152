import Tensor

extension DBSCAN.Model: StoredModel {
    public static let storedKind = "DBSCAN"

    private struct Header: Codable {
        var parameters: DBSCAN
        var rowsAreAbsent: Bool
    }

    public func store(in writer: inout ModelWriter) throws(TensorError) {
        try writer.describe(Header(parameters: parameters, rowsAreAbsent: rows.areAbsent))
        writer.add(labels)
        writer.add(coreRows, named: "core.rows")
        writer.add(rows)
    }

    public init(from reader: ModelReader) throws(TensorError) {
        let header: Header = try reader.description()
        let parameters = try reader.checked(header.parameters) { (parameters) throws(ClusteringError) in
            try parameters.validate()
        }
        let labels = try reader.labels()
        let coreRows = try reader.integers("core.rows", in: 0...max(0, labels.count - 1))
        guard zip(coreRows, coreRows.dropFirst()).allSatisfy({ $0 < $1 }), coreRows.count <= labels.count,
            coreRows.allSatisfy({ labels[$0] != nil })
        else { throw reader.problem("core.rows", "must name rows that have a cluster, in order, each once") }
        self.init(
            labels: labels, coreRows: coreRows,
            rows: try reader.preparedRows(
                parameters.metric, count: labels.count, areAbsent: header.rowsAreAbsent),
            parameters: parameters)
    }
}
