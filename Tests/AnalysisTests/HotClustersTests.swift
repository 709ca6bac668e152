import Analysis
import Clustering
import Tensor
import Testing
import _TestSupport

@Suite struct HotClustersTests {
    @Test func onlyClustersAboveTheShareAreHot() throws {
        let labels = ClusterLabels([Int](repeating: 0, count: 80) + [Int](repeating: 1, count: 15) + [2, 2, 2, 2, 2])
        let ranked = try HotClusters().rank(labels)
        #expect(ranked.map(\.label) == [0, 1, 2])
        #expect(ranked.map(\.rank) == [1, 2, 3])
        // Exactly 5 % is not above 5 %.
        #expect(ranked.map(\.isHot) == [true, true, false])
        #expect(ranked.map(\.heat) == ranked.map(\.share))
    }

    @Test func noiseCountsAmongAllRows() throws {
        let ranked = try HotClusters(minimumShare: 0.5).rank(ClusterLabels([0, 0, -1, -1]))
        #expect(ranked.map(\.share) == [0.5])
        #expect(ranked.map(\.isHot) == [false])
    }

    @Test func aDenseClusterIsHotterThanALooseOneOfItsSize() throws {
        var random = RandomSource(seed: 4)
        var values: [Float] = []
        for row in 0..<200 {
            let deviation = row < 100 ? 4.0 : 1.0
            values.append(Float((row < 100 ? 0 : 100) + deviation * random.normal()))
            values.append(Float(deviation * random.normal()))
        }
        let labels = ClusterLabels((0..<200).map { $0 / 100 })
        let ranked = try HotClusters().rank(labels, data: Matrix(rows: 200, columns: 2, values: values))
        #expect(ranked.map(\.label) == [1, 0])
        let (dense, loose) = (ranked[0], ranked[1])
        let (denseDistance, looseDistance) = (try #require(dense.meanDistance), try #require(loose.meanDistance))
        // The definition: heat = share · (overall mean distance) / (mean distance).
        expectClose(dense.heat, 0.5 * (denseDistance + looseDistance) / 2 / denseDistance, relativeTolerance: 1e-12)
        #expect(dense.relativeDensity > 2 && loose.relativeDensity < 1)
    }

    @Test func copiesOfOneRowAreNotInfinitelyDense() throws {
        let data = Matrix([[0, 0], [0, 0], [5, 5], [7, 7], [9, 1]])
        let ranked = try HotClusters(densityLimit: 3).rank(ClusterLabels([0, 0, 1, 1, 2]), data: data)
        let copies = try #require(ranked.first { $0.label == 0 })
        #expect(copies.relativeDensity == 3 && copies.rank == 1)
        #expect(ranked.first { $0.label == 2 }?.relativeDensity == 1)
    }

    @Test func identicalRowsEqualLabelsAndNoiseAreWellDefined() throws {
        let same = Matrix(rows: 4, columns: 2, repeating: 1)
        let ranked = try HotClusters().rank(ClusterLabels([0, 0, 1, 1]), data: same)
        #expect(ranked.map(\.heat) == [0.5, 0.5])
        #expect(ranked.map(\.label) == [0, 1])
        #expect(try HotClusters().rank(ClusterLabels([-1, -1, -1, -1]), data: same).isEmpty)
        #expect(try HotClusters().rank(ClusterLabels([Int]())).isEmpty)
    }

    @Test func cosineDensityIgnoresLength() throws {
        let data = Matrix([[1, 0], [100, 1], [0, 1], [1, 4]])
        let ranked = try HotClusters(metric: .cosine).rank(ClusterLabels([0, 0, 1, 1]), data: data)
        #expect(ranked[0].label == 0)
    }

    @Test func parametersOutsideTheirRangeAreRefused() {
        for hot in [
            HotClusters(minimumShare: -0.1), HotClusters(minimumShare: 1), HotClusters(minimumShare: .nan),
            HotClusters(densityLimit: 0.5),
        ] {
            #expect(throws: AnalysisError.self) { try hot.validate() }
            #expect(throws: AnalysisError.self) { try hot.rank(ClusterLabels([0])) }
        }
    }
}
