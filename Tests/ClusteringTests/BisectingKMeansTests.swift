import Clustering
import Synchronization
import Tensor
import Testing
import _TestSupport

@Suite struct BisectingKMeansTests {
    @Test("inertia is no worse than scikit-learn's", arguments: BisectingKMeans.Strategy.allCases)
    func inertia(strategy: BisectingKMeans.Strategy) throws {
        let reference = try KMeansFamilyReference.load()
        let name = strategy == .largestInertia ? "biggest_inertia" : "largest_cluster"
        let theirs = try #require(reference.bisecting.first { $0.strategy == name })
        let mean =
            try (0..<20).map {
                try BisectingKMeans(clusterCount: 16, strategy: strategy, seed: $0).fit(Matrix(reference.points))
                    .inertia
            }.reduce(0, +) / 20
        #expect(mean <= 1.01 * theirs.inertia)
    }

    @Test("predicting the fitted rows gives their labels", arguments: [Metric.euclidean, .cosine], [0, 500])
    func predictAgrees(metric: Metric, offset: Float) throws {
        let data = randomMatrix(rows: 800, columns: 9, seed: 1, offset: offset)
        let model = try BisectingKMeans(clusterCount: 23, metric: metric, seed: 5).fit(data)
        #expect(model.labels.clusterCount == 23)
        #expect(try model.predict(data) == model.labels)
        for row in [0, 333, 799] {
            #expect(try model.predict(data.rows(in: row..<row + 1))[0] == model.labels[row])
        }
    }

    @Test("centroids are means, inertia is the sum of squared distances, clusters are ordered by size")
    func invariants() throws {
        let data = randomMatrix(rows: 300, columns: 6, seed: 2)
        let model = try BisectingKMeans(clusterCount: 9, tolerance: 0, seed: 3).fit(data)
        var inertia = 0.0
        for (cluster, rows) in model.labels.members.enumerated() {
            let mean = data.gatheringRows(rows).columnMeans()
            expectClose(model.centroids.row(cluster), mean.map { Float($0) }, absoluteTolerance: 1e-5)
            for row in rows {
                let distance = Metric.euclidean.distance(data.row(row), model.centroids.row(cluster))
                inertia += distance * distance
            }
        }
        expectClose(model.inertia, inertia, relativeTolerance: 1e-5)
        #expect(model.labels.sizes == model.labels.sizes.sorted(by: >))
    }

    @Test(
        "fewer clusters are those of a fit that stopped earlier, and cuts of the dendrogram",
        arguments: [1, 2, 5, 11, 12])
    func coarserLabels(count: Int) throws {
        let data = randomMatrix(rows: 400, columns: 4, seed: 6)
        var algorithm = BisectingKMeans(clusterCount: 12, seed: 2)
        let model = try algorithm.fit(data)
        algorithm.clusterCount = count
        let early = try algorithm.fit(data)
        #expect(try model.labels(clusterCount: count) == early.labels)
        // The dendrogram's merges, lowest first, undo splits by inertia, greatest last: the largest-inertia strategy.
        var sets = Array(0..<12)
        for merge in model.dendrogram.merges.prefix(12 - count) {
            let leaves = Self.leaves(of: model.dendrogram, merge)
            let lowest = leaves.map { sets[$0] }.min() ?? 0
            for leaf in leaves { sets[leaf] = lowest }
        }
        expectSamePartition(
            model.labels.values.map { sets[Int($0)] }, early.labels.values.map { Int($0) })
    }

    private static func leaves(of tree: Dendrogram, _ merge: Dendrogram.Merge) -> [Int] {
        [merge.first, merge.second].flatMap { node in
            node < tree.leafCount ? [node] : leaves(of: tree, tree.merges[node - tree.leafCount])
        }
    }

