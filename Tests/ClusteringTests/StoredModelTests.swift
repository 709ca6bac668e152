import Clustering
import Foundation
import Tensor
import Testing
import _TestSupport

/// A kind of model, small, as it is after a fit.
struct StoredSample: Sendable, CustomTestStringConvertible {
    let name: String
    let make: @Sendable (Matrix) throws -> any StoredModel

    var testDescription: String { name }

    static let all: [StoredSample] =
        [Metric.euclidean, .cosine].flatMap { metric -> [StoredSample] in
            [
                StoredSample("k-means, \(metric)") { try KMeans(clusterCount: 4, metric: metric, seed: 3).fit($0) },
                StoredSample("mini-batch k-means, \(metric)") {
                    try MiniBatchKMeans(clusterCount: 4, metric: metric, batchSize: 20, seed: 3).fit($0)
                },
                StoredSample("bisecting k-means, \(metric)") {
                    try BisectingKMeans(clusterCount: 5, metric: metric, seed: 3).fit($0)
                },
                StoredSample("weighted bisecting k-means, \(metric)") { data in
                    try BisectingKMeans(clusterCount: 5, metric: metric, seed: 3)
                        .fit(data, weights: (0..<data.rows).map { Double($0 % 3) })
                },
                StoredSample("DBSCAN, \(metric)") {
                    try DBSCAN(eps: metric == .cosine ? 0.01 : 2.5, metric: metric).fit($0)
                },
                StoredSample("OPTICS, \(metric)") { try OPTICS(minimumSamples: 4, metric: metric).fit($0) },
                StoredSample("HDBSCAN, \(metric)") {
                    try HDBSCAN(minimumClusterSize: 8, minimumSamples: 4, metric: metric).fit($0)
                },
                StoredSample("agglomerative, \(metric)") {
                    try Agglomerative(clusterCount: 4, linkage: .average, metric: metric).fit($0)
                },
                StoredSample("Genie, \(metric)") { try Genie(clusterCount: 4, metric: metric).fit($0) },
                StoredSample("stream model, \(metric)") { data in
                    var stream = try OnlineKMeans(clusterCount: 3, metric: metric, batchSize: 20).stream()
                    try stream.insert(data)
                    return try stream.finish()
                },
                StoredSample("StreamKM++ stream, \(metric)") { data in
                    var stream = try StreamKMPlusPlus(
                        clusterCount: 3, metric: metric, coresetSize: 5, mergeCount: 2, halfLife: 40
                    ).stream()
                    try stream.insert(data)
                    return stream
                },
                StoredSample("online k-means stream, \(metric)") { data in
                    var stream = try OnlineKMeans(clusterCount: 3, metric: metric, batchSize: 20).stream()
                    try stream.insert(data)
                    return stream
                },
            ]
        } + [
            StoredSample("DBSCAN with its own eps") { try AutomaticDBSCAN(minimumSamples: 4).fit($0) },
            StoredSample("k-means far from the origin") { data in
                try KMeans(clusterCount: 3, seed: 1)
                    .fit(Matrix(rows: data.rows, columns: data.columns, values: data.elements.map { $0 + 500 }))
            },
            StoredSample("OPTICS within a distance") { try OPTICS(minimumSamples: 4, maximumEps: 2).fit($0) },
            StoredSample("DBSCAN of mapped rows") { data in
                try DBSCAN(eps: 0.4, metric: .mahalanobis(MahalanobisForm(of: data))).fit(data)
            },
            StoredSample("DBSCAN of distances") { data in
                try DBSCAN(eps: 2.5, metric: .precomputed).fit(Self.distances(data))
            },
            StoredSample("DBSCAN of a graph") { try DBSCAN(eps: 2.5).fit(NeighborGraph(within: 3, of: $0)) },
            StoredSample("HDBSCAN of mapped rows") { data in
                try HDBSCAN(minimumClusterSize: 8, metric: .mahalanobis(MahalanobisForm(of: data))).fit(data)
            },
            StoredSample("HDBSCAN of distances") { data in
                try HDBSCAN(minimumClusterSize: 8, metric: .precomputed).fit(Self.distances(data))
            },
            StoredSample("HDBSCAN of a graph") { data in
                try HDBSCAN(minimumClusterSize: 8, minimumSamples: 4).fit(NeighborGraph(nearest: 4, of: data))
            },
            StoredSample("HDBSCAN with weights and constraints") { data in
                try HDBSCAN(minimumClusterSize: 8, minimumSamples: 4, metric: .manhattan).fit(
                    data, weights: (0..<data.rows).map { Double($0 % 3) },
                    constraints: LinkConstraints(mustLink: [(0, 1)], cannotLink: [(0, 40)]))
            },
            StoredSample("neighbours") { try NeighborGraph(nearest: 4, of: $0, metric: .minkowski(3)) },
            StoredSample("neighbours of pairs") { _ in try NeighborGraph(rowCount: 4, edges: [(0, 1, 0.5), (3, 1, 2)])
            },
            StoredSample("coarse to fine, inside") { data in
                try CoarseToFine(
                    inside: HDBSCAN(minimumClusterSize: 8, minimumSamples: 3),
                    coarse: CoarseKMeans(groupCount: 2, rowsPerGroup: 9)
                ).fit(data)
            },
            StoredSample("coarse to fine, across") { data in
                try CoarseToFine(
                    across: DBSCAN(eps: 20, minimumSamples: 3), coarse: CoarseKMeans(groupCount: 9, rowsPerGroup: 4)
                ).fit(data)
            },
            StoredSample("HDBSCAN of copies") { data in
                try HDBSCAN(minimumClusterSize: 3).fit(Matrix(rows: 9, columns: data.columns, repeating: 2))
            },
        ]

