import Clustering
import Tensor
import Testing
import _TestSupport

@Suite struct OnlineKMeansTests {
    static func stream(
        _ parameters: OnlineKMeans, _ data: Matrix, weights: [Double]? = nil, batch: Int = 700
    ) throws -> OnlineKMeans.Stream {
        var stream = try parameters.stream()
        for first in stride(from: 0, to: data.rows, by: batch) {
            let part = first..<min(data.rows, first + batch)
            try stream.insert(data.rows(in: part), weights: weights.map { Array($0[part]) })
        }
        return stream
    }

    @Test("weight, sum and sum of squares are conserved, also where centroids starve", arguments: [Float(0), 300])
    func conservation(offset: Float) throws {
        // Blob after blob: centroids must move.
        let (points, truth) = blobs(centers: 9, count: 400, dimension: 5, spread: 60, seed: 3)
        let order = (0..<points.rows).sorted { (truth[$0], $0) < (truth[$1], $1) }
        var data = points.gatheringRows(order)
        data.withUnsafeMutableBufferPointer { for index in $0.indices { $0[index] += offset } }
        let parameters = OnlineKMeans(clusterCount: 12, batchSize: 60, reassignmentRatio: 0.05, seed: 2)
        let stream = try Self.stream(parameters, data, batch: 60)
        #expect(stream.rowCount == 3600)
        StreamKMPlusPlusTests.expectMoments(stream.summary, data, [Double](repeating: 1, count: 3600))
        let model = try stream.finish()
        // Each blob has found a centroid, since starving ones went to where costs were.
        #expect(try Set(model.predict(data).values).count >= 9)
        expectClose(model.totalWeight, 3600, relativeTolerance: 1e-12)
        #expect(try model.cost(of: data) < 1.5 * model.cost)
    }

    @Test("how rows are cut into batches changes no bit, nor does the number of threads")
    func batches() throws {
        let data = randomMatrix(rows: 3001, columns: 6, seed: 4)
        let parameters = OnlineKMeans(clusterCount: 8, batchSize: 128, halfLife: 900, seed: 1)
        let reference = try Self.stream(parameters, data).finish()
        for batch in [1, 129, 3001] {
            #expect(try Self.stream(parameters, data, batch: batch).finish() == reference)
        }
        let models = try withThreadCounts { try Self.stream(parameters, data).finish() }
        #expect(models.allSatisfy { $0 == models[0] })
    }

    @Test("blobs far apart are found", arguments: [Metric.euclidean, .cosine])
    func findsBlobs(metric: Metric) throws {
        let (data, truth) = blobs(centers: 6, count: 500, dimension: 8, spread: 60, seed: 5)
        let model = try Self.stream(OnlineKMeans(clusterCount: 6, metric: metric, batchSize: 200, seed: 3), data)
            .finish()
        expectSamePartition(try model.predict(data).values.map { Int($0) }, truth)
        for weight in model.weights { expectClose(weight, 500, relativeTolerance: 1e-9) }
        expectClose(model.cost, try model.cost(of: data), relativeTolerance: metric == .cosine ? 1e-2 : 1e-4)
    }

    @Test("cost is near that of k-means of all rows")
    func cost() throws {
        let (data, _) = blobs(centers: 15, count: 400, dimension: 6, spread: 14, seed: 6)
        let batch = try (0..<5).map { try KMeans(clusterCount: 15, seed: $0).fit(data).inertia }.sorted()[2]
        let online = try (0..<5).map {
            try Self.stream(OnlineKMeans(clusterCount: 15, batchSize: 256, seed: $0), data).finish().cost(of: data)
        }.sorted()[2]
        #expect(online < 1.05 * batch)
    }

    @Test("with decay drift is followed, and a row counts half after its half-life")
    func decay() throws {
        let (old, _) = blobs(centers: 3, count: 1000, dimension: 2, spread: 30, seed: 1)
        let (new, truth) = blobs(centers: 3, count: 1000, dimension: 2, spread: 30, seed: 2)
        var stream = try Self.stream(OnlineKMeans(clusterCount: 3, batchSize: 100, halfLife: 300, seed: 1), old)
        let before = try stream.finish().totalWeight
        try stream.insert(new.rows(in: 0..<300))
        // Half of what there was, and the new rows, the older of them less.
        let now = try stream.finish().totalWeight
        let rows = 100 * (1 + powerOfTwo(-1.0 / 3) + powerOfTwo(-2.0 / 3))
        expectClose(now, before / 2 + rows, relativeTolerance: 1e-9)
        try stream.insert(new)
        expectSamePartition(try stream.finish().predict(new).values.map { Int($0) }, truth)
    }

