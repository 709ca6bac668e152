import Tensor

extension OnlineKMeans.Stream {
    private static let format = "kindred online k-means 1"

    /// Saves the stream, which goes on from there with the same bytes.
    ///
    /// - Throws: ``TensorError`` where the file cannot be written.
    public func write(to path: String) throws(TensorError) {
        var writer = SnapshotWriter(format: Self.format)
        writer.set("clusterCount", parameters.clusterCount)
        writer.set("metric", parameters.metric.name)
        writer.set("batchSize", parameters.batchSize)
        writer.set("initialSize", parameters.initialSize.map { "\($0)" })
        writer.set("halfLife", parameters.halfLife)
        writer.set("reassignmentRatio", parameters.reassignmentRatio)
        writer.set("restarts", parameters.restarts)
        writer.set("seed", parameters.seed)
        writer.set("rowCount", rowCount)
        writer.set("dimension", dimension.map { "\($0)" })
        writer.add(waiting, hasTimes: false)
        if let groups {
            writer.set("batches", groups.batches)
            writer.set("recentRows", groups.recentRows)
            writer.add(groups.recent, named: "recent")
            writer.add(groups.centroids, named: "centroids")
            if let origin = groups.origin { writer.add(origin, named: "origin") }
            writer.add(groups.groups, named: "groups")
        }
        try writer.write(to: path)
    }

    public init(snapshot path: String) throws(TensorError) {
        let reader = try SnapshotReader(path, format: Self.format)
        var read = OnlineKMeans(
            clusterCount: try reader.integer("clusterCount"), metric: try reader.choice("metric") { Metric(name: $0) },
            batchSize: try reader.integer("batchSize"), halfLife: try reader.optionalNumber("halfLife"),
            reassignmentRatio: try reader.number("reassignmentRatio"), restarts: try reader.integer("restarts"),
            seed: try reader.integer("seed"))
        if reader.optionalText("initialSize") != nil { read.initialSize = try reader.integer("initialSize") }
        let parameters = try reader.checked(read) { (parameters) throws(ClusteringError) in try parameters.validate() }
        self.init(parameters)
        rowCount = try reader.integer("rowCount")
        let dimension: Int? =
            reader.optionalText("dimension") == nil ? nil : try reader.integer("dimension", in: 1...1 << 31)
        let begun = reader.optionalText("batches") != nil
        waiting = try reader.waitingRows(
            dimension: dimension, most: (begun ? parameters.batchSize : parameters.firstCount) - 1, hasTimes: false)
        guard let dimension, begun else { return }
        let count = parameters.clusterCount
        let groups = try reader.coreset("groups", dimension: dimension, most: count, least: 0)
        guard groups.count == count else { throw reader.problem("there are \(groups.count) groups, not \(count)") }
        self.groups = OnlineGroups(
            metric: parameters.metric,
            origin: parameters.metric == .cosine ? nil : try reader.doubles("origin", count: dimension),
            centroids: try reader.matrix("centroids", rows: count, columns: dimension), groups: groups,
            recent: try reader.doubles("recent", count: count, least: 0),
            recentRows: try reader.integer("recentRows"), batches: try reader.integer("batches"))
    }
}
