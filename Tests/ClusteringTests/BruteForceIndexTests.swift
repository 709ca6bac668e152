import Clustering
import Tensor
import Testing
import _TestSupport

@Suite struct BruteForceIndexTests {
    struct Reference: Decodable {
        struct Case: Decodable {
            let set: String
            let metric: Metric
            let k: Int
            let rows: [Int]
            let indices: [[Int]]
            let distances: [[Float]]
        }
        let cases: [Case]
    }

    @Test("neighbours and distances are scikit-learn's")
    func agreesWithScikitLearn() throws {
        let sets = try ReferenceSets.load()
        for reference in try golden("neighbors.json", as: Reference.self).cases {
            let data = try #require(sets[reference.set]).gatheringRows(reference.rows)
            let queries = data.rows(in: 0..<reference.indices.count)
            let found = try BruteForceIndex(data, metric: reference.metric).nearest(reference.k + 1, to: queries)
            for row in reference.indices.indices {
                // Every row is its own nearest neighbour here; scikit-learn was asked without it.
                #expect(found.indices[row].first == row)
                #expect(Array(found.indices[row].dropFirst()) == reference.indices[row])
                expectClose(
                    found.distances[row].dropFirst(), reference.distances[row], relativeTolerance: 1e-5,
                    absoluteTolerance: 1e-6)
            }
        }
    }

    @Test(
        "agrees with a plain search over several tiles, ties to the lower index",
        arguments: [Metric.euclidean, .cosine])
    func agreesWithPlainSearch(metric: Metric) throws {
        var random = RandomSource(seed: 1)
        // Few different values, so that there are many ties and duplicates.
        let values = (0..<600 * 3).map { _ in Float(random.integer(below: 4) + 1) }
        let data = Matrix(rows: 600, columns: 3, values: values)
        let found = try BruteForceIndex(data, metric: metric).nearest(5, to: data)
        for row in stride(from: 0, to: 600, by: 37) {
            let distances = (0..<600).map { metric.distance(data.row(row), data.row($0)) }
            let expected = distances.sorted().prefix(5)
            expectClose(found.distances[row], expected.map { Float($0) }, absoluteTolerance: 1e-4)
            #expect(found.indices[row].count == Set(found.indices[row]).count)
        }
    }

    @Test("fewer rows than asked for are all returned; bad parameters are refused")
    func edges() throws {
        let index = try BruteForceIndex(Matrix([[0, 0], [1, 1]]))
        #expect(try index.nearest(9, to: Matrix([[2, 2]])).indices == [[1, 0]])
        #expect(try index.nearest(1, to: Matrix(rows: 0, columns: 2)).indices.isEmpty)
        #expect(throws: ClusteringError.self) { try index.nearest(0, to: Matrix([[2, 2]])) }
        #expect(throws: ClusteringError.dimension(expected: 2, found: 1)) { try index.nearest(1, to: Matrix([[2]])) }
        #expect(throws: ClusteringError.self) { try BruteForceIndex(Matrix(rows: 0, columns: 2)) }
    }
}