    @Test("weights count as copies within a batch")
    func weights() throws {
        let data = randomMatrix(rows: 600, columns: 3, seed: 9)
        var random = RandomSource(seed: 4)
        let counts = (0..<600).map { _ in random.integer(below: 3) }
        let (rows, _) = copies(of: data, counts)
        // All rows wait, and k-means groups them.
        let parameters = OnlineKMeans(clusterCount: 5, batchSize: 3000, seed: 2)
        let weighted = try Self.stream(parameters, data, weights: counts.map { Double($0) }).finish()
        let copied = try Self.stream(parameters, rows).finish()
        expectClose(weighted.centroids, copied.centroids, relativeTolerance: 1e-4, absoluteTolerance: 1e-5)
        expectClose(weighted.cost, copied.cost, relativeTolerance: 1e-6)
    }

    @Test("merging conserves all, whatever the threads")
    func merging() throws {
        let data = randomMatrix(rows: 2500, columns: 4, seed: 12)
        let parameters = OnlineKMeans(clusterCount: 6, batchSize: 100, seed: 1)
        let parts = try [0..<1200, 1200..<1250, 1250..<2500].map { try Self.stream(parameters, data.rows(in: $0)) }
        let results = try withThreadCounts {
            var all = parts[0]
            for part in parts.dropFirst() { try all.merge(part) }
            try all.insert(data.rows(in: 0..<50))
            return all
        }
        let model = try results[0].finish()
        #expect(results[0].rowCount == 2550)
        #expect(try results.allSatisfy { try $0.finish() == model })
        expectClose(model.totalWeight, 2550, relativeTolerance: 1e-12)
        // The mean of all rows is kept.
        let mean = (0..<4).map { column in
            (0..<6).reduce(0.0) { $0 + model.weights[$1] * Double(model.centroids[$1, column]) } / 2550
        }
        let all = data.gatheringRows(Array(0..<2500) + Array(0..<50)).columnMeans()
        for (mine, exact) in zip(mean, all) { expectClose(mine, exact, absoluteTolerance: 1e-6) }
        // Either side may have no centroids yet.
        var small = parts[1]
        try small.merge(parts[0])
        #expect(small.rowCount == 1250)
        expectClose(try small.finish().totalWeight, 1250, relativeTolerance: 1e-12)
        var other = try OnlineKMeans(clusterCount: 7).stream()
        #expect(throws: ClusteringError.self) { try other.merge(parts[0]) }
    }

    @Test("a restored stream goes on byte for byte", arguments: [Metric.euclidean, .cosine])
    func snapshots(metric: Metric) throws {
        let data = randomMatrix(rows: 2000, columns: 6, seed: 7, offset: 2)
        let parameters = OnlineKMeans(clusterCount: 7, metric: metric, batchSize: 90, halfLife: 700, seed: .max)
        try withTemporaryDirectory { directory in
            let paths = ["a", "b", "c"].map { directory.appendingPathComponent($0).path }
            for count in [0, 5, 1777] {
                var stream = try Self.stream(parameters, data.rows(in: 0..<count))
                try stream.save(to: paths[0])
                var restored = try OnlineKMeans.Stream(contentsOf: paths[0])
                #expect(restored.rowCount == count && restored.parameters == parameters)
                try stream.insert(data)
                try restored.insert(data)
                #expect(try stream.finish() == restored.finish())
                try stream.save(to: paths[1])
                try restored.save(to: paths[2])
                #expect(try bytes(paths[1]) == bytes(paths[2]))
            }
            // The other kind of stream is not read.
            #expect(throws: TensorError.self) { try StreamKMPlusPlus.Stream(contentsOf: paths[0]) }
        }
    }

    @Test("degenerate rows and what cannot be inserted are answered")
    func degenerateData() throws {
        let parameters = OnlineKMeans(clusterCount: 4, batchSize: 20, seed: 1)
        #expect(try Self.stream(parameters, Matrix(rows: 500, columns: 2, repeating: 2.5)).finish().cost == 0)
        var stream = try parameters.stream()
        #expect(throws: ClusteringError.emptyData(rows: 0, columns: 0)) { try stream.finish() }
        try stream.insert(Matrix([[1], [2], [3]]))
        #expect(throws: ClusteringError.tooFewRows(rows: 3, clusters: 4)) { try stream.finish() }
        try stream.insert(Matrix([[4]]))
        #expect(try stream.finish().cost == 0)
        #expect(throws: ClusteringError.dimension(expected: 1, found: 2)) { try stream.insert(Matrix([[1, 2]])) }
        #expect(throws: ClusteringError.notFinite(row: 0, column: 0)) { try stream.insert(Matrix([[.infinity]])) }
        #expect(throws: ClusteringError.cancelled) {
            try stream.insert(Matrix([[1]]), weights: nil, progress: ProgressHandler { _ in false })
        }
        #expect(stream.rowCount == 4)
        for bad in [
            OnlineKMeans(clusterCount: 0), OnlineKMeans(clusterCount: 2, batchSize: 0),
            OnlineKMeans(clusterCount: 5, initialSize: 4), OnlineKMeans(clusterCount: 2, halfLife: -1),
            OnlineKMeans(clusterCount: 2, reassignmentRatio: 2), OnlineKMeans(clusterCount: 2, restarts: 0),
        ] {
            #expect(throws: ClusteringError.self) { try bad.stream() }
        }
    }
}
