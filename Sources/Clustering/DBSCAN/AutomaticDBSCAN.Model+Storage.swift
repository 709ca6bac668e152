import Tensor

extension AutomaticDBSCAN.Model: StoredModel {
    public static let storedKind = "DBSCAN with its own eps"

    private struct Header: Codable {
        var eps: Double
        /// Which neighbour's distances the curve shows.
        var k: Int
    }

    public func store(in writer: inout ModelWriter) throws(TensorError) {
        try dbscan.store(in: &writer)
        try writer.describe(Header(eps: eps, k: curve.k), as: "eps")
        writer.add(curve.distances, named: "curve.distances")
    }

    public init(from reader: ModelReader) throws(TensorError) {
        let dbscan = try DBSCAN.Model(from: reader)
        let header: Header = try reader.description("eps")
        let distances = try reader.floats("curve.distances", count: dbscan.labels.count)
        guard zip(distances, distances.dropFirst()).allSatisfy({ $0 <= $1 }), distances.first ?? 0 >= 0 else {
            throw reader.problem("curve.distances", "must ascend from 0 or more")
        }
        let k = try reader.checkedCount(header.k, "k", atMost: distances.count)
        let curve: KDistanceCurve
        do throws(ClusteringError) { curve = try KDistanceCurve(distances: distances, k: k) } catch {
            throw reader.problem("curve.distances", "is no curve: \(error)")
        }
        self.init(
            dbscan: dbscan, eps: try reader.checkedNumber(header.eps, "eps", least: .leastNonzeroMagnitude),
            curve: curve)
    }
}

extension KDistanceCurve {
    /// The curve of distances that have been measured.
    fileprivate init(distances: [Float], k: Int) throws(ClusteringError) {
        self.distances = distances
        self.k = k
        finding = try Knee.find(
            x: distances.indices.map { Double($0) }, y: distances.map { Double($0) }, shape: .convexIncreasing)
    }
}
