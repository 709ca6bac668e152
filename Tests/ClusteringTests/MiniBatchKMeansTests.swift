import Clustering
import Tensor
import Testing
import _TestSupport

@Suite struct MiniBatchKMeansTests {
    @Test("inertia is no worse than scikit-learn's")
    func inertia() throws {
        let reference = try KMeansFamilyReference.load()
        let points = Matrix(reference.points)
        let mean =
            try (0..<20).map {
                try MiniBatchKMeans(clusterCount: 15, batchSize: 128, seed: $0).fit(points).inertia
            }.reduce(0, +) / 20
        #expect(mean <= 1.01 * reference.miniBatchInertia)
    }

    @Test("blobs far apart are found exactly", arguments: 0..<4)
    func findsBlobs(seed: UInt64) throws {
        let (points, truth) = blobs(centers: 6, count: 300, dimension: 5, spread: 60, seed: seed)
        let model = try MiniBatchKMeans(clusterCount: 6, restarts: 3, batchSize: 100, seed: seed).fit(points)
        expectSamePartition(model.labels.values.map { Int($0) }, truth)
        #expect(model.converged)
    }

    @Test("labels are those of the nearest centroids, which predict gives", arguments: [Metric.euclidean, .cosine])
    func predictAgrees(metric: Metric) throws {
        let data = randomMatrix(rows: 900, columns: 12, seed: 1, offset: 3)
        let model = try MiniBatchKMeans(clusterCount: 10, metric: metric, batchSize: 64, seed: 5).fit(data)
        #expect(try model.predict(data) == model.labels)
        #expect(model.labels.sizes == model.labels.sizes.sorted(by: >))
        let inertia = (0..<900).reduce(0.0) { sum, row in
            let distance = metric.distance(data.row(row), model.centroids.row(Int(model.labels.values[row])))
            return sum + (metric == .cosine ? 2 * distance : distance * distance)
        }
        expectClose(model.inertia, inertia, relativeTolerance: 1e-4)
    }

    @Test("the number of threads changes no bit")
    func threads() throws {
        let data = randomMatrix(rows: 2000, columns: 17, seed: 4)
        let models = try withThreadCounts { try MiniBatchKMeans(clusterCount: 12, batchSize: 200, seed: 6).fit(data) }
        for model in models {
            #expect(model.labels == models[0].labels && model.centroids == models[0].centroids)
            #expect(model.iterations == models[0].iterations)
        }
    }

    @Test("one batch of all rows from given centroids makes one of Lloyd's updates")
    func oneBatch() throws {
        let data = randomMatrix(rows: 300, columns: 4, seed: 9)
        var random = RandomSource(seed: 2)
        let weights = (0..<300).map { _ in Double(random.integer(below: 5)) }
        let first = data.rows(in: 0..<6)
        let batch = try MiniBatchKMeans(
            clusterCount: 6, seeding: .given(first), batchSize: 300, maximumEpochs: 1, reassignmentRatio: 0
        ).fit(data, weights: weights)
        let lloyd = try KMeans(clusterCount: 6, seeding: .given(first), maximumIterations: 1, tolerance: 0)
            .fit(data, weights: weights)
        expectClose(batch.centroids, lloyd.centroids, relativeTolerance: 1e-6)
        #expect(batch.labels == lloyd.labels)
        expectClose(batch.inertia, lloyd.inertia)
    }

    @Test("centroids that starve are moved to rows")
    func starvation() throws {
        let (points, _) = blobs(centers: 4, count: 200, dimension: 2, spread: 50, deviation: 0.3, seed: 8)
        // Two of the first centroids are where no row is.
        let first = Matrix([Array(points.row(0)), Array(points.row(1)), [1e4, 1e4], [-1e4, 1e4]])
        func labels(ratio: Double) throws -> [Int] {
            try MiniBatchKMeans(
                clusterCount: 4, seeding: .given(first), batchSize: 50, maximumEpochs: 20, patience: nil,
                reassignmentRatio: ratio, seed: 1
            ).fit(points).labels.values.map { Int($0) }
        }
        #expect(Set(try labels(ratio: 0)).count == 2)
        #expect(Set(try labels(ratio: 0.01)).count == 4)
    }

    @Test("no improvement ends it, and without patience it goes through all epochs")
    func stopping() throws {
        let data = randomMatrix(rows: 1000, columns: 3, seed: 3)
        let patient = try MiniBatchKMeans(clusterCount: 5, batchSize: 100, maximumEpochs: 30, patience: nil).fit(data)
        #expect(patient.iterations == 300 && !patient.converged)
        let quick = try MiniBatchKMeans(clusterCount: 5, batchSize: 100, maximumEpochs: 30, patience: 5).fit(data)
        #expect(quick.iterations < 300 && quick.converged)
    }

    @Test("degenerate data and bad parameters are answered")
    func degenerateData() throws {
        let same = Matrix(rows: 10, columns: 3, repeating: 2.5)
        #expect(try MiniBatchKMeans(clusterCount: 4, batchSize: 3).fit(same).inertia == 0)
        #expect(try MiniBatchKMeans(clusterCount: 1).fit(Matrix([[1, 2]])).labels.values == [0])
        let all = randomMatrix(rows: 6, columns: 2, seed: 1)
        #expect(try MiniBatchKMeans(clusterCount: 6, batchSize: 2).fit(all).centroids.rows == 6)
        #expect(throws: ClusteringError.tooFewRows(rows: 6, clusters: 7)) {
            try MiniBatchKMeans(clusterCount: 7).fit(all)
        }
        #expect(throws: ClusteringError.self) { try MiniBatchKMeans(clusterCount: 2, batchSize: 0).fit(all) }
        #expect(throws: ClusteringError.self) { try MiniBatchKMeans(clusterCount: 3, initialSize: 2).fit(all) }
        #expect(throws: ClusteringError.self) { try MiniBatchKMeans(clusterCount: 2, reassignmentRatio: .nan).fit(all) }
        #expect(throws: ClusteringError.cancelled) {
            try MiniBatchKMeans(clusterCount: 2).fit(all, progress: ProgressHandler { _ in false })
        }
        // Stopped between batches.
        #expect(throws: ClusteringError.cancelled) {
            try MiniBatchKMeans(clusterCount: 2).fit(
                all, progress: ProgressHandler { $0.stage != "mini-batch k-means" || $0.completed < 1 })
        }
    }
}
