import Tensor

extension StreamModel: StoredModel {
    public static let storedKind = "stream model"

    private struct Header: Codable { var metric: Metric }

    public func store(in writer: inout ModelWriter) throws(TensorError) {
        try writer.describe(Header(metric: metric))
        writer.add(centroids, named: "centroids")
        writer.add(weights, named: "weights")
        writer.add(squaredErrors, named: "squaredErrors")
    }

    public init(from reader: ModelReader) throws(TensorError) {
        let header: Header = try reader.description()
        centroids = try reader.matrix("centroids")
        metric = try reader.checkedMetric(header.metric, columns: centroids.columns, withCentroids: true)
        weights = try reader.doubles("weights", count: centroids.rows, least: 0)
        squaredErrors = try reader.doubles("squaredErrors", count: centroids.rows, least: 0)
    }
}
