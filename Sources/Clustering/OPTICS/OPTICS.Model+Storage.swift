import Tensor

extension OPTICS.Model: StoredModel {
    public static let storedKind = "OPTICS"

    public func store(in writer: inout ModelWriter) throws(TensorError) {
        try writer.describe(parameters)
        writer.add(labels)
        writer.add(ordering, named: "ordering")
        writer.add(reachability, named: "reachability")
        writer.add(coreDistances, named: "core.distances")
        writer.add(predecessors.map { $0 ?? -1 }, named: "predecessors")
        writer.add(valleys.map(\.lowerBound), named: "valleys.starts")
        writer.add(valleys.map(\.upperBound), named: "valleys.ends")
    }

    public init(from reader: ModelReader) throws(TensorError) {
        let header: OPTICS = try reader.description()
        parameters = try reader.checked(header) { (parameters) throws(ClusteringError) in try parameters.validate() }
        labels = try reader.labels()
        let (count, last) = (labels.count, max(0, labels.count - 1))
        ordering = try reader.integers("ordering", count: count, in: 0...last)
        guard Set(ordering).count == count else { throw reader.problem("ordering", "names a row twice") }
        reachability = try reader.doubles("reachability", count: count, least: 0, finite: false)
        coreDistances = try reader.doubles("core.distances", count: count, least: 0, finite: false)
        predecessors = try reader.integers("predecessors", count: count, in: -1...last).map { $0 < 0 ? nil : $0 }
        let starts = try reader.integers("valleys.starts", in: 0...last)
        let ends = try reader.integers("valleys.ends", count: starts.count, in: 0...count)
        guard zip(starts, ends).allSatisfy({ $0 < $1 }) else {
            throw reader.problem("valleys.ends", "has a valley that ends before it starts")
        }
        valleys = zip(starts, ends).map { $0..<$1 }
    }
}
