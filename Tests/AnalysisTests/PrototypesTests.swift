import Analysis
import Clustering
import Tensor
import Testing
import _TestSupport

@Suite struct PrototypesTests {
    /// All distances from every row to every centroid, in double precision.
    private func naive(_ data: Matrix, _ labels: ClusterLabels, cosine: Bool) -> [[Double]] {
        var rows = (0..<data.rows).map { data.row($0).map(Double.init) }
        func length(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        if cosine { rows = rows.map { row in row.map { $0 / max(length(row), 1e-300) } } }
        let centers = labels.members.map { group in
            (0..<data.columns).map { j in group.reduce(0) { $0 + rows[$1][j] } / Double(max(1, group.count)) }
        }
        return rows.map { row in
            centers.map { center in
                cosine
                    ? 1 - zip(row, center).reduce(0) { $0 + $1.0 * $1.1 } / length(center)
                    : length(zip(row, center).map { $0 - $1 })
            }
        }
    }

    @Test(arguments: [Metric.euclidean, .cosine], [0, 300] as [Float])
    func prototypesAreThoseOfTheDefinition(metric: Metric, offset: Float) throws {
        let (points, _) = blobs(centers: 6, count: 150, dimension: 10, spread: 6, seed: 8)
        let data = Matrix(rows: points.rows, columns: 10, values: points.elements.map { $0 + offset })
        var random = RandomSource(seed: 3)
        let labels = ClusterLabels(
            (0..<data.rows).map { random.uniform() < 0.1 ? -1 : ($0 + random.integer(below: 2)) % 6 })
        let distances = naive(data, labels, cosine: metric == .cosine)
        let found = try Prototypes(medoidCount: 4, boundaryCount: 6, metric: metric).find(labels, data: data)
        #expect(found.map(\.label) == Array(0..<6))
        for cluster in found {
            let members = labels.members[cluster.label]
            let nearest = members.sorted { distances[$0][cluster.label] < distances[$1][cluster.label] }.prefix(4)
            #expect(cluster.medoids.map(\.row) == Array(nearest))
            let margins = members.map { row -> (row: Int, margin: Double, other: Int) in
                let others = (0..<6).filter { $0 != cluster.label }
                let other = others.min { distances[row][$0] < distances[row][$1] } ?? 0
                return (row, distances[row][other] - distances[row][cluster.label], other)
            }.sorted { $0.margin < $1.margin }.prefix(6)
            #expect(cluster.boundary.map(\.row) == margins.map(\.row))
            #expect(cluster.boundary.map(\.otherLabel) == margins.map(\.other))
            for (actual, expected) in zip(cluster.boundary, margins) {
                expectClose(actual.margin, expected.margin, relativeTolerance: 1e-7, absoluteTolerance: 1e-9)
            }
        }
    }

    @Test func resultsDoNotDependOnTheNumberOfThreads() throws {
        let (data, truth) = blobs(centers: 5, count: 400, dimension: 12, seed: 2)
        let answers = try withThreadCounts { try Prototypes().find(ClusterLabels(truth), data: data) }
        #expect(answers[1] == answers[0] && answers[2] == answers[0])
    }

    @Test func onePictureIsNotShownTwice() throws {
        let data = Matrix([[0, 0], [0, 0], [0, 0], [1, 0], [-1, 0], [0.001, 0], [9, 9]])
        let labels = ClusterLabels([0, 0, 0, 0, 0, 0, 1])
        let distinct = try Prototypes(medoidCount: 3).find(labels, data: data)[0].medoids.map(\.row)
        #expect(distinct == [0, 5, 3])
        let apart = try Prototypes(medoidCount: 3, duplicateDistance: 0.01).find(labels, data: data)[0].medoids.map(
            \.row)
        #expect(apart == [0, 3, 4])
        let all = try Prototypes(medoidCount: 3, duplicateDistance: nil).find(labels, data: data)[0].medoids.map(\.row)
        #expect(all == [0, 1, 2])
    }

    @Test func fewerRowsThanAskedForAreAllThereAre() throws {
        let same = Matrix(rows: 5, columns: 3, repeating: 2)
        let found = try Prototypes(medoidCount: 9).find(ClusterLabels([0, 0, 0, 1, 1]), data: same)
        #expect(found.map { $0.medoids.map(\.row) } == [[0], [3]])
        #expect(found[0].boundary.map(\.otherLabel) == [1] && found[0].boundary[0].margin == 0)
    }

    @Test func singleClustersEmptyClustersAndNoiseAreWellDefined() throws {
        let data = Matrix([[0], [1], [2]])
        let single = try Prototypes().find(ClusterLabels([0, 0, 0]), data: data)
        #expect(single[0].medoids.map(\.row) == [1, 0, 2] && single[0].boundary.isEmpty)
        #expect(try Prototypes().find(ClusterLabels([-1, -1, -1]), data: data).isEmpty)
        let gap = try Prototypes().find(ClusterLabels([0, 2, -1]), data: data)
        #expect(gap.map(\.medoids.count) == [1, 0, 1])
        #expect(gap[0].boundary.map(\.otherLabel) == [2])
        let zero = Matrix([[0, 0], [1, 1], [0, 2]])
        let cosine = try Prototypes(metric: .cosine).find(ClusterLabels([0, 0, 1]), data: zero)
        #expect(cosine[0].medoids.map(\.row) == [1, 0])
        #expect(cosine[0].medoids[1].distance == 1)
    }

    @Test func badInputIsRefused() {
        var data = Matrix(rows: 3, columns: 2, repeating: 1)
        let labels = ClusterLabels([0, 0, 1])
        for prototypes in [
            Prototypes(medoidCount: -1), Prototypes(boundaryCount: -1), Prototypes(duplicateDistance: -1),
            Prototypes(duplicateDistance: .nan),
        ] {
            #expect(throws: AnalysisError.self) { try prototypes.find(labels, data: data) }
        }
        data[1, 0] = .infinity
        #expect(throws: AnalysisError.notFinite(row: 1, column: 0)) { try Prototypes().find(labels, data: data) }
    }
}
