import Tensor

extension CoarseToFine.Model: StoredModel where Coarse == CoarseKMeans, Fine: Codable, Fine.Model: StoredModel {
    public static var storedKind: String { "coarse to fine with \(Fine.Model.storedKind)" }

    private struct Header: Codable {
        var algorithm: CoarseToFine
        var groups: [CoarseGroup]
        var origins: [Origin]
    }

    /// The groups, what was found in them, and for clusters inside groups the rows, of which fine models are made again.
    public func store(in writer: inout ModelWriter) throws(TensorError) {
        try coarse.store(in: &writer)
        try writer.describe(Header(algorithm: algorithm, groups: groups, origins: origins), as: "fine")
        writer.add(labels, named: "fine.labels")
        writer.add(means, named: "means")
        if let numbers {
            writer.add(numbers.map { Int($0) }, named: "numbers")
        } else {
            writer.add(data, named: "rows")
        }
    }

    public init(from reader: ModelReader) throws(TensorError) {
        let coarse = try KMeans.Model(from: reader)
        let header: Header = try reader.description("fine")
        let algorithm = try reader.checked(header.algorithm) { (algorithm) throws(ClusteringError) in
            try algorithm.validate()
        }
        let (count, columns) = (coarse.labels.count, coarse.centroids.columns)
        let sizes = coarse.labels.sizes
        guard header.groups.map(\.rowCount) == sizes else {
            throw reader.problem("the header's groups are not those of the labels")
        }
        let labels = try reader.labels("fine.labels", count: count)
        let isInside = algorithm.scope == .inside
        guard header.origins.count == (isInside ? labels.clusterCount : 0),
            header.origins.allSatisfy({ sizes.indices.contains($0.group) && $0.label >= 0 })
        else { throw reader.problem("the header's origins are not those of the clusters") }
        let numbers =
            isInside
            ? nil
            : try reader.integers("numbers", count: sizes.count, in: -1...max(0, labels.clusterCount - 1)).map {
                Int32($0)
            }
        self.init(
            algorithm: algorithm,
            data: isInside
                ? try reader.matrix("rows", rows: count, columns: columns) : Matrix(rows: 0, columns: columns),
            coarse: coarse,
            parts: CoarseToFine.Parts(
                groups: header.groups, means: try reader.matrix("means", rows: sizes.count, columns: columns)),
            labels: labels, origins: header.origins, numbers: numbers)
    }
}
