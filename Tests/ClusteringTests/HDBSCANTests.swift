import Clustering
import Foundation
import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct HDBSCANTests {
    struct Reference: Decodable {
        struct Result: Decodable {
            let labels: [Int]
            let probabilities: [Float]
            let outlierScores: [Float]?
            let persistence: [Double]?
        }
        struct Case: Decodable {
            let set: String
            let metric: Metric
            let minimumClusterSize: Int
            let minimumSamples: Int
            let method: ClusterSelection.Method
            let epsilon: Double
            let maximumClusterSize: Int?
            let allowsSingleCluster: Bool
            let scikitLearn: Result?
            let package: Result?

            var parameters: HDBSCAN {
                HDBSCAN(
                    minimumClusterSize: minimumClusterSize, minimumSamples: minimumSamples, metric: metric,
                    selection: ClusterSelection(
                        method, epsilon: epsilon, maximumClusterSize: maximumClusterSize,
                        allowsSingleCluster: allowsSingleCluster))
            }
        }
        let cases: [Case]
    }

    @Test("clusters and probabilities are scikit-learn's, outlier scores and persistence the hdbscan package's")
    func agreesWithPeers() throws {
        let sets = try ReferenceSets.load()
        for expected in try golden("hdbscan.json", as: Reference.self).cases {
            let model = try expected.parameters.fit(try #require(sets[expected.set]))
            let bridges = model.condensedTree.bridges
            func others<T>(_ values: [T]) -> [T] { values.indices.filter { !bridges.contains($0) }.map { values[$0] } }
            for result in [expected.scikitLearn, expected.package].compactMap({ $0 }) {
                expectSamePartition(others(model.labels.values.map { Int($0) }), others(result.labels))
                expectClose(
                    others(model.probabilities), others(result.probabilities), relativeTolerance: 1e-4,
                    absoluteTolerance: 1e-5)
                if let scores = result.outlierScores {
                    expectClose(
                        others(model.outlierScores), others(scores), relativeTolerance: 1e-4, absoluteTolerance: 1e-5)
                }
                // Where clusters are joined by epsilon, the package adds up the persistence of their parts.
                if let persistence = result.persistence, expected.epsilon == 0 {
                    expectClose(
                        model.persistence.sorted(), persistence.sorted(),
                        relativeTolerance: bridges.isEmpty ? 1e-4 : 0.25,
                        absoluteTolerance: 1e-5)
                }
            }
        }
    }

    static let shapes: [(Int, Int)] = [(2, 400), (24, 600), (100, 300)]

    func data(_ dimension: Int, _ count: Int) -> Matrix {
        let (points, _) = blobs(centers: 6, count: count / 6, dimension: dimension, spread: 14, seed: 3)
        let noise = randomMatrix(rows: count / 10, columns: dimension, seed: 4)
        return Matrix(
            rows: points.rows + noise.rows, columns: dimension,
            values: Array(points.elements) + noise.elements.map { $0 * 6 })
    }

    @Test("rows that were fitted are predicted as they were fitted", arguments: shapes, [2, 5, 12])
    func predictsTraining(shape: (Int, Int), samples: Int) throws {
        let points = data(shape.0, shape.1)
        for selection in [
            ClusterSelection(), ClusterSelection(.leaf), ClusterSelection(epsilon: 2),
            ClusterSelection(allowsSingleCluster: true),
            ClusterSelection(allowsSingleCluster: true, rootBirth: .firstLoss),
        ] {
            for metric in [Metric.euclidean, .cosine] {
                let model = try HDBSCAN(
                    minimumClusterSize: 8, minimumSamples: samples, metric: metric, selection: selection
                ).fit(points)
                let prediction = try model.prediction(points)
                #expect(prediction.labels == model.labels)
                expectClose(prediction.probabilities, model.probabilities)
            }
        }
    }

    @Test("new rows inside a cluster belong to it, and far ones are noise")
    func predictsNew() throws {
        let (points, truth) = blobs(centers: 4, count: 100, dimension: 5, spread: 60, seed: 5)
        let model = try HDBSCAN(minimumClusterSize: 20).fit(points)
        #expect(model.labels.clusterCount == 4)
        let (others, otherTruth) = blobs(centers: 4, count: 110, dimension: 5, spread: 60, deviation: 0.3, seed: 5)
        let found = try model.predict(others)
        for center in 0..<4 {
            let label = truth.firstIndex(of: center).flatMap { model.labels[truth.distance(from: 0, to: $0)] }
            let hits = otherTruth.indices.count { otherTruth[$0] == center && found[$0] == label }
            #expect(hits > 90)
        }
        #expect(try model.predict(Matrix([[500, 0, 0, 0, 0]]))[0] == nil)
    }

    @Test("the order of rows, their place, their scale and the number of threads change nothing")
    func invariances() throws {
        let points = data(16, 480)
        let algorithm = HDBSCAN(minimumClusterSize: 10, minimumSamples: 4)
        let expected = try algorithm.fit(points).labels.values.map { Int($0) }
        var random = RandomSource(seed: 6)
        let order = random.sample(points.rows, outOf: points.rows)
        let shuffled = try algorithm.fit(points.gatheringRows(order)).labels.values.map { Int($0) }
        expectSamePartition(shuffled, order.map { expected[$0] })
        let moved = Matrix(rows: points.rows, columns: 16, values: points.elements.map { $0 * 4 + 64 })
        expectSamePartition(try algorithm.fit(moved).labels.values.map { Int($0) }, expected)
        let runs = try withThreadCounts { try algorithm.fit(points) }
        #expect(runs.allSatisfy { $0.labels == runs[0].labels && $0.probabilities == runs[0].probabilities })
        #expect(runs.allSatisfy { $0.dendrogram == runs[0].dendrogram })
    }

    @Test("many minimum sizes come from one hierarchy")
    func regrouping() throws {
        let points = data(8, 600)
        let model = try HDBSCAN(minimumClusterSize: 4, minimumSamples: 6).fit(points)
        for size in [2, 5, 17, 60, 1000] {
            let again = try model.regrouped(minimumClusterSize: size)
            let fresh = try HDBSCAN(minimumClusterSize: size, minimumSamples: 6).fit(points)
            #expect(again.labels == fresh.labels)
            #expect(again.labels.sizes.allSatisfy { $0 >= size })
        }
    }

    @Test("no cluster is larger than the largest allowed", arguments: ClusterSelection.Method.allCases, [0, 3.0])
    func maximumSize(method: ClusterSelection.Method, epsilon: Double) throws {
        let points = data(6, 600)
        let model = try HDBSCAN(
            minimumClusterSize: 5, selection: ClusterSelection(method, epsilon: epsilon, maximumClusterSize: 60)
        ).fit(points)
        #expect(model.clusters.allSatisfy { model.condensedTree.clusters[$0].rowCount <= 60 })
    }

    @Test("all rows are told from what is around them as one cluster, or as several", arguments: [3, 12])
    func firstLoss(dimension: Int) throws {
        let parameters = HDBSCAN(
            minimumClusterSize: 15, minimumSamples: 5,
            selection: ClusterSelection(allowsSingleCluster: true, rootBirth: .firstLoss))
        for centers in [1, 2, 5] {
            let (points, truth) = blobs(
                centers: centers, count: 200, dimension: dimension, spread: 60, deviation: 0.5, seed: 11)
            let around = randomMatrix(rows: 60, columns: dimension, seed: 12)
            let rows = Matrix(concatenatingRows: [
                points, Matrix(rows: 60, columns: dimension, values: around.elements.map { $0 * 30 }),
            ])
            let model = try parameters.fit(rows)
            let labels = model.labels
            #expect(labels.clusterCount == centers)
            // Nearly all rows of the clusters belong to them.
            #expect(labels.values.prefix(points.rows).count { $0 >= 0 } > points.rows * 19 / 20)
            // Of the others those that leave first are noise, the rest belong weakly.
            #expect(labels.values.suffix(60).count { $0 < 0 } >= 14)
            #expect(model.probabilities.suffix(60).count { $0 < 0.3 } > 50)
            for members in labels.members {
                let inside = members.filter { $0 < points.rows }
                #expect(Set(inside.map { truth[$0] }).count == 1)
            }
        }
        // Rows that are nothing but one cluster all belong to it, or nearly.
        let (one, _) = blobs(centers: 1, count: 300, dimension: dimension, seed: 13)
        #expect(try parameters.fit(one).labels.sizes.first ?? 0 > 270)
        let same = Matrix(rows: 30, columns: 3, values: [Float](repeating: 2, count: 90))
        #expect(try parameters.fit(same).labels.sizes == [30])
    }

    @Test("a selection that was written before it knew of first losses can be read")
    func oldSelection() throws {
        let text = #"{"method":"leaf","epsilon":0.5,"allowsSingleCluster":true}"#
        let selection = try JSONDecoder().decode(ClusterSelection.self, from: Data(text.utf8))
        #expect(selection == ClusterSelection(.leaf, epsilon: 0.5, allowsSingleCluster: true))
        let other = ClusterSelection(maximumClusterSize: 9, allowsSingleCluster: true, rootBirth: .firstLoss)
        #expect(try JSONDecoder().decode(ClusterSelection.self, from: JSONEncoder().encode(other)) == other)
    }

    @Test("the condensed tree accounts for every row", arguments: [2, 3, 10, 500])
    func condensedTree(size: Int) throws {
        let points = data(3, 400)
        let tree = try HDBSCAN(minimumClusterSize: size, minimumSamples: 3).fit(points).condensedTree
        for (index, cluster) in tree.clusters.enumerated() {
            let own = tree.rowClusters.count { $0 == index }
            let parts = cluster.children.reduce(0) { $0 + tree.clusters[$1].rowCount }
            #expect(own + parts == cluster.rowCount)
            #expect(cluster.children.isEmpty || cluster.children.count > 1)
            #expect(cluster.children.allSatisfy { tree.clusters[$0].parent == index && $0 > index })
            #expect(cluster.death >= cluster.birth)
        }
        for (row, cluster) in tree.rowClusters.enumerated() {
            #expect(tree.rowLambdas[row] >= tree.clusters[cluster].birth)
        }
    }

    @Test("rows that coincide, few rows and a single row have an answer")
    func degenerate() throws {
        let same = Matrix(rows: 30, columns: 3, values: [Float](repeating: 2, count: 90))
        #expect(try HDBSCAN(minimumClusterSize: 5).fit(same).labels.noiseCount == 30)
        let one = try HDBSCAN(minimumClusterSize: 5, selection: ClusterSelection(allowsSingleCluster: true)).fit(same)
        #expect(one.labels.sizes == [30])
        #expect(one.probabilities.allSatisfy { $0 == 1 })
        for count in 1...4 {
            let model = try HDBSCAN(minimumClusterSize: 5).fit(randomMatrix(rows: count, columns: 2, seed: 1))
            #expect(model.labels.noiseCount == count)
            #expect(model.outlierScores.allSatisfy { $0 >= 0 && $0 <= 1 })
        }
        let twice = Matrix((0..<40).map { [Float($0 / 20) * 10, 0] })
        #expect(try HDBSCAN(minimumClusterSize: 5).fit(twice).labels.sizes == [20, 20])
    }

    @Test("parameters outside their range, and data that cannot be compared, are refused")
    func errors() {
        let data = randomMatrix(rows: 20, columns: 2, seed: 1)
        for wrong in [
            HDBSCAN(minimumClusterSize: 1), HDBSCAN(minimumSamples: 0), HDBSCAN(minimumSamples: 21),
            HDBSCAN(selection: ClusterSelection(epsilon: -1)), HDBSCAN(selection: ClusterSelection(epsilon: .nan)),
            HDBSCAN(minimumClusterSize: 5, selection: ClusterSelection(maximumClusterSize: 4)),
        ] {
            #expect(throws: ClusteringError.self) { try wrong.fit(data) }
        }
        #expect(throws: ClusteringError.emptyData(rows: 0, columns: 2)) {
            try HDBSCAN().fit(Matrix(rows: 0, columns: 2))
        }
        #expect(throws: ClusteringError.notFinite(row: 1, column: 0)) {
            try HDBSCAN().fit(Matrix([[1, 2], [.nan, 1], [0, 0]]))
        }
        #expect(throws: ClusteringError.dimension(expected: 2, found: 3)) {
            try HDBSCAN().fit(data).predict(Matrix(rows: 1, columns: 3))
        }
        for stage in ["nearest neighbours", "checking pairs"] {
            #expect(throws: ClusteringError.cancelled) {
                try HDBSCAN().fit(data, progress: ProgressHandler { $0.stage != stage })
            }
        }
    }
}
