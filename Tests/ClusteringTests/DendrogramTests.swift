import Clustering
import Foundation
import Tensor
import Testing
import _TestSupport

@Suite struct DendrogramTests {
    @Test("a linkage matrix of scipy's comes back as it was")
    func linkageMatrix() throws {
        for expected in try DendrogramReference.load().linkages {
            let tree = try Dendrogram(linkageMatrix: expected.matrix)
            #expect(tree.linkageMatrix == expected.matrix)
            #expect(tree.treeCount == 1)
            #expect(tree.isMonotone == !["centroid", "median"].contains(expected.linkage) || tree.isMonotone)
        }
        #expect(try Dendrogram(linkageMatrix: []).leafCount == 1)
        #expect(try Dendrogram(linkageMatrix: [], leafCount: 4).treeCount == 4)
    }

    @Test(
        "what is no linkage matrix is refused",
        arguments: [
            [[0, 1, 2]], [[0, 0, 1, 2]], [[0, 2, 1, 2]], [[0, 1, 1, 3]], [[0, 1, .nan, 2]], [[0.5, 1, 1, 2]],
            [[-1, 1, 1, 2]], [[0, 1, 1, 2], [1, 2, 2, 3]], [[0, 1, 1, 2], [3, 4, 2, 3]], [[1e300, 1, 1, 2]],
        ])
    func badLinkageMatrix(matrix: [[Double]]) {
        #expect(throws: ClusteringError.self) { try Dendrogram(linkageMatrix: matrix) }
    }

    @Test("a tree that is written comes back, and what is no tree is refused", arguments: [0, 1, 2, 40])
    func files(leaves: Int) throws {
        let tree = leaves == 0 ? Dendrogram(leafCount: 0, merges: []) : randomTree(leaves: leaves, seed: 3)
        let data = try JSONEncoder().encode(tree)
        #expect(try JSONDecoder().decode(Dendrogram.self, from: data) == tree)
        for text in [
            #"{"leafCount":2,"first":[0],"second":[0],"heights":[1]}"#,
            #"{"leafCount":2,"first":[0],"second":[2],"heights":[1]}"#,
            #"{"leafCount":2,"first":[0],"second":[],"heights":[1]}"#,
            #"{"leafCount":2,"first":[0,2],"second":[1,3],"heights":[1,2]}"#,
            #"{"leafCount":-9223372036854775808,"first":[],"second":[],"heights":[]}"#,
            #"{"leafCount":9223372036854775807,"first":[9223372036854775807],"second":[1],"heights":[1]}"#,
            #"{"leafCount":3,"first":[-9223372036854775808],"second":[1],"heights":[1]}"#,
            #"{"leafCount":-5,"first":[],"second":[],"heights":[]}"#,
            #"{"leafCount":3,"first":[-1],"second":[1],"heights":[1]}"#,
        ] {
            #expect(throws: DecodingError.self) { try JSONDecoder().decode(Dendrogram.self, from: Data(text.utf8)) }
        }
    }

    @Test("cuts by height and by inconsistency are scipy's, also where heights decrease")
    func cutsOfScipy() throws {
        for reference in try DendrogramCutReference.load().cuts {
            let tree = try Dendrogram(linkageMatrix: reference.matrix)
            for cut in reference.heights {
                expectSamePartition(tree.labels(height: cut.height).values.map { Int($0) }, cut.labels.map { $0 - 1 })
            }
            for cut in reference.inconsistent {
                let found = tree.inconsistencies(depth: cut.depth)
                for (a, e) in zip(found, cut.coefficients) { expectClose(a.coefficient, e, absoluteTolerance: 1e-8) }
                for (a, e) in zip(found, cut.deviations) { expectClose(a.deviation, e, absoluteTolerance: 1e-8) }
                let labels = tree.labels(inconsistency: cut.limit, depth: cut.depth)
                expectSamePartition(labels.values.map { Int($0) }, cut.labels.map { $0 - 1 })
            }
        }
    }

