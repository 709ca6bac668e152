import Analysis
import Clustering
import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct SilhouetteTests {
    struct Reference: Decodable {
        struct Case: Decodable {
            let set: String
            let metric: Metric
            let labels: [Int]
            let values: [Double]
            let mean: Double
        }
        let sets: [String: [[Float]]]
        let cases: [Case]
    }

    @Test("values and mean are scikit-learn's")
    func agreesWithScikitLearn() throws {
        let reference = try golden("silhouette.json", as: Reference.self)
        for expected in reference.cases {
            let data = Matrix(try #require(reference.sets[expected.set]))
            let found = try #require(
                try Silhouette(data, labels: ClusterLabels(expected.labels), metric: expected.metric))
            for (mine, theirs) in zip(found.values, expected.values) {
                expectClose(try #require(mine), theirs, relativeTolerance: 1e-4, absoluteTolerance: 1e-5)
            }
            expectClose(found.mean, expected.mean, relativeTolerance: 1e-5)
            #expect(found.values.allSatisfy { (-1...1).contains($0 ?? 0) })
            #expect(found.values[3] == 0, "a row alone in its cluster")
        }
    }

    /// The definition, pair by pair.
    func naive(_ data: Matrix, _ labels: [Int], _ metric: Metric) -> [Double] {
        (0..<data.rows).map { row in
            var sums: [Int: (Double, Int)] = [:]
            for other in 0..<data.rows where other != row {
                let (sum, count) = sums[labels[other]] ?? (0, 0)
                sums[labels[other]] = (sum + metric.distance(data.row(row), data.row(other)), count + 1)
            }
            guard let own = sums[labels[row]] else { return 0 }
            let a = own.0 / Double(own.1)
            let b = sums.filter { $0.key != labels[row] }.map { $0.value.0 / Double($0.value.1) }.min() ?? 0
            return max(a, b) > 0 ? (b - a) / max(a, b) : 0
        }
    }

    @Test(
        "agrees with the definition over several tiles, near and far from the origin", arguments: [0, 3000] as [Float])
    func agreesWithDefinition(offset: Float) throws {
        let (points, _) = blobs(centers: 5, count: 80, dimension: 9, spread: 8, seed: 1)
        var data = points
        data.withUnsafeMutableBufferPointer { for index in $0.indices { $0[index] += offset } }
        let labels = (0..<400).map { ($0 * $0 + $0 / 7) % 6 }
        let metrics: [Metric] = [
            .euclidean, .cosine, .squaredEuclidean, .manhattan, .chebyshev, .minkowski(3), .hamming,
            .mahalanobis(try MahalanobisForm(of: data)),
        ]
        for metric in metrics where metric != .cosine || offset == 0 {
            let found = try #require(try Silhouette(data, labels: ClusterLabels(labels), metric: metric))
            for (mine, expected) in zip(found.values, naive(data, labels, metric)) {
                expectClose(try #require(mine), expected, relativeTolerance: 1e-3, absoluteTolerance: 2e-5)
            }
        }
    }

    @Test("precomputed distances give what their metric gives, noise or not, and a sample of them too")
    func precomputed() throws {
        let data = randomMatrix(rows: 300, columns: 5, seed: 2)
        let labels = ClusterLabels((0..<300).map { $0 * 7 % 5 - 1 })
        let table = Matrix(
            rows: 300, columns: 300,
            values: (0..<90_000).map { Float(Metric.manhattan.distance(data.row($0 / 300), data.row($0 % 300))) })
        let expected = try #require(try Silhouette(data, labels: labels, metric: .manhattan))
        let found = try #require(try Silhouette(table, labels: labels, metric: .precomputed))
        expectClose(found.values.map { $0 ?? 2 }, expected.values.map { $0 ?? 2 }, relativeTolerance: 1e-4)
        let sampled = try #require(
            try Silhouette.estimate(table, labels: labels, sampleSize: 300, metric: .precomputed))
        expectClose(sampled.mean, expected.mean, relativeTolerance: 1e-4)
        #expect(throws: AnalysisError.self) { try Silhouette(data, labels: labels, metric: .precomputed) }
    }

    @Test("noise is left out, or is a group of its own when asked for")
    func noise() throws {
        let data = randomMatrix(rows: 60, columns: 4, seed: 2)
        let labels = ClusterLabels((0..<60).map { $0 % 4 - 1 })
        let kept = (0..<60).filter { $0 % 4 != 0 }
        let without = try #require(try Silhouette(data, labels: labels))
        let alone = try #require(
            try Silhouette(data.gatheringRows(kept), labels: ClusterLabels(kept.map { $0 % 4 - 1 })))
        #expect(without.values[0] == nil)
        #expect(without.mean == alone.mean)
        let with = try #require(try Silhouette(data, labels: labels, noise: .ownGroup))
        #expect(with.values.allSatisfy { $0 != nil })
    }

    @Test("the number of threads changes nothing")
    func determinism() throws {
        let (points, truth) = blobs(centers: 3, count: 200, dimension: 12, seed: 3)
        let threads = Parallelism.threadCount
        defer { Parallelism.threadCount = threads }
        let first = try #require(try Silhouette(points, labels: ClusterLabels(truth)))
        for threads in [1, 2, 5] {
            Parallelism.threadCount = threads
            #expect(try Silhouette(points, labels: ClusterLabels(truth))?.values == first.values)
        }
    }

    @Test("one cluster, single rows and identical rows have a defined answer")
    func degenerate() throws {
        let data = randomMatrix(rows: 6, columns: 2, seed: 4)
        #expect(try Silhouette(data, labels: ClusterLabels([0, 0, 0, 0, 0, 0])) == nil)
        #expect(try Silhouette(data, labels: ClusterLabels([0, 1, 2, 3, 4, 5])) == nil)
        #expect(try Silhouette(data, labels: ClusterLabels([-1, -1, -1, -1, -1, -1])) == nil)
        let same = Matrix(rows: 6, columns: 2, repeating: 1)
        #expect(try Silhouette(same, labels: ClusterLabels([0, 0, 0, 1, 1, 1]))?.mean == 0)
        #expect(throws: AnalysisError.self) { try Silhouette(data, labels: ClusterLabels([0, 1])) }
    }

    @Test("a sample's interval holds the exact mean about as often as it promises")
    func estimate() throws {
        let (points, truth) = blobs(centers: 4, count: 250, dimension: 3, spread: 12, deviation: 2, seed: 5)
        let labels = ClusterLabels(truth)
        let exact = try #require(try Silhouette(points, labels: labels)).mean
        var held = 0
        for seed in 0..<100 {
            let estimate = try #require(
                try Silhouette.estimate(points, labels: labels, sampleSize: 120, confidence: 0.9, seed: UInt64(seed)))
            #expect(estimate.margin > 0 && estimate.sampleSize == 120)
            if abs(estimate.mean - exact) <= estimate.margin { held += 1 }
        }
        #expect((80...98).contains(held))
        let all = try #require(try Silhouette.estimate(points, labels: labels, sampleSize: 5000))
        expectClose(all.mean, exact, relativeTolerance: 1e-9)
        #expect(all.margin == 0)
        #expect(throws: AnalysisError.self) { try Silhouette.estimate(points, labels: labels, sampleSize: 1) }
    }
}
