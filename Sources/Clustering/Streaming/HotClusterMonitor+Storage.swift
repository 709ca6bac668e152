import Tensor

/// The stream's own file, with what the monitor knows in the header: the stream can also be loaded by itself.
extension HotClusterMonitor: StoredModel {
    public static var storedKind: String { Clusterer.storedKind }

    private struct Header: Codable {
        var tracker: HotClusterTracker
        var interval: Int
    }

    /// The stream and what is known of its clusters, without the clusters at the last look.
    public func store(in writer: inout ModelWriter) throws(TensorError) {
        try stream.store(in: &writer)
        try writer.describe(Header(tracker: tracker, interval: interval), as: "monitor")
    }

    public init(from reader: ModelReader) throws(TensorError) {
        let header: Header = try reader.description("monitor")
        let stream = try Clusterer(from: reader)
        if let fault = header.tracker.fault(dimension: stream.dimension) {
            throw reader.problem("the metadata's \"monitor\": \(fault)")
        }
        do throws(ClusteringError) {
            try self.init(stream, tracker: header.tracker, interval: header.interval)
        } catch {
            throw reader.problem("the metadata's \"monitor\": \(error)")
        }
    }
}

extension HotClusterTracker {
    /// What cannot be in a tracker that comes from a file; `nil` when all can.
    func fault(dimension: Int?) -> String? {
        guard minimumShare > 0, minimumShare <= 1, separation > 0, separation.isFinite else {
            return "the share or the separation is out of its range"
        }
        for cluster in known {
            guard cluster.centroid.count == dimension, cluster.centroid.allSatisfy(\.isFinite) else {
                return "the centroid of cluster \(cluster.id) is not one of the stream"
            }
            guard [cluster.radius, cluster.weight, cluster.share].allSatisfy({ $0 >= 0 && $0.isFinite }) else {
                return "cluster \(cluster.id) has numbers that cannot be"
            }
            guard (0..<nextID).contains(cluster.id) else { return "the id \(cluster.id) has not been given yet" }
        }
        return nextID < 1 << 60 ? nil : "too many ids have been given"
    }
}
