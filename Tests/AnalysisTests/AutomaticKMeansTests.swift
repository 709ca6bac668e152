import Analysis
import Clustering
import Tensor
import Testing
import _TestSupport

@Suite struct AutomaticKMeansTests {
    @Test("clear groups give their number", arguments: [3, 6])
    func clearGroups(count: Int) throws {
        let (points, truth) = blobs(centers: count, count: 60, dimension: 6, spread: 60, seed: UInt64(count))
        let model = try AutomaticKMeans(maximumClusterCount: 15, seed: 1).fit(points)
        #expect(model.isFound)
        expectSamePartition(model.labels.values.map { Int($0) }, truth)
        #expect(try model.predict(points) == model.labels)
    }

    @Test("uniform noise has no number of its own: √(n / 2) are taken, and the model says so")
    func noise() throws {
        let model = try AutomaticKMeans(seed: 1).fit(uniformNoise(count: 200, dimension: 8, seed: 2))
        #expect(!model.isFound)
        #expect(model.labels.clusterCount == 10)
    }

    @Test("one row and identical rows are one cluster; bad parameters are refused")
    func edges() throws {
        #expect(try AutomaticKMeans().fit(Matrix([[1, 2]])).labels.values == [0])
        #expect(try AutomaticKMeans().fit(Matrix(rows: 9, columns: 2, repeating: 1)).labels.noiseCount == 0)
        #expect(throws: ClusteringError.self) { try AutomaticKMeans(maximumClusterCount: 1).fit(Matrix([[1, 2]])) }
        #expect(throws: ClusteringError.emptyData(rows: 0, columns: 2)) {
            try AutomaticKMeans().fit(Matrix(rows: 0, columns: 2))
        }
    }
}
