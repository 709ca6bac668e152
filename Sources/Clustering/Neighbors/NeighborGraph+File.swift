import Tensor

extension NeighborGraph {
    private static let format = "kindred-neighbor-graph-1"

    /// Writes the graph as a `.safetensors` file: its metric and coverage into the metadata, `offsets`, `indices` and the
    /// bits of `distances` as arrays of 64-bit whole numbers.
    ///
    /// - Throws: `TensorError` when the file cannot be written.
    public func save(to path: String) throws(TensorError) {
        var writer = SnapshotWriter(format: Self.format)
        writer.set("metric", metric.name)
        switch coverage {
        case .nearest(let count): writer.set("nearest", count)
        case .within(let radius): writer.set("within", radius)
        case .approximatelyNearest(let count): writer.set("approximatelyNearest", count)
        case .given: break
        }
        writer.set("estimatedRecall", estimatedRecall)
        writer.add(offsets, named: "offsets")
        writer.add(indices.map { Int($0) }, named: "indices")
        writer.add(distances, named: "distances")
        try writer.write(to: path)
    }

    /// Reads a graph that ``save(to:)`` wrote.
    ///
    /// - Throws: `TensorError` for a file that cannot be read or is no such graph.
    public init(contentsOf path: String) throws(TensorError) {
        let reader = try SnapshotReader(path, format: Self.format)
        let offsets = try reader.integers("offsets")
        let indices = try reader.integers("indices")
        let (n, m) = (offsets.count - 1, indices.count)
        guard n >= 0, n <= Int32.max, offsets.first == 0, offsets.last == m,
            zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 })
        else { throw reader.problem("the offsets do not ascend from 0 to the number of neighbours, \(m)") }
        let distances = try reader.doubles("distances", count: m, least: 0)
        for row in 0..<n {
            let range = offsets[row]..<offsets[row + 1]
            guard range.allSatisfy({ (0..<n).contains(indices[$0]) && indices[$0] != row }),
                Set(indices[range]).count == range.count,
                zip(range, range.dropFirst()).allSatisfy({ (distances[$0], indices[$0]) < (distances[$1], indices[$1]) }
                )
            else { throw reader.problem("the neighbours of row \(row) are not different other rows, nearest first") }
        }
        let recall = try reader.optionalNumber("estimatedRecall")
        guard recall.map({ (0...1).contains($0) }) ?? true else {
            throw reader.problem("the metadata's estimatedRecall is not a share")
        }
        var coverage = Coverage.given
        if reader.optionalText("nearest") != nil { coverage = .nearest(try reader.integer("nearest")) }
        if let radius = try reader.optionalNumber("within") { coverage = .within(radius) }
        if reader.optionalText("approximatelyNearest") != nil {
            coverage = .approximatelyNearest(try reader.integer("approximatelyNearest"))
        }
        self.init(
            coverage: coverage, metric: try reader.choice("metric") { Metric(name: $0) }, offsets: offsets,
            indices: indices.map { Int32($0) }, distances: distances, estimatedRecall: recall)
    }
}
