import Clustering
import Foundation
import Tensor
import Testing
import _TestSupport

@Suite struct ConnectivityTests {
    @Test("clusters and heights along a graph are scikit-learn's")
    func agreesWithScikitLearn() throws {
        let sets = try DendrogramReference.load()
        let references = try DendrogramCutReference.load().connected
        #expect(references.count >= 8)
        for reference in references {
            let data = sets.data(reference.set)
            let graph = try ConnectivityGraph(rowCount: data.rows, edges: reference.edges.map { ($0[0], $0[1]) })
            #expect(graph.partCount == 1 && graph.edges.count == reference.edges.count)
            let model = try Agglomerative(
                clusterCount: 4, linkage: try #require(Linkage(rawValue: reference.linkage)), connectivity: graph
            ).fit(data)
            let heights = model.dendrogram.merges.map(\.height).sorted()
            for (a, e) in zip(heights, reference.heights) { expectClose(a, e, relativeTolerance: 1e-5) }
            expectSamePartition(model.labels.values.map { Int($0) }, reference.labels)
        }
    }

    @Test("a graph of all pairs changes nothing", arguments: Linkage.allCases)
    func completeGraph(linkage: Linkage) throws {
        let data = randomMatrix(rows: 40, columns: 3, seed: 3)
        let pairs = (0..<40).flatMap { i in (0..<i).map { (i, $0) } }
        let graph = try ConnectivityGraph(rowCount: 40, edges: pairs + pairs + [(3, 3)])
        #expect(graph.edges.count == 780)
        let free = try Agglomerative(clusterCount: 3, linkage: linkage).fit(data)
        let bound = try Agglomerative(clusterCount: 3, linkage: linkage, connectivity: graph).fit(data)
        #expect(bound.labels == free.labels)
        for (a, e) in zip(bound.dendrogram.merges, free.dendrogram.merges) {
            #expect((a.first, a.second, a.leafCount) == (e.first, e.second, e.leafCount))
            expectClose(a.height, e.height)
        }
    }

    @Test("clusters of a grid are connected", arguments: Linkage.allCases)
    func grid(linkage: Linkage) throws {
        let (width, height) = (17, 11)
        let graph = ConnectivityGraph(gridOfWidth: width, height: height)
        #expect(graph.edges.count == 16 * 11 + 17 * 10)
        let data = randomMatrix(rows: width * height, columns: 2, seed: 8)
        let labels = try Agglomerative(clusterCount: 9, linkage: linkage, connectivity: graph).fit(data).labels
        #expect(labels.clusterCount == 9)
        // Each cluster is one part of the graph.
        let inside = graph.edges.map { (Int($0.0), Int($0.1)) }.filter { labels.values[$0.0] == labels.values[$0.1] }
        #expect(try ConnectivityGraph(rowCount: width * height, edges: inside).partCount == 9)
    }

    @Test("a graph of several parts gives as many trees, and no fewer clusters", arguments: [Linkage.ward, .average])
    func severalParts(linkage: Linkage) throws {
        let data = randomMatrix(rows: 6, columns: 2, seed: 2)
        let graph = try ConnectivityGraph(rowCount: 6, edges: [(0, 1), (1, 2), (3, 4)])
        let model = try Agglomerative(clusterCount: 3, linkage: linkage, connectivity: graph).fit(data)
        #expect(model.dendrogram.treeCount == 3)
        #expect(model.labels.values == [0, 0, 0, 1, 1, 2])
        #expect(throws: ClusteringError.notConnected(parts: 3, clusters: 2)) {
            try Agglomerative(clusterCount: 2, linkage: linkage, connectivity: graph).fit(data)
        }
        let none = try ConnectivityGraph(rowCount: 6, edges: [])
        #expect(try Agglomerative(cut: .height(9), connectivity: none).fit(data).labels.sizes == [1, 1, 1, 1, 1, 1])
    }

    @Test("nearest rows are connected both ways; graphs of other rows and bad edges are refused; work can be stopped")
    func edges() throws {
        let line = Matrix(rows: 5, columns: 1, values: [0, 1, 2, 3, 10])
        let graph = try ConnectivityGraph(nearest: 1, of: line)
        #expect(graph.edges.map { [$0.0, $0.1] } == [[0, 1], [1, 2], [2, 3], [3, 4]])
        #expect(throws: ClusteringError.self) { try ConnectivityGraph(nearest: 0, of: line) }
        #expect(throws: ClusteringError.self) { try ConnectivityGraph(rowCount: 3, edges: [(0, 3)]) }
        #expect(throws: ClusteringError.self) { try ConnectivityGraph(rowCount: 3, edges: [(-1, 2)]) }
        #expect(ConnectivityGraph(gridOfWidth: 0, height: 3).edges.isEmpty)
        let algorithm = Agglomerative(clusterCount: 2, connectivity: graph)
        #expect(throws: ClusteringError.dimension(expected: 5, found: 4)) {
            try algorithm.fit(line.rows(in: 0..<4))
        }
        #expect(throws: ClusteringError.cancelled) {
            try algorithm.fit(line, progress: ProgressHandler { _ in false })
        }
        #expect(algorithm == Agglomerative(clusterCount: 2, connectivity: graph))
        let data = try JSONEncoder().encode(algorithm)
        #expect(try JSONDecoder().decode(Agglomerative.self, from: data) == algorithm)
        let broken = #"{"rowCount":2,"first":[0],"second":[2]}"#
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(ConnectivityGraph.self, from: Data(broken.utf8))
        }
    }
}
