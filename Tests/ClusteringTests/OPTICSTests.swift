import Clustering
import Foundation
import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct OPTICSTests {
    struct Reference: Decodable {
        struct Case: Decodable {
            let set: String
            let metric: Metric
            let minimumSamples: Int
            let maximumEps: Double?
            let xi: Double
            let minimumClusterSize: Int?
            let correctsPredecessors: Bool
            let ordering: [Int]
            let reachability: [Double?]
            let coreDistances: [Double?]
            let predecessors: [Int]
            let labels: [Int]
            let valleys: [[Int]]
            let eps: Double
            let labelsAtEps: [Int]

            var parameters: OPTICS {
                OPTICS(
                    minimumSamples: minimumSamples, maximumEps: maximumEps ?? .infinity, xi: xi,
                    minimumClusterSize: minimumClusterSize, correctsPredecessors: correctsPredecessors, metric: metric)
            }
        }
        let cases: [Case]
    }

    @Test("order, reachability, valleys and clusters are scikit-learn's")
    func agreesWithScikitLearn() throws {
        let sets = try ReferenceSets.load()
        for expected in try golden("optics.json", as: Reference.self).cases {
            let model = try expected.parameters.fit(try #require(sets[expected.set]))
            #expect(model.ordering == expected.ordering)
            #expect(model.predecessors.map { $0 ?? -1 } == expected.predecessors)
            for (found, wanted) in [
                (model.reachability, expected.reachability), (model.coreDistances, expected.coreDistances),
            ] {
                #expect(found.map { $0.isFinite } == wanted.map { $0 != nil })
                expectClose(
                    found.filter { $0.isFinite }, wanted.compactMap { $0 }, relativeTolerance: 1e-7,
                    absoluteTolerance: 1e-8)
            }
            #expect(model.valleys.map { [$0.lowerBound, $0.upperBound - 1] } == expected.valleys)
            expectSamePartition(model.labels.values.map { Int($0) }, expected.labels)
            expectSamePartition(try model.labels(eps: expected.eps).values.map { Int($0) }, expected.labelsAtEps)
        }
    }

    /// The definition: the row reached at the least distance comes next.
    func naive(_ data: Matrix, _ parameters: OPTICS) -> ([Int], [Double], [Int?]) {
        let n = data.rows
        let distances = (0..<n).map { i in
            (0..<n).map { j in i == j ? 0 : parameters.metric.distance(data.row(i), data.row(j)) }
        }
        let cores = distances.map { $0.sorted()[parameters.minimumSamples - 1] }
        var reachability = [Double](repeating: .infinity, count: n)
        var predecessors = [Int?](repeating: nil, count: n)
        var ordering: [Int] = []
        var open = Array(0..<n)
        while !open.isEmpty {
            let next = open.min { (reachability[$0], $0) < (reachability[$1], $1) } ?? 0
            ordering.append(next)
            open.removeAll { $0 == next }
            guard cores[next] <= parameters.maximumEps else { continue }
            for other in open where distances[next][other] <= parameters.maximumEps {
                let reached = max(cores[next], distances[next][other])
                if reached < reachability[other] { (reachability[other], predecessors[other]) = (reached, next) }
            }
        }
        return (ordering, reachability, predecessors)
    }

    @Test("the order is that of the definition, with ties, and whatever the number of threads", arguments: [2, 20])
    func definition(dimension: Int) throws {
        let (points, _) = blobs(centers: 5, count: 40, dimension: dimension, spread: 12, seed: 2)
        let grid = Matrix(rows: points.rows, columns: dimension, values: points.elements.map { $0.rounded() })
        for data in [points, grid] {
            for maximum in [Double.infinity, 1.5 * Double(dimension).squareRoot()] {
                let parameters = OPTICS(minimumSamples: 4, maximumEps: maximum)
                let (ordering, reachability, predecessors) = naive(data, parameters)
                for model in try withThreadCounts({ try parameters.fit(data) }) {
                    #expect(model.ordering == ordering)
                    #expect(model.reachability == reachability)
                    #expect(model.predecessors == predecessors)
                }
            }
        }
    }

    @Test("over a tree the order is that of the definition, too, with ties and copies", arguments: [1, 2, 3, 5, 8])
    func tree(dimension: Int) throws {
        let (points, _) = blobs(centers: 5, count: 240, dimension: dimension, spread: 12, seed: 5)
        let scale = Float(dimension < 3 ? 8 : 1)
        let grid = Matrix(
            rows: points.rows, columns: dimension, values: points.elements.map { ($0 * scale).rounded() / scale })
        for data in [points, grid] {
            for maximum in [Double.infinity, 0.9 * Double(dimension).squareRoot()] {
                let parameters = OPTICS(minimumSamples: 5, maximumEps: maximum)
                let (ordering, reachability, predecessors) = naive(data, parameters)
                let model = try parameters.fit(data)
                #expect(model.ordering == ordering)
                #expect(model.reachability == reachability)
                #expect(model.predecessors == predecessors)
            }
        }
    }

    @Test("cut at a level, the clusters are DBSCAN's, but for border rows")
    func levels() throws {
        let (points, _) = blobs(centers: 6, count: 80, dimension: 3, spread: 20, seed: 3)
        let model = try OPTICS(minimumSamples: 6).fit(points)
        for eps in [0.5, 0.9, 1.4] {
            let expected = try DBSCAN(eps: eps, minimumSamples: 6).fit(points)
            let found = try model.labels(eps: eps)
            expectSamePartition(
                expected.coreRows.map { Int(found.values[$0]) },
                expected.coreRows.map { Int(expected.labels.values[$0]) })
        }
    }

    @Test("valleys are at least as large as asked for, and nested or apart")
    func valleys() throws {
        let (points, _) = blobs(centers: 6, count: 80, dimension: 3, spread: 20, seed: 4)
        let model = try OPTICS(minimumSamples: 5, minimumClusterSize: 20).fit(points)
        #expect(model.labels.clusterCount >= 6)
        #expect(model.valleys.allSatisfy { $0.count >= 20 })
        for (index, a) in model.valleys.enumerated() {
            for b in model.valleys[..<index] where a.overlaps(b) {
                #expect(a.clamped(to: b) == a || b.clamped(to: a) == b)
            }
        }
        let coarse = try model.labels(xi: 0.3, minimumClusterSize: 40)
        #expect(coarse.sizes.allSatisfy { $0 >= 40 })
    }

    @Test("parameters pass through plain JSON, with and without a farthest distance")
    func parametersAsJSON() throws {
        for parameters in [
            OPTICS(), OPTICS(minimumSamples: 7, maximumEps: 2.5, minimumClusterSize: 9, metric: .cosine),
        ] {
            let text = try JSONEncoder().encode(parameters)
            #expect(try JSONDecoder().decode(OPTICS.self, from: text) == parameters)
        }
    }

    @Test("rows that coincide and few rows have an answer; what cannot be is refused")
    func edges() throws {
        let same = try OPTICS(minimumSamples: 5).fit(Matrix(rows: 40, columns: 2, repeating: 1))
        #expect(same.ordering == Array(0..<40))
        #expect(same.reachability.dropFirst().allSatisfy { $0 == 0 })
        let many = try OPTICS(minimumSamples: 5).fit(Matrix(rows: 100_000, columns: 2, repeating: 1))
        #expect(many.ordering == Array(0..<100_000))
        #expect(many.predecessors.dropFirst().allSatisfy { $0 == 0 })
        #expect(try OPTICS(minimumSamples: 2).fit(Matrix([[0], [1]])).ordering == [0, 1])
        let data = randomMatrix(rows: 20, columns: 2, seed: 1)
        for wrong in [
            OPTICS(minimumSamples: 1), OPTICS(minimumSamples: 21), OPTICS(maximumEps: 0), OPTICS(maximumEps: .nan),
            OPTICS(xi: 0), OPTICS(xi: 1), OPTICS(minimumClusterSize: 1),
        ] {
            #expect(throws: ClusteringError.self) { try wrong.fit(data) }
        }
        #expect(throws: ClusteringError.self) { try OPTICS(maximumEps: 1).fit(data).labels(eps: 2) }
        for stage in ["nearest neighbours", "reachability"] {
            #expect(throws: ClusteringError.cancelled) {
                try OPTICS().fit(data, progress: ProgressHandler { $0.stage != stage })
            }
        }
    }
}
