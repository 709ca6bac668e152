import Clustering
import Tensor
import Testing
import _TestSupport

/// What must not matter to any of the family.
@Suite struct KMeansInvariantTests {
    @Test("the order of rows permutes the labels", arguments: [Metric.euclidean, .cosine], 0..<3)
    func permutation(metric: Metric, seed: UInt64) throws {
        let data = randomMatrix(rows: 500, columns: 6, seed: seed, offset: 1)
        var random = RandomSource(seed: seed)
        let order = random.permutation(of: 500)
        let algorithm = KMeans(
            clusterCount: 8, metric: metric, seeding: .given(data.rows(in: 0..<8)), tolerance: 0)
        let weights = (0..<500).map { _ in random.uniform() }
        let plain = try algorithm.fit(data, weights: weights)
        let permuted = try algorithm.fit(data.gatheringRows(order), weights: order.map { weights[$0] })
        #expect(permuted.labels.values == order.map { plain.labels.values[$0] })
        expectClose(permuted.centroids, plain.centroids, relativeTolerance: 1e-5, absoluteTolerance: 1e-6)
        expectClose(permuted.inertia, plain.inertia, relativeTolerance: 1e-9)
    }

    @Test("scaling by a power of two scales the centroids, to the bit", arguments: [Float(0.125), 64])
    func scaling(factor: Float) throws {
        let data = randomMatrix(rows: 600, columns: 5, seed: 4)
        let scaled = data.mappingRows { from, to in for column in 0..<5 { to[column] = from[column] * factor } }
        func check(_ fit: (Matrix) throws -> (ClusterLabels, Matrix)) throws {
            let (plain, larger) = (try fit(data), try fit(scaled))
            #expect(plain.0 == larger.0)
            #expect(
                plain.1.mappingRows { from, to in for column in 0..<5 { to[column] = from[column] * factor } }
                    == larger.1)
        }
        for seeding in [KMeans.Seeding.plusPlus(), .parallel(), .markovChain(length: 30), .random] {
            try check {
                let model = try KMeans(clusterCount: 7, seeding: seeding, seed: 2).fit($0)
                return (model.labels, model.centroids)
            }
        }
        try check {
            let model = try MiniBatchKMeans(clusterCount: 7, batchSize: 100, seed: 2).fit($0)
            return (model.labels, model.centroids)
        }
        try check {
            let model = try BisectingKMeans(clusterCount: 7, seed: 2).fit($0)
            return (model.labels, model.centroids)
        }
    }

    @Test("translation moves the centroids along, and no row to another cluster")
    func translation() throws {
        let (data, _) = blobs(centers: 6, count: 80, dimension: 4, spread: 40, seed: 5)
        // Numbers that keep all their digits when they are moved.
        let rounded = data.mappingRows { from, to in
            for column in 0..<4 { to[column] = (from[column] * 64).rounded() / 64 }
        }
        let moved = rounded.subtractingFromRows([-4096, 2048, -1024, 512])
        for (one, other) in [
            (
                try KMeans(clusterCount: 6, restarts: 3, seed: 1).fit(rounded).labels,
                try KMeans(clusterCount: 6, restarts: 3, seed: 1).fit(moved).labels
            ),
            (
                try BisectingKMeans(clusterCount: 6, restarts: 3, seed: 1).fit(rounded).labels,
                try BisectingKMeans(clusterCount: 6, restarts: 3, seed: 1).fit(moved).labels
            ),
        ] {
            #expect(one == other)
        }
    }

    @Test("one column and ten thousand, two rows, and more clusters than different rows", arguments: [1, 10_000])
    func extremes(columns: Int) throws {
        let data = randomMatrix(rows: 40, columns: columns, seed: 6)
        let twice = data.gatheringRows((0..<40).map { $0 / 10 })
        for (rows, count) in [(data, 5), (data.rows(in: 0..<2), 2), (twice, 9)] {
            let model = try KMeans(clusterCount: count, seed: 1).fit(rows)
            #expect(try model.predict(rows) == model.labels)
            let batches = try MiniBatchKMeans(clusterCount: count, batchSize: 16, seed: 1).fit(rows)
            #expect(try batches.predict(rows) == batches.labels)
            let bisected = try BisectingKMeans(clusterCount: count, seed: 1).fit(rows)
            #expect(try bisected.predict(rows) == bisected.labels)
        }
        #expect(try KMeans(clusterCount: 9, seed: 1).fit(twice).inertia < 1e-6)
    }
}
