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

    @Test("the estimate covers the scores of the trials, not the fits alone", arguments: [Metric.euclidean, .cosine])
    func estimate(metric: Metric) {
        let (rows, columns) = (10_000, 64)
        let estimate = AutomaticKMeans(maximumClusterCount: 12, metric: metric).memoryEstimate(
            rows: rows, columns: columns)
        let fit = KMeans(clusterCount: 12, metric: metric, restarts: 3).memoryEstimate(rows: rows, columns: columns)
        // Rows in the order of their clusters, and two copies of them; with the cosine also rows of length 1.
        #expect(estimate.bytes > fit.bytes && estimate.bytes >= 3 * rows * columns * 4)
        #expect(
            estimate
                == KMeansSweep(through: 12, base: KMeans(clusterCount: 1, metric: metric)).memoryEstimate(
                    rows: rows, columns: columns))
    }

    @Test("one row and identical rows are one cluster; bad parameters are refused")
    func edges() throws {
        #expect(try AutomaticKMeans().fit(Matrix([[1, 2]])).labels.values == [0])
        #expect(try AutomaticKMeans().fit(Matrix(rows: 9, columns: 2, repeating: 1)).labels.noiseCount == 0)
        #expect(throws: ClusteringError.self) { try AutomaticKMeans(maximumClusterCount: 1).fit(Matrix([[1, 2]])) }
        // Before any work is done.
        let choice = ClusterCountChoice(minimumSilhouette: 2)
        #expect(throws: ClusteringError.parameter(name: "minimumSilhouette", value: "2.0", valid: "in -1 ... 1")) {
            try AutomaticKMeans(choice: choice).validate()
        }
        #expect(throws: ClusteringError.emptyData(rows: 0, columns: 2)) {
            try AutomaticKMeans().fit(Matrix(rows: 0, columns: 2))
        }
    }
}
