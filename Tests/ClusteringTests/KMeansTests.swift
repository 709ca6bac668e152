import Clustering
import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct KMeansTests {
    struct Reference: Decodable {
        struct Case: Decodable {
            let set: String
            let first: [[Float]]
            let labels: [Int]
            let inertia: Double
            let centroids: [[Float]]
            let iterations: Int
        }
        let cases: [Case]
    }

    @Test("from the same first centroids, labels, centroids, inertia and iterations are scikit-learn's")
    func agreesWithScikitLearn() throws {
        let sets = try ReferenceSets.load()
        for reference in try golden("kmeans.json", as: Reference.self).cases {
            let data = try #require(sets[reference.set])
            let model = try KMeans(clusterCount: reference.first.count, seeding: .given(Matrix(reference.first))).fit(
                data)
            expectSamePartition(model.labels.values.map { Int($0) }, reference.labels)
            expectClose(model.inertia, reference.inertia, relativeTolerance: 1e-5)
            // scikit-learn computes the means once more before it notices that no label has changed.
            #expect(model.iterations == reference.iterations - 1)
            #expect(model.converged)
            for (row, label) in reference.labels.enumerated() {
                let mine = try #require(model.labels[row])
                expectClose(model.centroids.row(mine), reference.centroids[label], relativeTolerance: 1e-4)
            }
        }
    }

    @Test("blobs far apart are found exactly", arguments: 0..<5)
    func findsBlobs(seed: UInt64) throws {
        let (points, truth) = blobs(centers: 7, count: 60, dimension: 5, spread: 60, seed: seed)
        let model = try KMeans(clusterCount: 7, restarts: 3, seed: seed).fit(points)
        expectSamePartition(model.labels.values.map { Int($0) }, truth)
    }

    @Test("predicting the fitted rows gives their labels", arguments: [Metric.euclidean, .cosine])
    func predictAgrees(metric: Metric) throws {
        let data = randomMatrix(rows: 700, columns: 24, seed: 1, offset: 3)
        let model = try KMeans(clusterCount: 12, metric: metric, seed: 5).fit(data)
        #expect(try model.predict(data) == model.labels)
        // One row alone is predicted as within its batch.
        for row in [0, 333, 699] {
            #expect(try model.predict(data.rows(in: row..<row + 1))[0] == model.labels[row])
        }
    }

    /// The larger cluster, named 0, was the second centroid of the fit, to which ties do not go.
    @Test("a row between two centroids is predicted as it was fitted")
    func predictAgreesOnTies() throws {
        let data = Matrix([[-2], [0], [1], [1], [1]])
        let model = try KMeans(clusterCount: 2, seeding: .given(Matrix([[-1], [1]]))).fit(data)
        #expect(try model.predict(data) == model.labels)
    }

    @Test("labels are nearest centroids, inertia is the sum of squared distances, clusters are ordered by size")
    func invariants() throws {
        let data = randomMatrix(rows: 300, columns: 6, seed: 2)
        let model = try KMeans(clusterCount: 9, seed: 3).fit(data)
        var inertia = 0.0
        for row in 0..<data.rows {
            let distances = (0..<9).map { Metric.euclidean.distance(data.row(row), model.centroids.row($0)) }
            let own = try #require(model.labels[row])
            expectClose(distances[own], try #require(distances.min()), relativeTolerance: 1e-6)
            inertia += distances[own] * distances[own]
        }
        expectClose(model.inertia, inertia, relativeTolerance: 1e-5)
        #expect(model.labels.sizes == model.labels.sizes.sorted(by: >))
    }

    @Test("the number of threads and the SIMD level change nothing")
    func determinism() throws {
        let data = randomMatrix(rows: 2500, columns: 40, seed: 4)
        let (threads, level) = (Parallelism.threadCount, SIMDLevel.current)
        defer {
            Parallelism.threadCount = threads
            level.use()
        }
        var models: [KMeans.Model] = []
        for (threads, level) in [(1, level), (2, level), (5, level)] + SIMDLevel.available.map({ (2, $0) }) {
            Parallelism.threadCount = threads
            level.use()
            models.append(try KMeans(clusterCount: 20, maximumIterations: 8, seed: 6).fit(data))
        }
        for model in models {
            #expect(model.labels == models[0].labels)
            #expect(model.centroids == models[0].centroids)
            #expect(model.inertia == models[0].inertia)
        }
    }

    @Test("rows far from the origin are grouped as well as near it")
    func largeOffset() throws {
        let (points, truth) = blobs(centers: 4, count: 100, dimension: 3, spread: 40, deviation: 0.5, seed: 8)
        var far = points
        far.withUnsafeMutableBufferPointer { for index in $0.indices { $0[index] += 20_000 } }
        let model = try KMeans(clusterCount: 4, restarts: 4, seed: 1).fit(far)
        expectSamePartition(model.labels.values.map { Int($0) }, truth)
        #expect(try model.predict(far) == model.labels)
    }

    @Test("spherical k-means groups directions and has centroids of length 1")
    func spherical() throws {
        let (points, truth) = blobs(centers: 3, count: 50, dimension: 10, spread: 20, seed: 9)
        var random = RandomSource(seed: 3)
        var scaled = points
        for row in 0..<points.rows {
            let factor = Float(random.uniform(in: 0.1..<50))
            for column in 0..<10 { scaled[row, column] *= factor }
        }
        let model = try KMeans(clusterCount: 3, metric: .cosine, restarts: 3, seed: 2).fit(scaled)
        expectSamePartition(model.labels.values.map { Int($0) }, truth)
        expectClose(model.centroids.rowNorms(), [1, 1, 1])
    }

    @Test("greedy k-means++ starts better than random rows")
    func seeding() throws {
        let (points, _) = blobs(centers: 30, count: 40, dimension: 8, spread: 30, seed: 10)
        func inertia(_ seeding: KMeans.Seeding) throws -> Double {
            try (0..<5).map {
                try KMeans(clusterCount: 30, seeding: seeding, maximumIterations: 1, seed: $0).fit(points).inertia
            }.reduce(0, +)
        }
        #expect(try inertia(.plusPlus()) < 0.7 * inertia(.random))
    }

    @Test("k-means‖ starts about as well as greedy k-means++, alike on any number of threads")
    func parallelSeeding() throws {
        let (points, _) = blobs(centers: 30, count: 100, dimension: 8, spread: 30, seed: 12)
        func inertia(_ seeding: KMeans.Seeding) throws -> Double {
            try (0..<5).map {
                try KMeans(clusterCount: 30, seeding: seeding, maximumIterations: 1, seed: $0).fit(points).inertia
            }.reduce(0, +)
        }
        #expect(try inertia(.parallel()) < 1.1 * inertia(.plusPlus()))
        let labels = try withThreadCounts {
            try KMeans(clusterCount: 30, seeding: .parallel(), maximumIterations: 2, seed: 3).fit(points).labels
        }
        #expect(labels.allSatisfy { $0 == labels[0] })
        #expect(throws: ClusteringError.self) { try KMeans(clusterCount: 3, seeding: .parallel(rounds: 0)).fit(points) }
        // Fewer different rows than clusters.
        let same = Matrix(rows: 40, columns: 2, repeating: 1)
        #expect(try KMeans(clusterCount: 5, seeding: .parallel()).fit(same).inertia == 0)
    }

    @Test("screening changes no centroid", arguments: [(2000, 101), (1025, 3), (40, 1)])
    func screening(count: Int, dimension: Int) throws {
        // Away from the origin, and with equal rows.
        var (points, _) = blobs(
            centers: 40, count: (count + 39) / 40, dimension: dimension, spread: 8, deviation: 1, seed: 13)
        for column in 0..<dimension { points[7, column] = points[8, column] }
        points.withUnsafeMutableBufferPointer { for index in $0.indices { $0[index] += 5 } }
        let prepared = PreparedRows(points, metric: .euclidean)
        let chosen = try [false, true].map { screens in
            var random = RandomSource(seed: 5)
            return try PlusPlusSeeding(prepared, weights: nil, screens: screens).choose(30, trials: nil, &random, .none)
        }
        #expect(chosen[0] == chosen[1])
        #expect(Set(chosen[0]).count == 30)
    }

    @Test("restarts keep the best run whole")
    func restarts() throws {
        let (points, _) = blobs(centers: 12, count: 30, dimension: 2, spread: 20, seed: 11)
        let one = try KMeans(clusterCount: 12, seeding: .random, seed: 1).fit(points)
        let many = try KMeans(clusterCount: 12, seeding: .random, restarts: 10, seed: 1).fit(points)
        #expect(many.inertia <= one.inertia)
        #expect(try many.predict(points) == many.labels)
    }

    @Test("identical rows, k = n and one row are clustered without complaint")
    func degenerateData() throws {
        let same = Matrix(rows: 10, columns: 3, repeating: 2.5)
        let model = try KMeans(clusterCount: 4).fit(same)
        #expect(model.inertia == 0)
        #expect(model.centroids.rows == 4)
        #expect(try model.predict(same) == model.labels)
        let all = randomMatrix(rows: 6, columns: 2, seed: 1)
        #expect(try KMeans(clusterCount: 6).fit(all).labels.sizes == [1, 1, 1, 1, 1, 1])
        #expect(try KMeans(clusterCount: 1).fit(Matrix([[1, 2]])).labels.values == [0])
    }

    @Test("what cannot be clustered is refused with the reason")
    func refusals() {
        let data = randomMatrix(rows: 5, columns: 2, seed: 1)
        var holed = data
        holed[3, 1] = .nan
        #expect(throws: ClusteringError.tooFewRows(rows: 5, clusters: 6)) { try KMeans(clusterCount: 6).fit(data) }
        #expect(throws: ClusteringError.notFinite(row: 3, column: 1)) { try KMeans(clusterCount: 2).fit(holed) }
        #expect(throws: ClusteringError.emptyData(rows: 0, columns: 2)) {
            try KMeans(clusterCount: 2).fit(Matrix(rows: 0, columns: 2))
        }
        #expect(throws: ClusteringError.self) { try KMeans(clusterCount: 0).fit(data) }
        #expect(throws: ClusteringError.self) { try KMeans(clusterCount: 2, restarts: 0).fit(data) }
        #expect(throws: ClusteringError.dimension(expected: 2, found: 3)) {
            try KMeans(clusterCount: 1, seeding: .given(Matrix([[1, 2, 3]]))).fit(data)
        }
        #expect(throws: ClusteringError.dimension(expected: 2, found: 3)) {
            try KMeans(clusterCount: 1).fit(data).predict(Matrix([[1, 2, 3]]))
        }
        #expect(throws: ClusteringError.cancelled) {
            try KMeans(clusterCount: 2).fit(data, progress: ProgressHandler { _ in false })
        }
    }
}
