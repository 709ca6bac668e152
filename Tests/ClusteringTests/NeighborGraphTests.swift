import Clustering
import Foundation
import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct NeighborGraphTests {
    @Test(
        "nearest rows, exact: those of the definition, by tree and by all pairs",
        arguments: [(1, 5), (90, 5), (1300, 3)])
    func nearest(count: Int, dimension: Int) throws {
        let data = randomMatrix(rows: count, columns: dimension, seed: 1)
        let graphs = try withThreadCounts { try NeighborGraph(nearest: 6, of: data) }
        let graph = graphs[0]
        #expect(graphs.allSatisfy { $0 == graph })
        #expect(graph.rowCount == count)
        for row in stride(from: 0, to: count, by: 7) {
            let expected = (0..<count).filter { $0 != row }
                .map { (Metric.euclidean.distance(data.row(row), data.row($0)), $0) }.sorted(by: <).prefix(6)
            #expect(graph.neighbors(of: row).map(\.row) == expected.map(\.1))
            expectClose(graph.neighbors(of: row).map(\.distance), expected.map(\.0), relativeTolerance: 1e-12)
        }
    }

    @Test("rows within a radius: those of the definition", arguments: [Metric.euclidean, .cosine, .manhattan])
    func within(metric: Metric) throws {
        let data = randomMatrix(rows: 400, columns: 4, seed: 2)
        let radius = metric == .cosine ? 0.1 : 0.9
        let graphs = try withThreadCounts { try NeighborGraph(within: radius, of: data, metric: metric) }
        #expect(graphs.allSatisfy { $0 == graphs[0] })
        for row in 0..<400 {
            let expected = (0..<400).filter { $0 != row }
                .map { (metric.distance(data.row(row), data.row($0)), $0) }.filter { $0.0 <= radius }.sorted(by: <)
            #expect(graphs[0].neighbors(of: row).map(\.row) == expected.map(\.1))
        }
        #expect(graphs[0].symmetrized() == graphs[0])
    }

    @Test(
        "algorithms find from a graph what they find from the rows", arguments: [Metric.euclidean, .cosine, .chebyshev])
    func algorithms(metric: Metric) throws {
        let (points, _) = blobs(centers: 6, count: 70, dimension: 10, spread: 6, seed: 3)
        // A radius at which some rows are dense and some are not.
        let nearest = try NeighborGraph(nearest: 4, of: points, metric: metric)
        let eps = (0..<points.rows).map { nearest.neighbors(of: $0)[3].distance }.sorted()[points.rows / 2]
        let graph = try NeighborGraph(within: eps * 1.3, of: points, metric: metric)
        let dbscan = DBSCAN(eps: eps, minimumSamples: 5, metric: metric)
        let expected = try dbscan.fit(points)
        let found = try dbscan.fit(graph)
        #expect(found.labels == expected.labels)
        #expect(found.coreRows == expected.coreRows)
        #expect(expected.labels.clusterCount > 1 && expected.labels.noiseCount > 0)
        let weights = (0..<points.rows).map { Double($0 % 3) }
        #expect(try dbscan.fit(graph, weights: weights).labels == dbscan.fit(points, weights: weights).labels)
        for longest in [eps, eps * 1.3] {
            let optics = OPTICS(minimumSamples: 5, maximumEps: longest, metric: metric)
            let (a, b) = (try optics.fit(points), try optics.fit(graph))
            #expect(a.ordering == b.ordering)
            #expect(a.reachability == b.reachability)
            #expect(a.predecessors == b.predecessors)
            #expect(a.labels == b.labels)
        }
        // New rows are given by their distances from those fitted.
        let table = Matrix(
            rows: 3, columns: points.rows,
            values: (0..<3).flatMap { row in
                (0..<points.rows).map { Float(metric.distance(points.row(row), points.row($0))) }
            })
        #expect(try found.predict(table).values == Array(expected.labels.values[..<3]))
    }

    @Test("HDBSCAN of a graph is that of the rows where the graph holds enough, and says when it may not be")
    func hierarchy() throws {
        let (points, _) = blobs(centers: 5, count: 60, dimension: 6, spread: 5, seed: 4)
        let algorithm = HDBSCAN(minimumClusterSize: 8, minimumSamples: 4)
        let expected = try algorithm.fit(points)
        #expect(expected.uncertifiedShare == 0)
        let whole = try algorithm.fit(NeighborGraph(within: 1000, of: points), of: points)
        #expect(whole.labels == expected.labels)
        #expect(whole.probabilities == expected.probabilities)
        #expect(whole.uncertifiedShare == 0)
        #expect(try whole.predict(points) == expected.labels)
        var shares: [Double] = []
        for count in [3, 10, 40, 150] {
            let graph = try NeighborGraph(nearest: count, of: points)
            let runs = try withThreadCounts { try algorithm.fit(graph, of: points) }
            #expect(runs.allSatisfy { $0.dendrogram == runs[0].dendrogram })
            shares.append(runs[0].uncertifiedShare)
            // What is certified is so: as many merges are those of the exact hierarchy.
            let heights = Set(expected.dendrogram.merges.map(\.height))
            let common = runs[0].dendrogram.merges.count { heights.contains($0.height) }
            #expect(Double(points.rows - 1 - common) / Double(points.rows - 1) <= runs[0].uncertifiedShare)
            if count >= 40 {
                expectSamePartition(runs[0].labels.values.map { Int($0) }, expected.labels.values.map { Int($0) })
            }
        }
        #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 >= $1 } && shares[0] > 0)
        // Without the rows, parts stay apart; weights are as good as copies.
        let alone = try algorithm.fit(NeighborGraph(nearest: 10, of: points))
        #expect(alone.labels.clusterCount >= 2)
        expectClose(alone.coreDistances, expected.coreDistances)
        let counts = (0..<points.rows).map { 1 + $0 % 3 }
        let copies = counts.indices.flatMap { [Int](repeating: $0, count: counts[$0]) }
        let weighted = try algorithm.fit(NeighborGraph(within: 1000, of: points), weights: counts.map { Double($0) })
        let copied = try algorithm.fit(points.gatheringRows(copies))
        expectSamePartition(
            copies.map { Int(weighted.labels.values[$0]) }, copied.labels.values.map { Int($0) })
        let graph = try NeighborGraph(nearest: 5, of: points)
        #expect(throws: ClusteringError.self) { try HDBSCAN(minimumSamples: 9).fit(graph) }
        #expect(throws: ClusteringError.self) { try algorithm.fit(graph, of: points.rows(in: 0..<9)) }
        #expect(throws: ClusteringError.self) {
            try algorithm.fit(graph, weights: [Double](repeating: 0, count: points.rows - 1) + [9])
        }
        #expect(throws: ClusteringError.self) { try HDBSCAN(metric: .cosine).fit(graph) }
    }

    @Test("a graph given by pairs: what nothing connects stays apart, and each direction counts")
    func given() throws {
        let edges = [(0, 1, 1.0), (1, 2, 1.5), (4, 3, 0.5), (3, 4, 0.75), (5, 4, 0.5)]
        let graph = try NeighborGraph(rowCount: 7, edges: edges)
        #expect(graph.neighbors(of: 4).map(\.row) == [3, 5])
        #expect(graph.neighbors(of: 3).map(\.distance) == [0.5])
        #expect(graph.neighbors(of: 6).isEmpty)
        let labels = try DBSCAN(eps: 2, minimumSamples: 2).fit(graph).labels
        #expect(labels.values == [0, 0, 0, 1, 1, 1, -1])
        #expect(try DBSCAN(eps: 1.2, minimumSamples: 3).fit(graph).labels.values == [-1, -1, -1, 0, 0, 0, -1])
        #expect(try ConnectivityGraph(graph).partCount == 3)
        for bad in [(0, 0, 1.0), (0, 7, 1), (-1, 0, 1), (0, 1, -1), (0, 1, .nan), (0, 1, .infinity)] {
            #expect(throws: ClusteringError.self) { try NeighborGraph(rowCount: 7, edges: [bad]) }
        }
        #expect(throws: ClusteringError.self) { try DBSCAN(eps: 1).fit(NeighborGraph(rowCount: 0, edges: [])) }
    }

    @Test(
        "an approximate graph finds nearly all, tells how much, and does not depend on threads",
        arguments: [Metric.euclidean, .cosine, .manhattan])
    func approximate(metric: Metric) throws {
        let (points, _) = blobs(centers: 40, count: 60, dimension: 24, spread: 3, seed: 6)
        let search = NeighborGraph.Search.approximate(ApproximateSearch(probeCount: 6, recall: 0.97))
        let graphs = try withThreadCounts {
            try NeighborGraph(nearest: 10, of: points, metric: metric, search: search)
        }
        #expect(graphs.allSatisfy { $0 == graphs[0] })
        let exact = try NeighborGraph(nearest: 10, of: points, metric: metric)
        let hits = (0..<points.rows).reduce(0) { sum, row in
            sum + Set(exact.neighbors(of: row).map(\.row)).intersection(graphs[0].neighbors(of: row).map(\.row)).count
        }
        let recall = Double(hits) / Double(exact.indices.count)
        #expect(recall > 0.95, "\(metric): \(recall)")
        #expect(abs(recall - (graphs[0].estimatedRecall ?? 0)) < 0.02)
        #expect(exact.estimatedRecall == nil)
        // Few rows, and rows that coincide.
        for data in [points.rows(in: 0..<1), points.rows(in: 0..<3), Matrix(rows: 200, columns: 2, repeating: 1)] {
            let graph = try NeighborGraph(nearest: 4, of: data, metric: metric, search: search)
            #expect(graph.offsets.count == data.rows + 1)
            for row in 0..<data.rows {
                #expect(Set(graph.neighbors(of: row).map(\.row)).count == min(4, data.rows - 1))
            }
        }
        #expect(throws: ClusteringError.self) {
            try NeighborGraph(nearest: 2, of: Matrix([[0, 1], [1, 0]]), metric: .precomputed, search: search)
        }
    }

    @Test("a saved graph comes back, and damaged files are refused")
    func files() throws {
        let data = randomMatrix(rows: 60, columns: 3, seed: 4)
        try withTemporaryDirectory { folder in
            let path = folder.appending(path: "graph.safetensors").path
            let graphs = [
                try NeighborGraph(nearest: 5, of: data, metric: .minkowski(3)),
                try NeighborGraph(within: 0.5, of: data),
                try NeighborGraph(nearest: 5, of: data, search: .approximate()),
                try NeighborGraph(rowCount: 3, edges: []),
            ]
            for graph in graphs {
                try graph.save(to: path)
                #expect(try NeighborGraph(contentsOf: path) == graph)
            }
            try graphs[0].save(to: path)
            let bytes = try Data(contentsOf: URL(filePath: path))
            var random = RandomSource(seed: 5)
            for _ in 0..<400 {
                var damaged = bytes
                damaged[Int(random.next() % UInt64(bytes.count))] ^= UInt8(1 << (random.next() % 8))
                if random.next() % 4 == 0 { damaged = damaged.prefix(Int(random.next() % UInt64(bytes.count))) }
                try damaged.write(to: URL(filePath: path))
                // Either it is still a graph, or an error says what is wrong.
                if let graph = try? NeighborGraph(contentsOf: path) { _ = try? DBSCAN(eps: 1).fit(graph) }
            }
        }
    }

    @Test("what cannot be is refused")
    func badInput() throws {
        let data = randomMatrix(rows: 20, columns: 3, seed: 4)
        let graph = try NeighborGraph(within: 0.5, of: data)
        #expect(throws: ClusteringError.self) { try NeighborGraph(nearest: 0, of: data) }
        #expect(throws: ClusteringError.self) { try NeighborGraph(within: -1, of: data) }
        #expect(throws: ClusteringError.self) { try NeighborGraph(within: .nan, of: data) }
        #expect(throws: ClusteringError.self) { try DBSCAN(eps: 0.6).fit(graph) }
        #expect(throws: ClusteringError.self) { try DBSCAN(eps: 0.4, metric: .cosine).fit(graph) }
        #expect(throws: ClusteringError.self) { try DBSCAN(eps: 0.4).fit(graph, weights: [1]) }
        #expect(throws: ClusteringError.self) { try OPTICS(minimumSamples: 30).fit(graph) }
        for search in [
            ApproximateSearch(cellCount: 0), ApproximateSearch(probeCount: 0), ApproximateSearch(roundCount: -1),
            ApproximateSearch(recall: 0),
        ] {
            #expect(throws: ClusteringError.self) {
                try NeighborGraph(nearest: 2, of: data, search: .approximate(search))
            }
        }
    }
}