    @Test("cuts by count are scikit-learn's")
    func cutsByCount() throws {
        for reference in try DendrogramReference.load().linkages {
            let tree = try Dendrogram(linkageMatrix: reference.matrix)
            for (count, labels) in reference.cuts {
                expectSamePartition(try tree.labels(clusterCount: #require(Int(count))).values.map { Int($0) }, labels)
            }
        }
    }

    @Test("the dynamic cut is that of the authors' package without its second stage")
    func dynamicCut() throws {
        let sets = try DendrogramReference.load()
        for reference in try DendrogramCutReference.load().cuts {
            let tree = try Dendrogram(linkageMatrix: reference.matrix)
            for cut in reference.dynamic {
                let parameters = DynamicTreeCut(minimumClusterSize: cut.minimumClusterSize, deepSplit: cut.deepSplit)
                let labels = try tree.labels(dynamic: parameters, of: sets.data(reference.set))
                expectSamePartition(labels.values.map { Int($0) }, cut.labels)
                let fromTree = try tree.labels(dynamic: parameters)
                for found in [labels, fromTree] { #expect(found.sizes.allSatisfy { $0 >= cut.minimumClusterSize }) }
            }
        }
    }

    @Test("each cut by count has so many clusters, and each refines the one before", arguments: [1, 2, 3, 17, 60])
    func nestedCuts(leaves: Int) throws {
        let tree = randomTree(leaves: leaves, plateau: 3, seed: UInt64(leaves))
        var previous = try tree.labels(clusterCount: 1)
        for count in 1...leaves {
            let labels = try tree.labels(clusterCount: count)
            #expect(labels.clusterCount == count && labels.noiseCount == 0)
            #expect(labels.sizes == labels.sizes.sorted(by: >))
            // No cluster lies in two of the coarser ones.
            for members in labels.members { #expect(Set(members.map { previous.values[$0] }).count == 1) }
            previous = labels
        }
        #expect(throws: ClusteringError.tooFewRows(rows: leaves, clusters: leaves + 1)) {
            try tree.labels(clusterCount: leaves + 1)
        }
        #expect(throws: ClusteringError.self) { try tree.labels(clusterCount: 0) }
    }

    @Test("a forest is cut into no fewer clusters than it has trees")
    func forest() throws {
        let tree = try Dendrogram(linkageMatrix: [[0, 4, 1, 2], [1, 2, 2, 2]], leafCount: 5)
        #expect(tree.treeCount == 3)
        #expect(tree.leafOrder == [0, 4, 1, 2, 3])
        #expect(try tree.labels(clusterCount: 3).values == [0, 1, 1, 2, 0])
        #expect(throws: ClusteringError.notConnected(parts: 3, clusters: 2)) { try tree.labels(clusterCount: 2) }
        #expect(tree.copheneticDistance(0, 4) == 1 && tree.copheneticDistance(0, 1) == .infinity)
        #expect(throws: ClusteringError.notConnected(parts: 3, clusters: 1)) {
            try tree.copheneticCorrelation(with: randomMatrix(rows: 5, columns: 2, seed: 1))
        }
        #expect(try tree.labels(dynamic: DynamicTreeCut(minimumClusterSize: 2)).noiseCount <= 5)
    }

    @Test("cophenetic distances and their correlation are scipy's")
    func cophenetic() throws {
        let sets = try DendrogramReference.load()
        for reference in try DendrogramCutReference.load().cuts {
            let tree = try Dendrogram(linkageMatrix: reference.matrix)
            for (a, e) in zip(tree.copheneticDistances(from: 3), reference.copheneticFromThree) { expectClose(a, e) }
            let found = try withThreadCounts { try tree.copheneticCorrelation(with: sets.data(reference.set)) }
            #expect(Set(found).count == 1)
            expectClose(found[0], reference.correlation, relativeTolerance: 1e-9)
        }
    }

    @Test("the optimal order is no longer than scipy's and crosses nothing")
    func leafOrderOfScipy() throws {
        let sets = try DendrogramReference.load()
        for reference in try DendrogramCutReference.load().cuts {
            let tree = try Dendrogram(linkageMatrix: reference.matrix)
            let data = sets.data(reference.set)
            let found = try withThreadCounts { try tree.optimalLeafOrder(of: data) }
            #expect(Set(found).count == 1)
            // scipy's search stops short of the optimum now and then; the test below knows all orders.
            #expect(length(of: found[0], data) <= reference.leafOrderSum * (1 + 1e-12))
            expectIsOrder(found[0], of: tree)
        }
    }

    @Test("no way to turn the branches makes a shorter order", arguments: [1, 2, 3, 4, 7, 9])
    func leafOrderByTrial(leaves: Int) throws {
        let data = randomMatrix(rows: leaves, columns: 2, seed: UInt64(leaves))
        let tree = randomTree(leaves: leaves, seed: 5)
        let found = try tree.optimalLeafOrder(of: data)
        expectIsOrder(found, of: tree)
        // All turns of all branches.
        var orders: [Int: [[Int]]] = [:]
        for leaf in 0..<leaves { orders[leaf] = [[leaf]] }
        for (index, merge) in tree.merges.enumerated() {
            orders[leaves + index] = orders[merge.first, default: []].flatMap { a in
                orders[merge.second, default: []].flatMap { b in [a + b, b + a] }
            }
        }
        let best = orders[2 * leaves - 2, default: []].map { length(of: $0, data) }.min()
        expectClose(length(of: found, data), try #require(best))
    }

    @Test("bad input to orders and correlations is refused, and they can be stopped")
    func refusals() {
        let tree = randomTree(leaves: 30, seed: 1)
        let data = randomMatrix(rows: 30, columns: 2, seed: 1)
        var broken = data
        broken[7, 1] = .nan
        #expect(throws: ClusteringError.notFinite(row: 7, column: 1)) { try tree.optimalLeafOrder(of: broken) }
        #expect(throws: ClusteringError.notFinite(row: 7, column: 1)) { try tree.copheneticCorrelation(with: broken) }
        #expect(throws: ClusteringError.self) { try tree.optimalLeafOrder(of: data.rows(in: 0..<29)) }
        let stop = ProgressHandler { _ in false }
        #expect(throws: ClusteringError.cancelled) { try tree.optimalLeafOrder(of: data, progress: stop) }
        #expect(throws: ClusteringError.cancelled) { try tree.copheneticCorrelation(with: data, progress: stop) }
        for cut in [
            DendrogramCut.count(0), .height(.nan), .inconsistency(.nan), .inconsistency(1, depth: 0),
            .dynamic(.init(minimumClusterSize: 1)), .dynamic(.init(deepSplit: 5)), .dynamic(.init(cutHeight: .nan)),
        ] { #expect(throws: ClusteringError.self) { try tree.labels(cut) } }
    }

    func length(of order: [Int], _ data: Matrix) -> Double {
        zip(order, order.dropFirst()).reduce(0) { $0 + Metric.euclidean.distance(data.row($1.0), data.row($1.1)) }
    }

    /// The leaves of each node stand next to each other.
    func expectIsOrder(_ order: [Int], of tree: Dendrogram) {
        #expect(order.sorted() == Array(0..<tree.leafCount))
        var places = [Set<Int>](repeating: [], count: tree.leafCount)
        for (place, leaf) in order.enumerated() { places[leaf] = [place] }
        for merge in tree.merges {
            let joined = places[merge.first].union(places[merge.second])
            #expect((joined.max() ?? 0) - (joined.min() ?? 0) == joined.count - 1)
            places.append(joined)
        }
    }
}