    @Test("the dendrogram's heights rise to the inertia of all rows")
    func dendrogram() throws {
        let data = randomMatrix(rows: 500, columns: 5, seed: 4)
        for strategy in BisectingKMeans.Strategy.allCases {
            let model = try BisectingKMeans(clusterCount: 20, strategy: strategy, seed: 2).fit(data)
            let heights = model.dendrogram.merges.map(\.height)
            #expect(heights == heights.sorted() && heights.count == 19)
            #expect(model.dendrogram.merges.last?.leafCount == 20)
            let all = try KMeans(clusterCount: 1).fit(data).inertia
            expectClose(try #require(heights.last), all, relativeTolerance: 1e-6)
        }
    }

    @Test("a weight is as good as copies")
    func weightsAreCopies() throws {
        var random = RandomSource(seed: 3)
        let data = randomMatrix(rows: 300, columns: 4, seed: 8)
        let counts = (0..<300).map { _ in 1 + random.integer(below: 3) }
        let (rows, first) = copies(of: data, counts)
        for strategy in BisectingKMeans.Strategy.allCases {
            let algorithm = BisectingKMeans(clusterCount: 11, strategy: strategy, tolerance: 0, seed: 3)
            let weighted = try algorithm.fit(data, weights: counts.map { Double($0) })
            let copied = try algorithm.fit(rows)
            #expect(weighted.labels.values == first.map { copied.labels.values[$0] })
            expectClose(weighted.inertia, copied.inertia, relativeTolerance: 1e-6)
        }
    }

    @Test("the number of threads changes no bit")
    func threads() throws {
        let data = randomMatrix(rows: 2500, columns: 17, seed: 4)
        let models = try withThreadCounts { try BisectingKMeans(clusterCount: 12, seed: 6).fit(data) }
        for model in models {
            #expect(model.labels == models[0].labels && model.centroids == models[0].centroids)
            #expect(model.dendrogram == models[0].dendrogram)
        }
    }

    @Test("fewer different rows than clusters make fewer clusters", arguments: [Metric.euclidean, .cosine])
    func duplicates(metric: Metric) throws {
        let data = Matrix((0..<30).map { [Float($0 % 3) + 1, 7, Float($0 % 3 * 3)] })
        let model = try BisectingKMeans(clusterCount: 8, metric: metric).fit(data)
        #expect(model.labels.sizes == [10, 10, 10])
        #expect(model.inertia < 1e-9)
        #expect(try model.predict(data) == model.labels)
        #expect(try BisectingKMeans(clusterCount: 4).fit(Matrix(rows: 9, columns: 2, repeating: 1)).labels.sizes == [9])
    }

    @Test("one row, k = n, one column and bad parameters are answered")
    func degenerateData() throws {
        #expect(try BisectingKMeans(clusterCount: 1).fit(Matrix([[1, 2]])).labels.values == [0])
        let all = randomMatrix(rows: 6, columns: 1, seed: 1)
        #expect(try BisectingKMeans(clusterCount: 6).fit(all).labels.sizes == [1, 1, 1, 1, 1, 1])
        #expect(throws: ClusteringError.tooFewRows(rows: 6, clusters: 7)) {
            try BisectingKMeans(clusterCount: 7).fit(all)
        }
        #expect(throws: ClusteringError.self) { try BisectingKMeans(clusterCount: 0).fit(all) }
        #expect(throws: ClusteringError.self) {
            try BisectingKMeans(clusterCount: 2, seeding: .given(all.rows(in: 0..<2))).fit(all)
        }
        #expect(throws: ClusteringError.cancelled) {
            try BisectingKMeans(clusterCount: 2).fit(all, progress: ProgressHandler { _ in false })
        }
        // Stopped within the first split, which asks more than once.
        let calls = Counter()
        #expect(throws: ClusteringError.cancelled) {
            try BisectingKMeans(clusterCount: 2).fit(all, progress: ProgressHandler { _ in calls.next() < 2 })
        }
        let model = try BisectingKMeans(clusterCount: 3).fit(all)
        #expect(throws: ClusteringError.self) { try model.labels(clusterCount: 4) }
        #expect(throws: ClusteringError.dimension(expected: 1, found: 2)) { try model.predict(Matrix([[1, 2]])) }
    }
}

/// Counts calls from any thread.
private final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    /// How many calls there have been before this one.
    func next() -> Int { count.add(1, ordering: .relaxed).oldValue }
}
