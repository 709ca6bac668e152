import Tensor

extension OnlineKMeans.Stream {
    public static let storedKind = "online k-means stream"

    private struct Header: Codable {
        var parameters: OnlineKMeans
        var rowCount: Int
        var dimension: Int?
        /// How many batches have joined the centroids, once there are some.
        var batches: Int?
        var recentRows: Int
    }

    public func store(in writer: inout ModelWriter) throws(TensorError) {
        try writer.describe(
            Header(
                parameters: parameters, rowCount: rowCount, dimension: dimension, batches: groups?.batches,
                recentRows: groups?.recentRows ?? 0))
        writer.add(waiting, hasTimes: false)
        guard let groups else { return }
        writer.add(groups.recent, named: "recent")
        writer.add(groups.centroids, named: "centroids")
        if let origin = groups.origin { writer.add(origin, named: "origin") }
        writer.add(groups.groups, named: "groups")
    }

    public init(from reader: ModelReader) throws(TensorError) {
        let header: Header = try reader.description()
        self.init(
            try reader.checked(header.parameters) { (parameters) throws(ClusteringError) in try parameters.validate() })
        rowCount = try reader.checkedCount(header.rowCount, "rowCount")
        let dimension = try reader.checkedDimension(header.dimension)
        waiting = try reader.waitingRows(
            dimension: dimension,
            most: (header.batches == nil ? parameters.firstCount : parameters.batchSize) - 1, hasTimes: false)
        guard let dimension, let batches = header.batches else { return }
        let count = parameters.clusterCount
        let groups = try reader.coreset("groups", dimension: dimension, most: count, least: 0)
        guard groups.count == count else { throw reader.problem("there are \(groups.count) groups, not \(count)") }
        self.groups = OnlineGroups(
            metric: parameters.metric,
            origin: parameters.metric == .cosine ? nil : try reader.doubles("origin", count: dimension),
            centroids: try reader.matrix("centroids", rows: count, columns: dimension), groups: groups,
            recent: try reader.doubles("recent", count: count, least: 0),
            recentRows: try reader.checkedCount(header.recentRows, "recentRows"),
            batches: try reader.checkedCount(batches, "batches"))
    }
}
