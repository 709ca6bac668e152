import Analysis
import Clustering
import Tensor
import Testing
import _TestSupport

@Suite struct ClusterScoreTests {
    struct Golden: Decodable, Sendable {
        struct Case: Decodable, Sendable {
            let name: String
            let points: [[Float]]
            let labels: [Int]
            let daviesBouldin: Double
            let calinskiHarabasz: Double
            let daviesBouldinWithNoise: Double
            let calinskiHarabaszWithNoise: Double
        }
        let cases: [Case]
    }

    @Test func scoresEqualScikitLearns() throws {
        for example in try golden("scores.json", as: Golden.self).cases {
            let points = Matrix(example.points)
            let labels = ClusterLabels(example.labels)
            let plain = try ClusterGeometry(points, labels: labels)
            let daviesBouldin = try #require(plain.daviesBouldin)
            let calinskiHarabasz = try #require(plain.calinskiHarabasz)
            expectClose(daviesBouldin, example.daviesBouldin, relativeTolerance: 1e-9)
            expectClose(calinskiHarabasz, example.calinskiHarabasz, relativeTolerance: 1e-9)
            #expect(daviesBouldin >= 0 && calinskiHarabasz >= 0)
            let withNoise = try ClusterGeometry(points, labels: labels, noise: .ownGroup)
            expectClose(try #require(withNoise.daviesBouldin), example.daviesBouldinWithNoise, relativeTolerance: 1e-9)
            expectClose(
                try #require(withNoise.calinskiHarabasz), example.calinskiHarabaszWithNoise, relativeTolerance: 1e-9)
            #expect(try DaviesBouldin.score(points, labels: labels) == daviesBouldin)
            #expect(try CalinskiHarabasz.score(points, labels: labels) == calinskiHarabasz)
        }
    }

    /// The definition, in ten lines.
    private func naiveDaviesBouldin(_ points: [[Double]], _ groups: [[Int]]) -> Double {
        func distance(_ a: [Double], _ b: [Double]) -> Double {
            zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        }
        let centers = groups.map { group in
            points[0].indices.map { j in group.reduce(0) { $0 + points[$1][j] } / Double(group.count) }
        }
        let spread = zip(groups, centers).map { group, center in
            group.reduce(0) { $0 + distance(points[$1], center) } / Double(group.count)
        }
        let worst = groups.indices.map { i in
            groups.indices.filter { $0 != i }.map { (spread[i] + spread[$0]) / distance(centers[i], centers[$0]) }.max()
                ?? 0
        }
        return worst.reduce(0, +) / Double(groups.count)
    }

    @Test(arguments: [1, 2, 3, 7, 33, 130]) func anyDimensionAgreesWithTheDefinition(dimension: Int) throws {
        let (points, truth) = blobs(centers: 3, count: 15, dimension: dimension, seed: UInt64(dimension))
        let rows = (0..<points.rows).map { points.row($0).map(Double.init) }
        let labels = ClusterLabels(truth)
        let score = try #require(try DaviesBouldin.score(points, labels: labels))
        expectClose(score, naiveDaviesBouldin(rows, labels.members), relativeTolerance: 1e-10)
    }

    @Test func scoresDoNotDependOnTheNumberOfThreads() throws {
        let (points, truth) = blobs(centers: 3, count: 2000, dimension: 9, seed: 5)
        let answers = try withThreadCounts {
            let geometry = try ClusterGeometry(points, labels: ClusterLabels(truth))
            return [geometry.daviesBouldin, geometry.calinskiHarabasz]
        }
        #expect(answers[1] == answers[0] && answers[2] == answers[0])
    }

    @Test func theOrderOfRowsAndTheNamesOfClustersDoNotMatter() throws {
        let (points, truth) = blobs(centers: 4, count: 40, dimension: 6, seed: 9)
        var random = RandomSource(seed: 1)
        let order = random.permutation(of: points.rows)
        let shuffled = points.gatheringRows(order)
        let renamed = ClusterLabels(order.map { (truth[$0] + 1) % 4 })
        let before = try ClusterGeometry(points, labels: ClusterLabels(truth))
        let after = try ClusterGeometry(shuffled, labels: renamed)
        expectClose(try #require(after.daviesBouldin), try #require(before.daviesBouldin), relativeTolerance: 1e-12)
        expectClose(
            try #require(after.calinskiHarabasz), try #require(before.calinskiHarabasz), relativeTolerance: 1e-12)
    }

    @Test func labelsWithoutRowsDoNotCount() throws {
        let (points, truth) = blobs(centers: 3, count: 20, dimension: 4, seed: 3)
        let spread = ClusterLabels(truth.map { $0 * 5 })
        #expect(
            try DaviesBouldin.score(points, labels: spread)
                == DaviesBouldin.score(points, labels: ClusterLabels(truth)))
        let geometry = try ClusterGeometry(points, labels: spread)
        #expect(geometry.sizes[1] == 0 && geometry.meanDistances[1] == 0)
        #expect(geometry.centroids.row(1).allSatisfy { $0 == 0 })
    }

    @Test func withoutTwoClustersThereIsNoScore() throws {
        let points = Matrix([[0, 1], [2, 3], [4, 5]])
        for labels in [[0, 0, 0], [0, 1, 2], [-1, -1, -1], [0, -1, 1]] {
            #expect(try DaviesBouldin.score(points, labels: ClusterLabels(labels)) == nil)
            #expect(try CalinskiHarabasz.score(points, labels: ClusterLabels(labels)) == nil)
        }
        let one = Matrix([[1, 2]])
        #expect(try DaviesBouldin.score(one, labels: ClusterLabels([0])) == nil)
        #expect(try CalinskiHarabasz.score(Matrix(rows: 0, columns: 2), labels: ClusterLabels([Int]())) == nil)
    }

    @Test func identicalRowsHaveTheScoresOfScikitLearn() throws {
        let points = Matrix(rows: 6, columns: 3, repeating: 0.1)
        let labels = ClusterLabels([0, 0, 0, 1, 1, 1])
        #expect(try DaviesBouldin.score(points, labels: labels) == 0)
        #expect(try CalinskiHarabasz.score(points, labels: labels) == 1)
    }

    @Test func badDataIsRefused() throws {
        var points = Matrix(rows: 4, columns: 2, repeating: 1)
        points[2, 1] = .nan
        let labels = ClusterLabels([0, 0, 1, 1])
        #expect(throws: AnalysisError.notFinite(row: 2, column: 1)) { try DaviesBouldin.score(points, labels: labels) }
        #expect(throws: AnalysisError.rowCount(of: "labels", found: 3, expected: 4)) {
            try CalinskiHarabasz.score(points, labels: ClusterLabels([0, 0, 1]))
        }
        // Noise is not looked at.
        #expect(try DaviesBouldin.score(points, labels: ClusterLabels([0, 0, -1, 1])) != nil)
    }
}
