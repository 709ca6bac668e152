import Clustering
import Foundation
import Tensor
import Testing
import _TestSupport

@Suite(.serialized) struct AgglomerativeTests {
    @Test("trees have scipy's heights, and their cuts are scipy's", arguments: Linkage.allCases)
    func agreesWithScipy(linkage: Linkage) throws {
        let reference = try DendrogramReference.load()
        for expected in reference.linkages where expected.linkage == linkage.rawValue {
            let data = reference.data(expected.set)
            let metric: Metric = expected.metric == "cosine" ? .cosine : .euclidean
            let model = try Agglomerative(clusterCount: 3, linkage: linkage, metric: metric).fit(data)
            let tree = try Dendrogram(linkageMatrix: expected.matrix)
            expectSameTree(model.dendrogram, tree)
            for (count, labels) in expected.cuts {
                let found = try model.dendrogram.labels(clusterCount: #require(Int(count)))
                expectSamePartition(found.values.map { Int($0) }, labels)
            }
        }
    }

    /// The definition: all distances between clusters, from their rows, at every step.
    func naive(_ data: Matrix, _ linkage: Linkage, _ metric: Metric) -> [(Set<Int>, Double)] {
        struct Cluster {
            var rows: [Int]
            var point: [Double]
        }
        var clusters = (0..<data.rows).map { Cluster(rows: [$0], point: data.row($0).map { Double($0) }) }
        // Weighted linkage has no closed form: distances as they were when clusters were made.
        var known = (0..<data.rows).map { i in
            (0..<data.rows).map { metric.distance(data.row(i), data.row($0)) }
        }
        func distance(_ a: Int, _ b: Int) -> Double {
            let pairs = clusters[a].rows.flatMap { i in
                clusters[b].rows.map { metric.distance(data.row(i), data.row($0)) }
            }
            let square = zip(clusters[a].point, clusters[b].point).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            let (m, n) = (Double(clusters[a].rows.count), Double(clusters[b].rows.count))
            switch linkage {
            case .single: return pairs.min() ?? 0
            case .complete: return pairs.max() ?? 0
            case .average: return pairs.reduce(0, +) / Double(pairs.count)
            case .weighted: return known[a][b]
            case .centroid, .median: return square.squareRoot()
            case .ward: return (2 * square * m * n / (m + n)).squareRoot()
            }
        }
        var result: [(Set<Int>, Double)] = []
        while clusters.count > 1 {
            var best = (distance: Double.infinity, a: 0, b: 0)
            for a in clusters.indices {
                for b in a + 1..<clusters.count {
                    let value = distance(a, b)
                    if value < best.distance { best = (value, a, b) }
                }
            }
            let (a, b) = (best.a, best.b)
            let (m, n) = (Double(clusters[a].rows.count), Double(clusters[b].rows.count))
            for k in clusters[a].point.indices {
                let (x, y) = (clusters[a].point[k], clusters[b].point[k])
                clusters[a].point[k] = linkage == .median ? (x + y) / 2 : (m * x + n * y) / (m + n)
            }
            clusters[a].rows += clusters[b].rows
            clusters.remove(at: b)
            for k in known.indices {
                known[a][k] = (known[a][k] + known[b][k]) / 2
                known[k][a] = known[a][k]
            }
            known.remove(at: b)
            for k in known.indices { known[k].remove(at: b) }
            result.append((Set(clusters[a].rows), best.distance))
        }
        return result
    }

    @Test("agrees with the definition, row by row", arguments: Linkage.allCases, [1, 2, 3, 18, 61])
    func agreesWithDefinition(linkage: Linkage, rows: Int) throws {
        let data = randomMatrix(rows: rows, columns: 3, seed: UInt64(rows), offset: 5)
        for metric in linkage.needsEuclideanRows ? [Metric.euclidean] : [.euclidean, .cosine] {
            let expected = naive(data, linkage, metric)
            let tree = try Agglomerative(clusterCount: 1, linkage: linkage, metric: metric).fit(data).dendrogram
            let found = subtrees(tree)
            #expect(found.count == max(0, rows - 1))
            for (a, e) in zip(found, expected) {
                #expect(a.0 == e.0)
                expectClose(a.1, e.1, relativeTolerance: 1e-6)
            }
        }
    }

    @Test("groups too tight and too far out for single precision come out as defined", arguments: Linkage.allCases)
    func tightGroups(linkage: Linkage) throws {
        let (data, truth) = blobs(centers: 4, count: 15, dimension: 40, spread: 3000, deviation: 0.02, seed: 8)
        let algorithm = Agglomerative(clusterCount: 4, linkage: linkage)
        let model = try algorithm.fit(data)
        var trees = [model.dendrogram]
        if [.complete, .average, .weighted].contains(linkage) {
            trees.append(try algorithm.distanceTree(data, .single, progress: .none))
        }
        let expected = naive(data, linkage, .euclidean)
        for tree in trees {
            for (a, e) in zip(subtrees(tree), expected) {
                #expect(a.0 == e.0)
                expectClose(a.1, e.1, relativeTolerance: 1e-5)
            }
        }
        expectSamePartition(model.labels.values.map { Int($0) }, truth)
    }

    @Test("tables in single precision give the trees of double precision")
    func singlePrecision() throws {
        let (data, _) = blobs(centers: 5, count: 60, dimension: 24, seed: 3)
        for linkage in [Linkage.complete, .average, .weighted] {
            for metric in [Metric.euclidean, .cosine] {
                let algorithm = Agglomerative(clusterCount: 1, linkage: linkage, metric: metric)
                let double = try algorithm.distanceTree(data, .double, progress: .none)
                expectSameTree(try algorithm.distanceTree(data, .single, progress: .none), double)
            }
        }
    }

    @Test("the tree of single linkage is that of the spanning tree row by row", arguments: [1, 2, 40, 300])
    func spanningTree(rows: Int) throws {
        let data = randomMatrix(rows: rows, columns: 5, seed: 12)
        for metric in [Metric.euclidean, .cosine] {
            let edges = try spanningTreeByRows(PreparedRows(data, metric: metric), .none)
            let tree = try Agglomerative(clusterCount: 1, linkage: .single, metric: metric).fit(data).dendrogram
            #expect(tree == Dendrogram(leafCount: rows, edges: edges))
        }
    }

    @Test("the number of threads changes no bit", arguments: Linkage.allCases)
    func threads(linkage: Linkage) throws {
        let (data, _) = blobs(centers: 9, count: 70, dimension: 7, seed: 4)
        // Rounded, so that there are ties and copies.
        let rounded = Matrix(
            rows: data.rows, columns: 2,
            values: (0..<data.rows * 2).map {
                data[$0 / 2, $0 % 2].rounded()
            })
        for data in [data, rounded] {
            let before = Parallelism.threadCount
            defer { Parallelism.threadCount = before }
            let trees = try [1, 2, 3, 8].map { threads in
                Parallelism.threadCount = threads
                return try Agglomerative(clusterCount: 4, linkage: linkage).fit(data).dendrogram
            }
            for tree in trees { #expect(tree == trees[0]) }
            #expect(trees[0].merges.count == data.rows - 1)
            #expect(trees[0].isMonotone || !linkage.isMonotone)
        }
    }

    @Test("the order of rows, a shift and a scale change nothing but that", arguments: Linkage.allCases)
    func invariances(linkage: Linkage) throws {
        let data = randomMatrix(rows: 150, columns: 4, seed: 9)
        let tree = try Agglomerative(clusterCount: 1, linkage: linkage).fit(data).dendrogram
        var random = RandomSource(seed: 2)
        let order = random.permutation(of: 150)
        let shuffled = try Agglomerative(clusterCount: 1, linkage: linkage).fit(data.gatheringRows(order)).dendrogram
        for (a, e) in zip(subtrees(shuffled), subtrees(tree)) {
            #expect(Set(a.0.map { order[$0] }) == e.0)
            expectClose(a.1, e.1, relativeTolerance: 1e-12)
        }
        let moved = Matrix(
            rows: 150, columns: 4, values: (0..<600).map { data[$0 / 4, $0 % 4] * 4 + Float(1 << ($0 % 4)) })
        let other = try Agglomerative(clusterCount: 1, linkage: linkage).fit(moved).dendrogram
        for (a, e) in zip(subtrees(other), subtrees(tree)) {
            #expect(a.0 == e.0)
            expectClose(a.1, 4 * e.1, relativeTolerance: 1e-5)
        }
        for scale in [Float(1e-30), 1e30] {
            // Squares of these vanish or overflow in single precision.
            let scaled = Matrix(rows: 150, columns: 4, values: (0..<600).map { data[$0 / 4, $0 % 4] * scale })
            let extreme = try Agglomerative(clusterCount: 1, linkage: linkage).fit(scaled).dendrogram
            for (a, e) in zip(subtrees(extreme), subtrees(tree)) {
                #expect(a.0 == e.0)
                expectClose(a.1 / Double(scale), e.1, relativeTolerance: 1e-5)
            }
        }
    }

    @Test("copies of rows are merged first, in order; Ward's heights are those of so heavy rows")
    func copies() throws {
        let base = randomMatrix(rows: 40, columns: 3, seed: 6)
        let twice = base.gatheringRows((0..<120).map { $0 % 40 })
        for linkage in Linkage.allCases {
            let tree = try Agglomerative(clusterCount: 40, linkage: linkage).fit(twice).dendrogram
            #expect(tree.merges.prefix(80).allSatisfy { $0.height == 0 })
            #expect(tree.merges[80].height > 0)
            expectSamePartition(
                try tree.labels(clusterCount: 40).values.map { Int($0) }, (0..<120).map { $0 % 40 })
            let single = try Agglomerative(clusterCount: 1, linkage: linkage).fit(base).dendrogram
            for (a, e) in zip(tree.merges.dropFirst(80), single.merges) {
                expectClose(a.height, linkage == .ward ? e.height * 3.0.squareRoot() : e.height)
            }
        }
    }

    @Test("all rows equal, one feature, many features, few rows", arguments: Linkage.allCases)
    func degenerateData(linkage: Linkage) throws {
        let same = try Agglomerative(clusterCount: 3, linkage: linkage).fit(Matrix(rows: 700, columns: 2, repeating: 3))
        #expect(same.dendrogram.merges.allSatisfy { $0.height == 0 })
        #expect(same.labels.clusterCount == 3)
        // Ties go to the lowest rows: all join the first.
        #expect(same.labels.sizes == [698, 1, 1])
        #expect(same.labels[0] == 0 && same.labels[697] == 0)
        let line = Matrix(rows: 64, columns: 1, values: (0..<64).map { Float($0) })
        let tree = try Agglomerative(clusterCount: 2, linkage: linkage).fit(line).dendrogram
        #expect(tree.merges.count == 63 && tree.merges[0] == .init(first: 0, second: 1, height: 1, leafCount: 2))
        let wide = randomMatrix(rows: 5, columns: 10_000, seed: 1)
        #expect(try Agglomerative(clusterCount: 5, linkage: linkage).fit(wide).labels.values == [0, 1, 2, 3, 4])
        #expect(try Agglomerative(clusterCount: 1, linkage: linkage).fit(Matrix([[1, 2]])).labels.values == [0])
        let two = try Agglomerative(clusterCount: 2, linkage: linkage).fit(Matrix([[0, 0], [3, 4]]))
        #expect(two.labels.values == [0, 1] && two.dendrogram.merges[0].height == 5)
    }

    @Test("what cannot be clustered is refused with the reason", arguments: Linkage.allCases)
    func refusals(linkage: Linkage) {
        var data = randomMatrix(rows: 20, columns: 2, seed: 1)
        let algorithm = Agglomerative(clusterCount: 3, linkage: linkage)
        #expect(throws: ClusteringError.emptyData(rows: 0, columns: 2)) {
            try algorithm.fit(Matrix(rows: 0, columns: 2))
        }
        #expect(throws: ClusteringError.tooFewRows(rows: 2, clusters: 3)) { try algorithm.fit(data.rows(in: 0..<2)) }
        #expect(throws: ClusteringError.self) { try Agglomerative(clusterCount: 0, linkage: linkage).fit(data) }
        for stage in ["", "merging", "nearest clusters", "distances", "nearest neighbours"] {
            // Each stage that there is can be stopped.
            let usesStage = StageList()
            _ = try? algorithm.fit(data, progress: usesStage.handler)
            guard stage.isEmpty || usesStage.stages.contains(stage) else { continue }
            #expect(throws: ClusteringError.cancelled) {
                try algorithm.fit(data, progress: ProgressHandler { !stage.isEmpty && $0.stage != stage })
            }
        }
        if linkage.needsEuclideanRows {
            #expect(throws: ClusteringError.self) {
                try Agglomerative(clusterCount: 3, linkage: linkage, metric: .cosine).fit(data)
            }
        }
        data[4, 1] = .infinity
        #expect(throws: ClusteringError.notFinite(row: 4, column: 1)) { try algorithm.fit(data) }
    }

    @Test("estimates count all distances only where they are kept")
    func memory() {
        for linkage in Linkage.allCases {
            let bytes = Agglomerative(clusterCount: 2, linkage: linkage).memoryEstimate(rows: 100_000, columns: 8).bytes
            #expect((bytes >= 40_000_000_000) == [.complete, .average, .weighted].contains(linkage))
        }
    }

    /// Each merge's leaves and height.
    func subtrees(_ tree: Dendrogram) -> [(Set<Int>, Double)] {
        var leaves = (0..<tree.leafCount).map { Set([$0]) }
        return tree.merges.map { merge in
            leaves.append(leaves[merge.first].union(leaves[merge.second]))
            return (leaves[leaves.count - 1], merge.height)
        }
    }

    func expectSameTree(
        _ actual: Dendrogram, _ expected: Dendrogram, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(actual.merges.count == expected.merges.count, sourceLocation: sourceLocation)
        for (a, e) in zip(subtrees(actual), subtrees(expected)) {
            #expect(a.0 == e.0, sourceLocation: sourceLocation)
            expectClose(a.1, e.1, relativeTolerance: 1e-5, absoluteTolerance: 1e-12, sourceLocation: sourceLocation)
        }
    }
}

/// The stages that work reports.
private final class StageList: Sendable {
    private let names = Locked(Set<String>())
    var stages: Set<String> { names.withLock { $0 } }
    var handler: ProgressHandler {
        ProgressHandler { update in
            self.names.withLock { _ = $0.insert(update.stage) }
            return true
        }
    }
}
