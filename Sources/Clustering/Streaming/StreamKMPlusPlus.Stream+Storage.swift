import Tensor

extension StreamKMPlusPlus.Stream {
    public static let storedKind = "StreamKM++ stream"

    private struct Header: Codable {
        var parameters: StreamKMPlusPlus
        var rowCount: Int
        var clock: Double
        var reductionsOfRows: Int
        var reductionsOfGroups: Int
        var dimension: Int?
        /// When the last row of each bucket came, level by level.
        var levels: [[Double]]
    }

    public func store(in writer: inout ModelWriter) throws(TensorError) {
        try writer.describe(
            Header(
                parameters: parameters, rowCount: rowCount, clock: clock, reductionsOfRows: reductions.ofRows,
                reductionsOfGroups: reductions.ofGroups, dimension: dimension,
                levels: levels.map { $0.map(\.time) }))
        writer.add(waiting, hasTimes: parameters.halfLife != nil)
        for (level, buckets) in levels.enumerated() {
            for (index, bucket) in buckets.enumerated() {
                writer.add(bucket.coreset, named: "level.\(level).\(index)")
            }
        }
    }

    public init(from reader: ModelReader) throws(TensorError) {
        let header: Header = try reader.description()
        self.init(
            try reader.checked(header.parameters) { (parameters) throws(ClusteringError) in try parameters.validate() })
        rowCount = try reader.checkedCount(header.rowCount, "rowCount")
        clock = try reader.checkedNumber(header.clock, "clock")
        reductions = (
            try reader.checkedCount(header.reductionsOfRows, "reductionsOfRows"),
            try reader.checkedCount(header.reductionsOfGroups, "reductionsOfGroups")
        )
        let dimension = try reader.checkedDimension(header.dimension)
        waiting = try reader.waitingRows(
            dimension: dimension, most: Self.waitingBuckets * parameters.mergeCount * parameters.groupCount - 1,
            hasTimes: parameters.halfLife != nil)
        guard header.levels.count <= (dimension == nil ? 0 : 64),
            header.levels.allSatisfy({ $0.count < parameters.mergeCount })
        else { throw reader.problem("the header's levels have more buckets than there can be") }
        for (level, times) in header.levels.enumerated() {
            var buckets: [Bucket] = []
            for (index, time) in times.enumerated() {
                let coreset = try reader.coreset(
                    "level.\(level).\(index)", dimension: dimension ?? 0, most: parameters.groupCount)
                buckets.append(Bucket(coreset: coreset, time: try reader.checkedNumber(time, "levels")))
            }
            levels.append(buckets)
        }
    }
}
