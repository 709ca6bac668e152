import Clustering
import Tensor
import Testing
import _TestSupport

@Suite struct KMeansWeightTests {
    @Test("with weights, labels, centroids and inertia are scikit-learn's")
    func agreesWithScikitLearn() throws {
        let reference = try KMeansFamilyReference.load()
        let points = Matrix(reference.points)
        for fit in reference.weighted {
            let model = try KMeans(clusterCount: fit.first.count, seeding: .given(Matrix(fit.first)), tolerance: 0)
                .fit(points, weights: reference.weights)
            expectSamePartition(model.labels.values.map { Int($0) }, fit.labels)
            expectClose(model.inertia, fit.inertia, relativeTolerance: 1e-6)
            #expect(model.converged)
            for (row, label) in fit.labels.enumerated() {
                let mine = try #require(model.labels[row])
                expectClose(model.centroids.row(mine), fit.centroids[label], relativeTolerance: 1e-4)
            }
        }
    }

    @Test(
        "a weight is as good as copies",
        arguments: [
            KMeans.Seeding.plusPlus(), .plusPlus(trials: 1), .markovChain(length: 50), .automatic,
        ], [Metric.euclidean, .cosine])
    func weightsAreCopies(seeding: KMeans.Seeding, metric: Metric) throws {
        var random = RandomSource(seed: 7)
        for seed in 0..<4 {
            let data = randomMatrix(rows: 400, columns: 5, seed: UInt64(seed), offset: 1)
            let counts = (0..<400).map { _ in 1 + random.integer(below: 4) }
            let (rows, first) = copies(of: data, counts)
            let algorithm = KMeans(
                clusterCount: 7, metric: metric, seeding: seeding, restarts: 2, tolerance: 0, seed: UInt64(seed))
            let weighted = try algorithm.fit(data, weights: counts.map { Double($0) })
            let copied = try algorithm.fit(rows)
            #expect(weighted.labels.values == first.map { copied.labels.values[$0] })
            expectClose(weighted.inertia, copied.inertia, relativeTolerance: 1e-6)
            expectClose(weighted.centroids, copied.centroids, relativeTolerance: 1e-4, absoluteTolerance: 1e-5)
            #expect(try weighted.predict(data) == weighted.labels)
        }
    }

    @Test(
        "rows of weight 0 are labelled, and change nothing else", arguments: [KMeans.Seeding.plusPlus(), .parallel()])
    func zeroWeights(seeding: KMeans.Seeding) throws {
        let (points, _) = blobs(centers: 5, count: 40, dimension: 3, spread: 30, seed: 3)
        var all = points
        // Every second row is far away, and counts nothing.
        for row in stride(from: 0, to: points.rows, by: 2) { all[row, 0] += 500 }
        let weights = (0..<points.rows).map { [0, 3.5, 0, 2.5][$0 % 4] }
        let kept = Array(stride(from: 1, to: points.rows, by: 2))
        let algorithm = KMeans(clusterCount: 5, seeding: seeding, restarts: 5, tolerance: 0, seed: 4)
        let model = try algorithm.fit(all, weights: weights)
        let alone = try algorithm.fit(points.gatheringRows(kept), weights: kept.map { weights[$0] })
        expectClose(model.inertia, alone.inertia, relativeTolerance: 1e-6)
        expectSamePartition(
            kept.map { Int(model.labels.values[$0]) }, alone.labels.values.map { Int($0) })
        #expect(try model.predict(all) == model.labels)
    }

