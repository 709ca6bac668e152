import Tensor

extension KMeans.Model: StoredModel {
    public static let storedKind = "k-means"

    private struct Header: Codable {
        var metric: Metric
        var inertia: Double
        var iterations: Int
        var converged: Bool
    }

    public func store(in writer: inout ModelWriter) throws(TensorError) {
        try writer.describe(
            Header(metric: metric, inertia: inertia, iterations: iterations, converged: converged))
        writer.add(labels)
        writer.add(centroids, named: "centroids")
        writer.add(preparedCentroids, named: "prepared.centroids")
        writer.add(numbers.map { Int($0) }, named: "prepared.numbers")
        if let shift { writer.add(shift, named: "prepared.shift") }
    }

    public init(from reader: ModelReader) throws(TensorError) {
        let header: Header = try reader.description()
        inertia = try reader.checkedNumber(header.inertia, "inertia", least: 0)
        iterations = try reader.checkedCount(header.iterations, "iterations")
        converged = header.converged
        centroids = try reader.matrix("centroids")
        metric = try reader.checkedMetric(header.metric, columns: centroids.columns, withCentroids: true)
        preparedCentroids = try reader.matrix(
            "prepared.centroids", rows: centroids.rows, columns: centroids.columns)
        labels = try reader.labels(clusterCount: centroids.rows, noise: false)
        let numbers = try reader.integers("prepared.numbers", count: centroids.rows, in: 0...centroids.rows - 1)
        guard Set(numbers).count == numbers.count else {
            throw reader.problem("prepared.numbers", "names a cluster twice")
        }
        self.numbers = numbers.map { Int32($0) }
        shift = try reader.shift("prepared.shift", columns: centroids.columns)
    }
}
