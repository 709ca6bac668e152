import Clustering
import Foundation
import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct MetricTests {
    struct Reference: Decodable {
        struct Case: Decodable {
            let metric: String
            let set: String
            let distances: [Double]
            let nearest: [[Int]]
            let eps: Double
            let dbscan: [Int]
            let hdbscan: [Int]
            let probabilities: [Float]
            let reachability: [Double]
            let average: [Double]
            let single: [Double]
        }
        let sets: [String: [[Float]]]
        let cases: [Case]
    }

    @Test("distances, neighbours, groups and trees are those of scipy and scikit-learn")
    func agreesWithPeers() throws {
        let reference = try golden("metrics.json", as: Reference.self)
        for expected in reference.cases {
            let data = Matrix(try #require(reference.sets[expected.set]))
            let metric =
                expected.metric == "mahalanobis"
                ? Metric.mahalanobis(try MahalanobisForm(of: data, regularization: 0))
                : try #require(Metric(name: expected.metric))
            expectClose(
                (0..<data.rows).map { metric.distance(data.row(3), data.row($0)) }, expected.distances,
                relativeTolerance: 1e-4, absoluteTolerance: 1e-6)
            let nearest = try BruteForceIndex(data, metric: metric).nearest(6, to: data.rows(in: 0..<20))
            if expected.metric != "hamming" { #expect(nearest.indices == expected.nearest, "\(metric)") }
            let dbscan = try DBSCAN(eps: expected.eps, minimumSamples: 5, metric: metric).fit(data)
            expectSamePartition(dbscan.labels.values.map { Int($0) }, expected.dbscan)
            let optics = try OPTICS(minimumSamples: 5, metric: metric).fit(data)
            expectClose(
                optics.reachability.filter(\.isFinite).sorted(), expected.reachability, relativeTolerance: 1e-4,
                absoluteTolerance: 1e-6)
            // Among equal distances of bits, the peers' order decides about heights and about who leaves when.
            let isTied = metric == .hamming
            for (linkage, heights) in [(Linkage.average, expected.average), (.single, expected.single)]
            where linkage == .single || !isTied {
                let tree = try Agglomerative(clusterCount: 4, linkage: linkage, metric: metric).fit(data).dendrogram
                expectClose(tree.merges.map(\.height), heights, relativeTolerance: 1e-5, absoluteTolerance: 1e-6)
            }
            let hdbscan = try HDBSCAN(minimumClusterSize: 8, minimumSamples: 5, metric: metric).fit(data)
            let bridges = hdbscan.condensedTree.bridges
            let kept = (0..<data.rows).filter { !bridges.contains($0) }
            expectSamePartition(
                kept.map { Int(hdbscan.labels.values[$0]) }, kept.map { expected.hdbscan[$0] })
            if isTied { continue }
            expectClose(
                kept.map { hdbscan.probabilities[$0] }, kept.map { expected.probabilities[$0] },
                relativeTolerance: 1e-3, absoluteTolerance: 1e-4)
        }
    }

    /// Every metric, made for rows of so many features.
    static func all(_ data: Matrix) throws -> [Metric] {
        [
            .euclidean, .squaredEuclidean, .manhattan, .chebyshev, .cosine, .hamming, .minkowski(1), .minkowski(2),
            .minkowski(3), .minkowski(2.5), .minkowski(40), .minkowski(.infinity),
            .mahalanobis(try MahalanobisForm(of: data)),
        ]
    }

    /// Rows of several tiles, far from the origin, with categories among the features.
    func rows(_ count: Int, _ dimension: Int, seed: UInt64 = 3) -> Matrix {
        var data = randomMatrix(rows: count, columns: dimension, seed: seed, offset: 30)
        for row in 0..<count { for column in 0..<dimension / 2 { data[row, column] = data[row, column].rounded() } }
        return data
    }

    func distances(_ data: Matrix, _ metric: Metric) -> Matrix {
        var result = Matrix(rows: data.rows, columns: data.rows)
        for i in 0..<data.rows {
            for j in 0..<i {
                let distance = Float(metric.distance(data.row(i), data.row(j)))
                (result[i, j], result[j, i]) = (distance, distance)
            }
        }
        return result
    }

    @Test("tiles give the neighbours that the definition gives", arguments: [(40, 1), (300, 3), (290, 33)])
    func nearest(count: Int, dimension: Int) throws {
        let data = rows(count, dimension)
        for metric in try Self.all(data) {
            let index = try BruteForceIndex(data, metric: metric)
            let runs = try withThreadCounts { try index.nearest(7, to: data) }
            for row in 0..<count {
                let expected = (0..<count).map { metric.distance(data.row(row), data.row($0)) }
                // Among equals rounding may choose, so distances are compared.
                expectClose(
                    runs[0].distances[row].map { Double($0) }, expected.sorted().prefix(7).map { $0 },
                    relativeTolerance: 1e-5, absoluteTolerance: 1e-5)
                for (index, distance) in zip(runs[0].indices[row], runs[0].distances[row]) {
                    #expect(abs(expected[index] - Double(distance)) <= 1e-5 * max(1, expected[index]), "\(metric)")
                }
            }
            for run in runs {
                #expect(run.indices == runs[0].indices)
                #expect(run.distances == runs[0].distances)
            }
        }
    }

    @Test("a matrix of distances gives what the metric gives of which they are", arguments: [3, 12])
    func precomputed(dimension: Int) throws {
        let (points, _) = blobs(centers: 4, count: 70, dimension: dimension, spread: 9, seed: 5)
        for metric in try Self.all(points) where metric != .hamming {
            let table = distances(points, metric)
            let eps = Double(table.elements.sorted()[table.count / 16])
            func check(_ algorithm: (Metric) -> some ClusteringAlgorithm) throws {
                let expected = try algorithm(metric).fit(points).labels
                let runs = try withThreadCounts { try algorithm(.precomputed).fit(table).labels }
                for labels in runs { #expect(labels == expected, "\(metric)") }
            }
            try check { DBSCAN(eps: eps, minimumSamples: 4, metric: $0) }
            try check { HDBSCAN(minimumClusterSize: 6, minimumSamples: 4, metric: $0) }
            try check { OPTICS(minimumSamples: 5, metric: $0) }
            try check { Genie(clusterCount: 4, metric: $0) }
            for linkage in [Linkage.single, .complete, .average, .weighted] {
                try check { Agglomerative(clusterCount: 4, linkage: linkage, metric: $0) }
            }
            // Rows to predict are given by their distances from those fitted.
            let fit = try HDBSCAN(minimumClusterSize: 6, metric: .precomputed).fit(table)
            #expect(try fit.predict(table) == fit.labels)
            let dense = try DBSCAN(eps: eps, minimumSamples: 4, metric: .precomputed).fit(table)
            #expect(try dense.predict(table.rows(in: 9..<50)).values == Array(dense.labels.values[9..<50]))
        }
    }

    @Test("a Mahalanobis distance is Euclidean where features are alike, and does not change with their scale")
    func mahalanobis() throws {
        let unit = try MahalanobisForm(covariance: Matrix([[1, 0], [0, 1]]))
        #expect(Metric.mahalanobis(unit).distance([0, 0] as [Float], [3, 4] as [Float]) == 5)
        let form = try MahalanobisForm(covariance: Matrix([[4, 2], [2, 3]]))
        // (x − y)ᵀ C⁻¹ (x − y) with C⁻¹ = [[3, −2], [−2, 4]] / 8.
        #expect(
            abs(Metric.mahalanobis(form).distance([1, 2] as [Float], [0, 0] as [Float]) - (11.0 / 8).squareRoot())
                < 1e-12)
        let data = randomMatrix(rows: 200, columns: 5, seed: 1)
        var scaled = data
        for row in 0..<200 { for column in 0..<5 { scaled[row, column] *= Float(1 << column) } }
        func labels(_ data: Matrix) throws -> ClusterLabels {
            let metric = Metric.mahalanobis(try MahalanobisForm(of: data, regularization: 0))
            return try HDBSCAN(minimumClusterSize: 5, metric: metric).fit(data).labels
        }
        #expect(try labels(data) == labels(scaled))
        #expect(throws: ClusteringError.self) { try MahalanobisForm(covariance: Matrix([[1, 2], [2, 1]])) }
        #expect(throws: ClusteringError.self) { try MahalanobisForm(covariance: Matrix([[1, 2]])) }
        #expect(throws: ClusteringError.self) {
            try MahalanobisForm(of: Matrix(rows: 9, columns: 2, repeating: 1), regularization: 0)
        }
    }

    @Test("names bring metrics back")
    func names() throws {
        for metric in try Self.all(randomMatrix(rows: 9, columns: 3, seed: 1)) + [.precomputed] {
            #expect(Metric(name: metric.name) == metric)
            let data = try JSONEncoder().encode([metric])
            #expect(try JSONDecoder().decode([Metric].self, from: data) == [metric])
        }
        for name in [
            "", "euclid", "minkowski", "minkowski:", "minkowski:0.5", "mahalanobis:1,2", "mahalanobis:x", "cosine:1",
        ] {
            #expect(Metric(name: name) == nil, "\(name)")
        }
    }

    @Test("metrics that do not suit the data or the algorithm are refused")
    func badInput() throws {
        let data = randomMatrix(rows: 20, columns: 4, seed: 1)
        let square = distances(data, .euclidean)
        func refuses(_ metric: Metric, _ data: Matrix, _ part: String) {
            let algorithms: [any ClusteringAlgorithm] = [
                DBSCAN(eps: 1, metric: metric), HDBSCAN(metric: metric), OPTICS(metric: metric),
                Agglomerative(clusterCount: 2, linkage: .average, metric: metric),
                Genie(clusterCount: 2, metric: metric),
            ]
            for algorithm in algorithms {
                do {
                    _ = try algorithm.fit(data)
                    Issue.record("\(metric) was accepted")
                } catch { #expect("\(error)".contains(part), "\(error)") }
            }
        }
        refuses(.minkowski(0.5), data, "order")
        refuses(.minkowski(.nan), data, "order")
        refuses(.mahalanobis(try MahalanobisForm(of: data.columns(in: 0..<3))), data, "4 features")
        refuses(.precomputed, data, "square")
        var bad = square
        bad[3, 7] = -1
        bad[7, 3] = -1
        refuses(.precomputed, bad, "rows 3 and 7")
        bad = square
        bad[2, 9] += 1
        refuses(.precomputed, bad, "rows 2 and 9")
        bad = square
        bad[5, 5] = 1
        refuses(.precomputed, bad, "row 5")
        for algorithm: any ClusteringAlgorithm in [
            KMeans(clusterCount: 2, metric: .manhattan), MiniBatchKMeans(clusterCount: 2, metric: .hamming),
            BisectingKMeans(clusterCount: 2, metric: .squaredEuclidean),
            Agglomerative(clusterCount: 2, linkage: .ward, metric: .manhattan),
        ] {
            #expect(throws: ClusteringError.self) { try algorithm.fit(data) }
        }
        let fit = try DBSCAN(eps: 1, metric: .precomputed).fit(square)
        #expect(throws: ClusteringError.self) { try fit.predict(data) }
    }
}
