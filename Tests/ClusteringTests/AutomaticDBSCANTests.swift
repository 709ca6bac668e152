import Clustering
import Tensor
import Testing
import _TestSupport

@Suite struct AutomaticDBSCANTests {
    @Test("eps is the knee of the k-distance curve, and the labels are DBSCAN's with it")
    func usesKnee() throws {
        var (points, _) = blobs(centers: 4, count: 100, dimension: 2, spread: 40, deviation: 0.3, seed: 5)
        var random = RandomSource(seed: 2)
        for row in 0..<40 { for column in 0..<2 { points[row * 10, column] = Float(random.uniform(in: -30..<30)) } }
        let model = try AutomaticDBSCAN(minimumSamples: 5).fit(points)
        #expect(model.eps == model.curve.suggestedEps)
        let given = try DBSCAN(eps: model.eps, minimumSamples: 5).fit(points)
        #expect(model.labels == given.labels)
        #expect(model.labels.clusterCount == 4)
    }

    @Test("a curve without a knee is said, and so are parameters that cannot be")
    func refusals() {
        let error = #expect(throws: ClusteringError.self) {
            try AutomaticDBSCAN().fit(Matrix(rows: 30, columns: 2, repeating: 3))
        }
        #expect(error?.description.contains("eps") == true)
        #expect(throws: ClusteringError.self) {
            try AutomaticDBSCAN(minimumSamples: 1).fit(Matrix([[1, 2], [3, 4]]))
        }
        #expect(throws: ClusteringError.self) {
            try AutomaticDBSCAN(minimumSamples: 9).fit(Matrix([[1, 2], [3, 4]]))
        }
    }
}
