import Tensor

extension StreamKMPlusPlus.Stream {
    private static let format = "kindred StreamKM++ 1"

    public func write(to path: String) throws(TensorError) {
        var writer = SnapshotWriter(format: Self.format)
        writer.set("clusterCount", parameters.clusterCount)
        writer.set("metric", parameters.metric.name)
        writer.set("coresetSize", parameters.coresetSize.map { "\($0)" })
        writer.set("mergeCount", parameters.mergeCount)
        writer.set("reducer", parameters.reducer.rawValue)
        writer.set("halfLife", parameters.halfLife)
        writer.set("restarts", parameters.restarts)
        writer.set("seed", parameters.seed)
        writer.set("rowCount", rowCount)
        writer.set("clock", clock)
        writer.set("reductionsOfRows", reductions.ofRows)
        writer.set("reductionsOfGroups", reductions.ofGroups)
        writer.set("dimension", dimension.map { "\($0)" })
        writer.add(waiting, hasTimes: parameters.halfLife != nil)
        writer.set("levels", levels.count)
        for (level, buckets) in levels.enumerated() {
            writer.set("level.\(level)", buckets.count)
            for (index, bucket) in buckets.enumerated() {
                writer.set("level.\(level).\(index).time", bucket.time)
                writer.add(bucket.coreset, named: "level.\(level).\(index)")
            }
        }
        try writer.write(to: path)
    }

    public init(snapshot path: String) throws(TensorError) {
        let reader = try SnapshotReader(path, format: Self.format)
        var read = StreamKMPlusPlus(
            clusterCount: try reader.integer("clusterCount"), metric: try reader.choice("metric") { Metric(name: $0) },
            mergeCount: try reader.integer("mergeCount"), reducer: try reader.choice("reducer"),
            halfLife: try reader.optionalNumber("halfLife"), restarts: try reader.integer("restarts"),
            seed: try reader.integer("seed"))
        if reader.optionalText("coresetSize") != nil { read.coresetSize = try reader.integer("coresetSize") }
        let parameters = try reader.checked(read) { (parameters) throws(ClusteringError) in try parameters.validate() }
        self.init(parameters)
        rowCount = try reader.integer("rowCount")
        clock = try reader.number("clock")
        reductions = (try reader.integer("reductionsOfRows"), try reader.integer("reductionsOfGroups"))
        let dimension: Int? =
            reader.optionalText("dimension") == nil ? nil : try reader.integer("dimension", in: 1...1 << 31)
        waiting = try reader.waitingRows(
            dimension: dimension, most: Self.waitingBuckets * parameters.mergeCount * parameters.groupCount - 1,
            hasTimes: parameters.halfLife != nil)
        for level in 0..<(try reader.integer("levels", in: 0...(dimension == nil ? 0 : 64))) {
            var buckets: [Bucket] = []
            for index in 0..<(try reader.integer("level.\(level)", in: 0...parameters.mergeCount - 1)) {
                let name = "level.\(level).\(index)"
                buckets.append(
                    Bucket(
                        coreset: try reader.coreset(
                            name, dimension: dimension ?? 0, most: parameters.groupCount),
                        time: try reader.number("\(name).time")))
            }
            levels.append(buckets)
        }
    }
}