    init(_ name: String, _ make: @escaping @Sendable (Matrix) throws -> any StoredModel) {
        self.name = name
        self.make = make
    }

    /// Rows that models are fitted to, and others.
    static let data = blobs(centers: 4, count: 30, dimension: 3, spread: 40, seed: 5).points
    static let probe = blobs(centers: 5, count: 11, dimension: 3, spread: 44, seed: 6).points

    static func distances(_ data: Matrix) -> Matrix {
        Matrix(
            rows: data.rows, columns: data.rows,
            values: (0..<data.rows * data.rows).map { place in
                let (a, b) = (max(place / data.rows, place % data.rows), min(place / data.rows, place % data.rows))
                return Float(Metric.euclidean.distance(data.row(a), data.row(b)))
            })
    }

    /// All that a model can be asked, as text: equal models give equal texts.
    static func answers(of model: any StoredModel, _ probe: Matrix = probe) -> String {
        var texts: [String] = []
        func ask(_ question: () throws -> Any) {
            do { texts.append("\(try question())") } catch { texts.append("\(error)") }
        }
        if let model = model as? any ClusteringModel { ask { model.labels.values } }
        if let model = model as? any PredictiveModel { ask { try model.predict(probe).values } }
        if let model = model as? any HierarchicalModel { ask { try model.dendrogram.labels(clusterCount: 3).values } }
        if let model = model as? HDBSCAN.Model {
            ask { try model.prediction(probe).probabilities }
            ask { (model.probabilities, model.outlierScores, model.persistence, model.coreDistances) }
            ask { try model.regrouped(minimumClusterSize: 5).labels.values }
            ask { try model.memberships().elements.map { $0 } }
            ask { (model.uncertifiedShare, model.violations) }
        }
        if let model = model as? BisectingKMeans.Model { ask { try model.labels(clusterCount: 2).values } }
        if let model = model as? OPTICS.Model {
            ask { (model.ordering, model.reachability, model.predecessors, model.valleys) }
            ask { try model.labels(xi: 0.1).values }
            ask { try model.labels(eps: 1).values }
        }
        if let model = model as? KMeans.Model { ask { (model.centroids.elements.map { $0 }, model.inertia) } }
        if let model = model as? DBSCAN.Model { ask { (model.coreRows, model.parameters) } }
        if let graph = model as? NeighborGraph { ask { graph } }
        if let model = model as? AutomaticDBSCAN.Model {
            ask { (model.eps, model.curve.finding, model.dbscan.coreRows) }
        }
        if let model = model as? StreamModel {
            ask { try model.predict(probe).values }
            ask { (model.cost, model.weights) }
        }
        if var stream = model as? StreamKMPlusPlus.Stream { ask { try Self.goOn(&stream, probe) } }
        if var stream = model as? OnlineKMeans.Stream { ask { try Self.goOn(&stream, probe) } }
        return texts.joined(separator: "\n")
    }

    private static func goOn(_ stream: inout some StreamingClusterer, _ rows: Matrix) throws -> Any {
        // Parameters from a damaged file may ask for work without end: it can be stopped.
        let calls = Locked(0)
        let progress = ProgressHandler { _ in
            calls.withLock { calls in
                calls += 1
                return calls < 2000
            }
        }
        try stream.insert(rows, weights: nil, progress: progress)
        let model = try stream.finish(progress: progress)
        return (stream.rowCount, model.centroids.elements.map { $0 }, model.weights, model.cost)
    }
}

