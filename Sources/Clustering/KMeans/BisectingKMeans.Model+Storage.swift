import Tensor

extension BisectingKMeans.Model: StoredModel {
    public static let storedKind = "bisecting k-means"

    private struct Header: Codable {
        var metric: Metric
        /// What each row counts where all count the same.
        var weight: Double
    }

    public func store(in writer: inout ModelWriter) throws(TensorError) {
        try writer.describe(Header(metric: metric, weight: weights.unit))
        writer.add(leaves, named: "leaves")
        if let weights = weights.values { writer.add(weights, named: "weights") }
        writer.add(Matrix(concatenatingRows: tree.nodes.map(\.centroid)), named: "nodes.centroids")
        writer.add(tree.nodes.map(\.inertia), named: "nodes.inertias")
        writer.add(tree.nodes.map { $0.parts ?? -1 }, named: "nodes.parts")
        if let shift { writer.add(shift, named: "shift") }
    }

    public init(from reader: ModelReader) throws(TensorError) {
        let header: Header = try reader.description()
        let centroids = try reader.matrix("nodes.centroids")
        let inertias = try reader.doubles("nodes.inertias", count: centroids.rows, least: 0)
        let parts = try reader.integers("nodes.parts", count: centroids.rows, in: -1...centroids.rows - 1)
        // Parts come two at a time, each pair behind the one before, and behind the whole.
        let wholes = parts.indices.filter { parts[$0] >= 0 }
        guard wholes.map({ parts[$0] }).sorted() == (0..<wholes.count).map({ 2 * $0 + 1 }),
            wholes.allSatisfy({ $0 < parts[$0] }), parts.count == 2 * wholes.count + 1
        else { throw reader.problem("nodes.parts", "is no tree of splits") }
        let leaves = try reader.integers("leaves", in: 0...centroids.rows - 1)
        guard Set(leaves) == Set(parts.indices.filter { parts[$0] < 0 }) else {
            throw reader.problem("leaves", "does not name the parts that were not split")
        }
        let values = try reader.holds("weights") ? reader.doubles("weights", count: leaves.count, least: 0) : nil
        self.init(
            BisectionTree(
                nodes: parts.indices.map { node in
                    BisectionTree.Node(
                        centroid: centroids.gatheringRows([node]), inertia: inertias[node],
                        parts: parts[node] < 0 ? nil : parts[node])
                }, rows: [:]),
            leaves: leaves,
            metric: try reader.checkedMetric(header.metric, columns: centroids.columns, withCentroids: true),
            shift: try reader.shift("shift", columns: centroids.columns),
            weights: SampleWeights(values: values, unit: try reader.checkedNumber(header.weight, "weight", least: 0)))
    }
}
