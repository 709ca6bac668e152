import Clustering
import Tensor
import Testing
import _TestSupport

@Suite struct GenieTests {
    @Test("clusters are genieclust's")
    func agreesWithGenieclust() throws {
        let sets = try DendrogramReference.load()
        for reference in try DendrogramCutReference.load().genie {
            let model = try Genie(clusterCount: reference.k, giniThreshold: reference.threshold)
                .fit(sets.data(reference.set))
            expectSamePartition(model.labels.values.map { Int($0) }, reference.labels)
        }
    }

    /// The definition: the Gini index from its sum, the edge by looking at all.
    func naive(_ data: Matrix, k: Int, threshold: Double) -> [Int] {
        let n = data.rows
        var edges = (0..<n).flatMap { i in
            (0..<i).map { WeightedEdge($0, i, weight: Metric.euclidean.distance(data.row(i), data.row($0))) }
        }.sorted()
        var labels = Array(0..<n)
        // Kruskal's tree.
        edges = edges.filter { edge in
            let (a, b) = (labels[edge.a], labels[edge.b])
            if a != b { for row in 0..<n where labels[row] == b { labels[row] = a } }
            return a != b
        }
        labels = Array(0..<n)
        while Set(labels).count > k {
            let sizes = Dictionary(grouping: labels) { $0 }.mapValues(\.count)
            let sorted = sizes.values.sorted(by: >)
            let m = sorted.count
            let gini =
                sorted.enumerated().reduce(0.0) { $0 + Double(m - 2 * ($1.offset + 1) + 1) * Double($1.element) }
                / Double((m - 1) * n)
            let least = sorted.last
            let index =
                edges.firstIndex {
                    gini <= threshold || sizes[labels[$0.a]] == least || sizes[labels[$0.b]] == least
                } ?? 0
            let edge = edges.remove(at: index)
            let (a, b) = (labels[edge.a], labels[edge.b])
            for row in 0..<n where labels[row] == b { labels[row] = a }
        }
        return labels
    }

    @Test("agrees with the definition", arguments: [0, 0.1, 0.3, 0.6, 1], [1, 2, 3, 47, 120])
    func agreesWithDefinition(threshold: Double, rows: Int) throws {
        let data = randomMatrix(rows: rows, columns: 2, seed: UInt64(rows))
        for k in [1, 2, 5, rows / 2, rows] where k >= 1 && k <= rows {
            let labels = try Genie(clusterCount: k, giniThreshold: threshold).fit(data).labels
            expectSamePartition(labels.values.map { Int($0) }, naive(data, k: k, threshold: threshold))
        }
    }

    @Test("with a threshold of 1 it is single linkage; threads change nothing")
    func singleLinkage() throws {
        let (data, _) = blobs(centers: 6, count: 60, dimension: 5, seed: 7)
        let single = try Agglomerative(clusterCount: 6, linkage: .single).fit(data)
        let models = try withThreadCounts { try Genie(clusterCount: 6, giniThreshold: 1).fit(data) }
        for model in models {
            #expect(model.dendrogram == single.dendrogram)
            #expect(model.labels == single.labels)
        }
        let guarded = try withThreadCounts { try Genie(clusterCount: 6).fit(data).dendrogram }
        #expect(guarded.allSatisfy { $0 == guarded[0] } && guarded[0] != single.dendrogram)
    }

    @Test("equal rows, and what cannot be clustered")
    func edges() throws {
        let same = Matrix(rows: 90, columns: 2, repeating: 1)
        #expect(try Genie(clusterCount: 3).fit(same).labels.clusterCount == 3)
        #expect(throws: ClusteringError.self) { try Genie(clusterCount: 0).fit(same) }
        #expect(throws: ClusteringError.tooFewRows(rows: 90, clusters: 91)) { try Genie(clusterCount: 91).fit(same) }
        for threshold in [-0.1, 1.1, Double.nan] {
            #expect(throws: ClusteringError.self) { try Genie(clusterCount: 2, giniThreshold: threshold).fit(same) }
        }
        #expect(throws: ClusteringError.cancelled) {
            try Genie(clusterCount: 2).fit(same, progress: ProgressHandler { _ in false })
        }
    }
}