@Suite("Models in files")
struct StoredModelTests {
    @Test("a loaded model answers as the saved one, and is saved as the same bytes", arguments: StoredSample.all)
    func roundTrip(sample: StoredSample) throws {
        let model = try sample.make(StoredSample.data)
        try withTemporaryDirectory { directory in
            let paths = ["a", "b"].map { directory.appendingPathComponent($0).path }
            try model.save(to: paths[0])
            let loaded = try StoredModels.load(paths[0])
            #expect(type(of: loaded) == type(of: model))
            #expect(StoredSample.answers(of: loaded) == StoredSample.answers(of: model))
            #expect(
                StoredSample.answers(of: loaded, StoredSample.data)
                    == StoredSample.answers(of: model, StoredSample.data))
            try loaded.save(to: paths[1])
            #expect(try bytes(paths[0]) == bytes(paths[1]))
            // By its own type, and not by another.
            #expect(StoredSample.answers(of: try reload(model, paths[0])) == StoredSample.answers(of: model))
            if !(model is Genie.Model) {
                let error = #expect(throws: TensorError.self) { try Genie.Model(contentsOf: paths[0]) }
                let text = "\(try #require(error))"
                #expect(text.contains("Genie"))
            }
        }
    }

    private func reload<Model: StoredModel>(_ model: Model, _ path: String) throws -> any StoredModel {
        try Model(contentsOf: path)
    }

    @Test("a file without rows of its own, of many threads or few, has the same bytes", arguments: StoredSample.all)
    func threads(sample: StoredSample) throws {
        let files = try withThreadCounts {
            try withTemporaryDirectory { directory in
                let path = directory.appendingPathComponent("model").path
                try sample.make(StoredSample.data).save(to: path)
                return try bytes(path)
            }
        }
        #expect(files.allSatisfy { $0 == files[0] })
    }

    @Test("a stream that is watched goes on with the ids that it has given")
    func monitors() throws {
        let parameters = StreamKMPlusPlus(clusterCount: 4, coresetSize: 20, halfLife: 200)
        var monitor = try HotClusterMonitor(
            parameters.stream(), tracker: HotClusterTracker(minimumShare: 0.05), interval: 50)
        _ = try monitor.insert(StoredSample.data)
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("stream").path
            try monitor.save(to: path)
            var loaded = try HotClusterMonitor<StreamKMPlusPlus.Stream>(contentsOf: path)
            #expect(loaded.tracker == monitor.tracker && loaded.interval == 50 && !monitor.tracker.known.isEmpty)
            let other = Matrix(rows: 100, columns: 3, repeating: 70)
            #expect(try loaded.insert(other) == monitor.insert(other))
            // The stream by itself, and a stream that nobody watched.
            #expect(try StreamKMPlusPlus.Stream(contentsOf: path).rowCount == 120)
            try monitor.stream.save(to: path)
            #expect(throws: TensorError.self) { try HotClusterMonitor<StreamKMPlusPlus.Stream>(contentsOf: path) }
        }
    }

    @Test("files that are no model, or of a later version, are refused with the reason")
    func otherFiles() throws {
        try withTemporaryDirectory { directory in
            let path = directory.appendingPathComponent("model").path
            #expect(throws: TensorError.self) { try StoredModels.load(path) }
            for (metadata, reason) in [
                ([:], "no model saved by Kindred"), (["format": "pt"], "no model saved by Kindred"),
                (["format": "kindred model", "kind": "k-means"], "version none"),
                (["format": "kindred model", "kind": "k-means", "version": "2"], "version 2"),
                (["format": "kindred model", "kind": "x-means", "version": "1"], "x-means"),
                (["format": "kindred model", "kind": "k-means", "version": "1"], "header"),
                (["format": "kindred model", "kind": "k-means", "version": "1", "header": "{}"], "metric"),
                (["format": "kindred model", "kind": "Genie", "version": "1"], "labels"),
            ] as [([String: String], String)] {
                try SafetensorsWriter(metadata: metadata).write(to: path)
                let error = #expect(throws: TensorError.self) { try StoredModels.load(path) }
                let text = "\(try #require(error))"
                #expect(text.contains(reason) && text.contains(path))
            }
        }
    }
}
