import Tensor

extension NeighborGraph: StoredModel {
    public static let storedKind = "neighbor graph"

    private struct Header: Codable {
        var metric: Metric
        var nearest: Int?
        var within: Double?
        var approximatelyNearest: Int?
        var estimatedRecall: Double?
    }

    public func store(in writer: inout ModelWriter) throws(TensorError) {
        var header = Header(metric: metric, estimatedRecall: estimatedRecall)
        switch coverage {
        case .nearest(let count): header.nearest = count
        case .within(let radius): header.within = radius
        case .approximatelyNearest(let count): header.approximatelyNearest = count
        case .given: break
        }
        try writer.describe(header)
        writer.add(offsets, named: "offsets")
        writer.add(indices.map { Int($0) }, named: "indices")
        writer.add(distances, named: "distances")
    }

    public init(from reader: ModelReader) throws(TensorError) {
        let header: Header = try reader.description()
        let offsets = try reader.integers("offsets")
        let (n, m) = (offsets.count - 1, offsets.last ?? 0)
        guard n >= 0, n <= Int32.max, offsets[0] == 0, zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            throw reader.problem("offsets", "does not ascend from 0")
        }
        let indices = try reader.integers("indices", count: m, in: 0...max(0, n - 1))
        let distances = try reader.doubles("distances", count: m, least: 0)
        for row in 0..<n {
            let range = offsets[row]..<offsets[row + 1]
            guard !indices[range].contains(row), Set(indices[range]).count == range.count,
                zip(range, range.dropFirst()).allSatisfy({ (distances[$0], indices[$0]) < (distances[$1], indices[$1]) }
                )
            else {
                throw reader.problem("indices", "does not name different other rows, nearest first, for row \(row)")
            }
        }
        var coverage = Coverage.given
        if let count = header.nearest { coverage = .nearest(try reader.checkedCount(count, "nearest")) }
        if let radius = header.within { coverage = .within(try reader.checkedNumber(radius, "within", least: 0)) }
        if let count = header.approximatelyNearest {
            coverage = .approximatelyNearest(try reader.checkedCount(count, "approximatelyNearest"))
        }
        guard header.estimatedRecall.map({ (0...1).contains($0) }) ?? true else {
            throw reader.problem("the header's estimatedRecall is no share")
        }
        self.init(
            coverage: coverage, metric: header.metric, offsets: offsets, indices: indices.map { Int32($0) },
            distances: distances, estimatedRecall: header.estimatedRecall)
    }
}