    @Test("equal weights give the bits of no weights, and their scale only scales the inertia")
    func scaleOfWeights() throws {
        let data = randomMatrix(rows: 500, columns: 6, seed: 2)
        let algorithm = KMeans(clusterCount: 6, seed: 1)
        let plain = try algorithm.fit(data)
        let equal = try algorithm.fit(data, weights: [Double](repeating: 4, count: 500))
        #expect(plain.centroids == equal.centroids && plain.labels == equal.labels)
        #expect(equal.inertia == 4 * plain.inertia)
        var random = RandomSource(seed: 1)
        let weights = (0..<500).map { _ in random.uniform() }
        let one = try algorithm.fit(data, weights: weights)
        let scaled = try algorithm.fit(data, weights: weights.map { $0 * 0x1p40 })
        #expect(one.centroids == scaled.centroids && one.labels == scaled.labels)
        #expect(scaled.inertia == one.inertia * 0x1p40)
    }

    @Test("weights of very different sizes leave exact means", arguments: 0..<8)
    func wildWeights(seed: UInt64) throws {
        let data = randomMatrix(rows: 300, columns: 2, seed: seed)
        var random = RandomSource(seed: seed)
        let weights = (0..<300).map { _ in [1e-12, 1e-3, 1, 1e12][random.integer(below: 4)] }
        let model = try KMeans(clusterCount: 9, seeding: .random, tolerance: 0, seed: seed).fit(data, weights: weights)
        for (cluster, rows) in model.labels.members.enumerated() {
            let total = rows.reduce(0) { $0 + weights[$1] }
            let mean = (0..<2).map { column in
                Float(rows.reduce(0) { $0 + weights[$1] * Double(data[$1, column]) } / total)
            }
            expectClose(model.centroids.row(cluster), mean, relativeTolerance: 1e-5, absoluteTolerance: 1e-5)
        }
    }

    @Test("weights that cannot be are refused, naming the row")
    func refusals() {
        let data = randomMatrix(rows: 4, columns: 2, seed: 1)
        func error(_ weights: [Double]) -> ClusteringError? {
            #expect(throws: ClusteringError.self) { try KMeans(clusterCount: 2).fit(data, weights: weights) }
        }
        #expect(
            error([1, 1, .nan, 1]) == .parameter(name: "weights[2]", value: "nan", valid: "0 or a positive number"))
        #expect(
            error([1, -2, 1, 1]) == .parameter(name: "weights[1]", value: "-2.0", valid: "0 or a positive number"))
        #expect(
            error([1, 1, 1, .infinity])
                == .parameter(name: "weights[3]", value: "inf", valid: "0 or a positive number"))
        #expect(error([0, 0, 0, 0]) != nil)
        #expect(error([1e308, 1e308, 1e308, 1]) != nil)
        #expect(error([1, 1, 1]) == .parameter(name: "weights", value: "3 numbers", valid: "one for each of 4 rows"))
    }

    @Test("fewer rows that count than clusters leave some without", arguments: 0..<3)
    func fewWeightedRows(seed: UInt64) throws {
        let data = randomMatrix(rows: 20, columns: 3, seed: seed)
        let weights = (0..<20).map { $0 < 2 ? 1.0 + Double($0) : 0 }
        for seeding in [KMeans.Seeding.plusPlus(), .parallel(), .markovChain(), .random] {
            let model = try KMeans(clusterCount: 4, seeding: seeding, seed: seed).fit(data, weights: weights)
            #expect(model.inertia < 1e-9)
            #expect(model.centroids.rows == 4)
            #expect(try model.predict(data) == model.labels)
        }
    }

    @Test(
        "threads change no bit of a weighted fit", arguments: [KMeans.Seeding.plusPlus(), .parallel(), .markovChain()])
    func threads(seeding: KMeans.Seeding) throws {
        let data = randomMatrix(rows: 3000, columns: 20, seed: 4)
        var random = RandomSource(seed: 1)
        let weights = (0..<3000).map { _ in random.uniform() * 10 }
        let models = try withThreadCounts {
            try KMeans(clusterCount: 15, seeding: seeding, maximumIterations: 6, seed: 6).fit(data, weights: weights)
        }
        for model in models {
            #expect(model.labels == models[0].labels)
            #expect(model.centroids == models[0].centroids && model.inertia == models[0].inertia)
        }
    }
}
