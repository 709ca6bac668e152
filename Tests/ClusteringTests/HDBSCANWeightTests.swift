import Clustering
import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct HDBSCANWeightTests {
    func data(_ dimension: Int, _ count: Int, seed: UInt64 = 3) -> Matrix {
        let (points, _) = blobs(centers: 5, count: count / 5, dimension: dimension, spread: 12, seed: seed)
        let noise = randomMatrix(rows: count / 10, columns: dimension, seed: seed + 1)
        return Matrix(concatenatingRows: [
            points, Matrix(rows: noise.rows, columns: dimension, values: noise.elements.map { $0 * 5 }),
        ])
    }

    /// Rows repeated as often as their weight says, and the row that each comes from.
    func copies(_ data: Matrix, _ weights: [Double]) -> (data: Matrix, rows: [Int]) {
        let rows = weights.indices.flatMap { [Int](repeating: $0, count: Int(weights[$0])) }
        return (data.gatheringRows(rows), rows)
    }

    /// Weights 0 … 4, and some of nine, which are clusters by themselves.
    func weights(_ count: Int, from least: Int, seed: UInt64) -> [Double] {
        var random = RandomSource(seed: seed)
        return (0..<count).map { _ in
            Double(random.uniform(in: 0..<1) < 0.04 ? 9 : least + Int(random.uniform(in: 0..<1) * Double(5 - least)))
        }
    }

    static let selections = [
        ClusterSelection(), ClusterSelection(.leaf), ClusterSelection(epsilon: 1.2),
        ClusterSelection(maximumClusterSize: 60), ClusterSelection(allowsSingleCluster: true),
        ClusterSelection(allowsSingleCluster: true, rootBirth: .firstLoss),
    ]

    @Test(
        "a weight is as good as copies",
        arguments: [(1, 150), (2, 250), (6, 1010), (20, 300)], [(8, 1), (8, 5), (6, 12), (2, 3)])
    func weightsAreCopies(shape: (Int, Int), sizes: (Int, Int)) throws {
        for (number, metric) in [Metric.euclidean, .cosine].enumerated() where shape.0 > 1 || metric == .euclidean {
            for least in [0, 1] {
                let points = data(shape.0, shape.1)
                let weights = weights(points.rows, from: least, seed: UInt64(number + least))
                let (repeated, rows) = copies(points, weights)
                let parameters = HDBSCAN(minimumClusterSize: sizes.0, minimumSamples: sizes.1, metric: metric)
                let weighted = try parameters.fit(points, weights: weights)
                let copied = try parameters.fit(repeated)
                for selection in Self.selections {
                    let mine = try weighted.regrouped(minimumClusterSize: sizes.0, selection: selection)
                    let theirs = try copied.regrouped(minimumClusterSize: sizes.0, selection: selection)
                    expectSamePartition(
                        rows.map { mine.labels.values[$0] }.map { Int($0) }, theirs.labels.values.map { Int($0) })
                    expectClose(rows.map { mine.probabilities[$0] }, theirs.probabilities)
                    let scores = mine.outlierScores
                    expectClose(rows.map { scores[$0] }, theirs.outlierScores)
                    expectClose(rows.map { mine.coreDistances[$0] }, theirs.coreDistances)
                    expectClose(mine.persistence.sorted(), theirs.persistence.sorted(), relativeTolerance: 1e-9)
                    #expect(
                        mine.clusters.map { mine.condensedTree.clusters[$0].weight }
                            == theirs.clusters.map { Double(theirs.condensedTree.clusters[$0].rowCount) })
                }
                // New rows go the same way, too.
                let new = data(shape.0, 60, seed: 9)
                expectClose(try weighted.prediction(new).probabilities, try copied.prediction(new).probabilities)
            }
        }
    }

    @Test("weights of one change nothing, and equal weights are copies")
    func equalWeights() throws {
        let points = data(12, 200)
        let parameters = HDBSCAN(minimumClusterSize: 6, minimumSamples: 4)
        let plain = try parameters.fit(points)
        let ones = try parameters.fit(points, weights: [Double](repeating: 1, count: points.rows))
        #expect(ones.labels == plain.labels && ones.probabilities == plain.probabilities)
        let doubled = try HDBSCAN(minimumClusterSize: 12, minimumSamples: 8)
            .fit(points, weights: [Double](repeating: 2, count: points.rows))
        #expect(doubled.labels == plain.labels && doubled.probabilities == plain.probabilities)
        #expect(doubled.persistence == plain.persistence)
    }

    @Test("halves are half of a row, also where lists of neighbours must grow", arguments: [(2, 1100), (16, 200)])
    func fractions(shape: (Int, Int)) throws {
        let points = data(shape.0, shape.1)
        let parameters = HDBSCAN(minimumClusterSize: 8, minimumSamples: 4)
        let plain = try parameters.fit(points)
        // Each row as many small parts, so that many neighbours must be looked through.
        let parts = points.rows < 500 ? 32 : 8
        let rows = (0..<points.rows).flatMap { [Int](repeating: $0, count: parts) }
        let split = try parameters.fit(
            points.gatheringRows(rows), weights: [Double](repeating: 1 / Double(parts), count: rows.count))
        #expect(split.labels.values == rows.map { plain.labels.values[$0] })
        expectClose(split.probabilities, rows.map { plain.probabilities[$0] })
        expectClose(split.coreDistances, rows.map { plain.coreDistances[$0] })
        // Weights between whole numbers give core distances between theirs.
        let more = try parameters.fit(points, weights: [Double](repeating: 1.3, count: points.rows))
        #expect(zip(more.coreDistances, plain.coreDistances).allSatisfy { $0 <= $1 })
    }

    @Test("rows of weight 0 change nothing, and are labelled as new rows would be", arguments: [2, 14])
    func weightless(dimension: Int) throws {
        let points = data(dimension, 300)
        let others = data(dimension, 100, seed: 8)
        let all = Matrix(concatenatingRows: [others, points])
        let weights = [Double](repeating: 0, count: others.rows) + [Double](repeating: 1, count: points.rows)
        for selection in Self.selections {
            let parameters = HDBSCAN(minimumClusterSize: 7, minimumSamples: 4, selection: selection)
            let plain = try parameters.fit(points)
            let model = try parameters.fit(all, weights: weights)
            #expect(Array(model.probabilities.suffix(points.rows)) == plain.probabilities)
            expectSamePartition(
                model.labels.values.suffix(points.rows).map { Int($0) }, plain.labels.values.map { Int($0) })
            let prediction = try model.prediction(all)
            #expect(prediction.labels == model.labels)
            expectClose(prediction.probabilities, model.probabilities)
            #expect(try model.memberships(of: all) == model.memberships())
        }
    }

    @Test("rows that were fitted with weights are predicted as they were fitted")
    func predictsTraining() throws {
        for shape in [(2, 400), (2, 1300), (24, 300)] {
            let points = data(shape.0, shape.1)
            let weights = weights(points.rows, from: 0, seed: 5).map { $0 * 0.7 }
            for selection in Self.selections {
                let model = try HDBSCAN(minimumClusterSize: 8, minimumSamples: 3, selection: selection)
                    .fit(points, weights: weights)
                let prediction = try model.prediction(points)
                #expect(prediction.labels == model.labels)
                expectClose(prediction.probabilities, model.probabilities)
                #expect(try model.memberships(of: points) == model.memberships())
            }
        }
    }

    @Test("the order of rows and the number of threads change nothing")
    func invariances() throws {
        let points = data(10, 300)
        let weights = weights(points.rows, from: 0, seed: 6)
        let parameters = HDBSCAN(minimumClusterSize: 8, minimumSamples: 3)
        let runs = try withThreadCounts { try parameters.fit(points, weights: weights) }
        #expect(runs.allSatisfy { $0.labels == runs[0].labels && $0.probabilities == runs[0].probabilities })
        var random = RandomSource(seed: 6)
        let order = random.permutation(of: points.rows)
        let shuffled = try parameters.fit(points.gatheringRows(order), weights: order.map { weights[$0] })
        expectSamePartition(
            shuffled.labels.values.map { Int($0) }, order.map { Int(runs[0].labels.values[$0]) })
    }

    @Test("heavy rows alone, few rows and weightless ones have an answer")
    func degenerate() throws {
        // Two rows that are clusters by themselves, and one that belongs to neither.
        let three = Matrix([[0, 0], [10, 0], [5, 0]])
        let model = try HDBSCAN(minimumClusterSize: 5, minimumSamples: 3).fit(three, weights: [8, 9, 1])
        #expect(model.labels.values == [1, 0, -1])
        #expect(model.probabilities == [1, 1, 0])
        #expect(model.persistence == [1, 1])
        #expect(try model.memberships().elements.allSatisfy { $0.isFinite })
        let one = HDBSCAN(minimumClusterSize: 5, selection: ClusterSelection(allowsSingleCluster: true))
        #expect(try one.fit(Matrix([[1, 2]]), weights: [7]).labels.sizes == [1])
        #expect(try one.fit(Matrix([[1, 2]]), weights: [1]).labels.count == 1)
        #expect(try one.fit(three, weights: [0, 6, 0]).labels.count == 3)
    }

    @Test("weights that are no weights are refused")
    func errors() {
        let data = randomMatrix(rows: 20, columns: 2, seed: 1)
        let ones = [Double](repeating: 1, count: 20)
        let most = Array(ones.dropLast())
        let wrongs: [[Double]] = [
            most, most + [-1], most + [.nan], most + [.infinity], [Double](repeating: 0, count: 20),
            [Double](repeating: 0.04, count: 20),
        ]
        for wrong in wrongs {
            #expect(throws: ClusteringError.self) { try HDBSCAN().fit(data, weights: wrong) }
        }
        #expect(
            throws: ClusteringError.parameter(
                name: "minimumSamples", value: "11", valid: "at most 10.0, the sum of the weights")
        ) {
            try HDBSCAN(minimumSamples: 11).fit(data, weights: ones.map { $0 / 2 })
        }
    }
}
