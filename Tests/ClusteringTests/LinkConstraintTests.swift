import Clustering
import Tensor
import Testing
import _TestSupport

@Suite struct LinkConstraintTests {
    /// Groups of groups, so that the hierarchy has several levels.
    func data(seed: UInt64, dimension: Int = 4) -> Matrix {
        var random = RandomSource(seed: seed, stage: "groups of groups")
        var rows: [[Float]] = []
        for _ in 0..<4 {
            let far = (0..<dimension).map { _ in random.normal() * 14 }
            for _ in 0..<3 {
                let near = far.map { $0 + random.normal() * 3.4 }
                for _ in 0..<12 { rows.append(near.map { Float($0 + random.normal() * 0.7) }) }
            }
        }
        return Matrix(rows)
    }

    func randomPairs(_ count: Int, _ rows: Int, seed: UInt64) -> [(Int, Int)] {
        var random = RandomSource(seed: seed)
        return (0..<count).map { _ in
            let pair = random.sample(2, outOf: rows)
            return (pair[0], pair[1])
        }
    }

    /// Random pairs, those left out that contradict others.
    func constraints(_ count: Int, _ rows: Int, seed: UInt64) -> LinkConstraints {
        var result = LinkConstraints()
        for (index, pair) in randomPairs(count, rows, seed: seed).enumerated() {
            var next = result
            if index % 2 == 0 {
                next.mustLink.append(.init(pair.0, pair.1))
            } else {
                next.cannotLink.append(.init(pair.0, pair.1))
            }
            if (try? next.validate(rowCount: rows)) != nil { result = next }
        }
        return result
    }

    static let selections = [
        ClusterSelection(), ClusterSelection(.leaf), ClusterSelection(allowsSingleCluster: true),
        ClusterSelection(.leaf, allowsSingleCluster: true), ClusterSelection(maximumClusterSize: 30),
        ClusterSelection(.leaf, epsilon: 2.5), ClusterSelection(epsilon: 4),
    ]

    @Test(
        "without constraints, and with such as are satisfied, the clusters are the same",
        arguments: 0..<4 as Range<UInt64>)
    func satisfied(seed: UInt64) throws {
        let points = data(seed: seed)
        for selection in Self.selections {
            let parameters = HDBSCAN(minimumClusterSize: 5, minimumSamples: 3, selection: selection)
            let plain = try parameters.fit(points)
            #expect(plain.violations.isEmpty)
            let empty = try parameters.fit(points, constraints: LinkConstraints())
            #expect(empty.labels == plain.labels && empty.clusters == plain.clusters)
            var known = LinkConstraints()
            for (a, b) in randomPairs(120, points.rows, seed: seed + 50) {
                guard let first = plain.labels[a], let second = plain.labels[b] else { continue }
                if first == second { known.mustLink.append(.init(a, b)) } else { known.cannotLink.append(.init(a, b)) }
            }
            let again = try parameters.fit(points, constraints: known)
            #expect(again.violations.isEmpty)
            #expect(again.labels == plain.labels)
            #expect(try plain.regrouped(minimumClusterSize: 5, constraints: known).labels == plain.labels)
        }
    }

    /// All ways to take clusters such that each leaf lies in exactly one, except what is too large.
    func selections(_ tree: CondensedTree, _ cluster: Int, _ selection: ClusterSelection) -> [[Int]] {
        let children = tree.clusters[cluster].children
        var result: [[Int]] = []
        let isAllowed = tree.clusters[cluster].weight <= Double(selection.maximumClusterSize ?? .max)
        if isAllowed && (cluster > 0 || selection.allowsSingleCluster) { result.append([cluster]) }
        guard !children.isEmpty else { return result.isEmpty ? [[]] : result }
        var parts: [[Int]] = [[]]
        for child in children {
            let ways = selections(tree, child, selection)
            parts = parts.flatMap { part in ways.map { part + $0 } }
        }
        return result + parts
    }

    /// The labels that the clusters taken give.
    func labels(_ tree: CondensedTree, _ taken: [Int]) -> [Int] {
        tree.rowClusters.indices.map { row in
            var place: Int? = tree.rowClusters[row]
            while let current = place {
                if let label = taken.firstIndex(of: current) {
                    return current == 0 && tree.rowLambdas[row] < tree.clusters[0].death ? -1 : label
                }
                place = tree.clusters[current].parent
            }
            return -1
        }
    }

    @Test(
        "no other choice of clusters satisfies more, or as much with more stability", arguments: 0..<6 as Range<UInt64>)
    func optimal(seed: UInt64) throws {
        let points = data(seed: seed)
        for selection in [
            ClusterSelection(), ClusterSelection(allowsSingleCluster: true), ClusterSelection(maximumClusterSize: 30),
        ] {
            let parameters = HDBSCAN(minimumClusterSize: 7, minimumSamples: 3, selection: selection)
            let known = constraints(10 + 6 * Int(seed), points.rows, seed: seed)
            let model = try parameters.fit(points, constraints: known)
            let tree = model.condensedTree
            func value(_ taken: [Int]) -> (satisfied: Int, stability: Double) {
                let violated = known.violated(by: ClusterLabels(labels(tree, taken)))
                return (
                    -(Set(violated.mustLink).count + Set(violated.cannotLink).count),
                    taken.reduce(0) { $0 + tree.clusters[$1].stability }
                )
            }
            let mine = value(model.clusters)
            #expect(mine.satisfied == -(model.violations.mustLink.count + model.violations.cannotLink.count))
            let all = selections(tree, 0, selection)
            #expect(all.count > 3)
            for other in all.map({ value($0) }) {
                #expect(other.satisfied <= mine.satisfied)
                if other.satisfied == mine.satisfied { #expect(other.stability <= mine.stability * (1 + 1e-12)) }
            }
        }
    }

    @Test("rows of one cluster that do not belong together are separated where the hierarchy allows")
    func separates() throws {
        // Two pairs of groups: by excess of mass two clusters, below them four.
        var rows: [[Float]] = []
        for (group, center) in [0, 3.2, 40, 43.2].enumerated() {
            for index in 0..<25 {
                let angle = Double(index) * 0.7 + Double(group)
                rows.append([Float(center + Double(index % 5) * 0.3 + 0.01 * angle), Float(Double(index / 5) * 0.3)])
            }
        }
        let points = Matrix(rows)
        func parameters(_ selection: ClusterSelection) -> HDBSCAN {
            HDBSCAN(minimumClusterSize: 10, minimumSamples: 4, selection: selection)
        }
        let leaves = try parameters(ClusterSelection(.leaf)).fit(points)
        #expect(leaves.labels.sizes == [25, 25, 25, 25])
        let joined = try leaves.regrouped(minimumClusterSize: 10, constraints: LinkConstraints(mustLink: [(12, 37)]))
        #expect(joined.violations.isEmpty && joined.labels[12] == joined.labels[37])
        #expect(joined.labels.sizes == [50, 25, 25])
        let wide = try parameters(ClusterSelection(epsilon: 8)).fit(points)
        #expect(wide.labels.sizes == [50, 50])
        let apart = try wide.regrouped(minimumClusterSize: 10, constraints: LinkConstraints(cannotLink: [(12, 37)]))
        #expect(apart.violations.isEmpty && apart.labels[12] != apart.labels[37])
        #expect(apart.labels.sizes == [50, 25, 25])
        // Within the smallest clusters nothing can be separated, and across the root nothing joined: that is reported.
        let impossible = LinkConstraints(mustLink: [(12, 87)], cannotLink: [(11, 12)])
        let stuck = try parameters(ClusterSelection(.leaf)).fit(points, constraints: impossible)
        #expect(stuck.violations == impossible)
        let one = try parameters(ClusterSelection(allowsSingleCluster: true)).fit(
            points, constraints: LinkConstraints(mustLink: [(12, 87)]))
        #expect(one.labels.clusterCount == 1 && one.violations.isEmpty)
        // Predictions follow.
        #expect(try one.predict(points) == one.labels)
    }

    @Test("pairs that cannot be are refused by name")
    func errors() throws {
        let points = data(seed: 1)
        func refusal(_ constraints: LinkConstraints) -> String? {
            do {
                _ = try HDBSCAN().fit(points, constraints: constraints)
                return nil
            } catch {
                return "\(error)"
            }
        }
        #expect(
            refusal(LinkConstraints(mustLink: [(0, 1), (3, 144)]))?.contains("mustLink[1] is rows 3 and 144") == true)
        #expect(refusal(LinkConstraints(cannotLink: [(-1, 4)]))?.contains("cannotLink[0] is rows -1 and 4") == true)
        #expect(refusal(LinkConstraints(cannotLink: [(7, 7)]))?.contains("rows 7 and 7") == true)
        #expect(refusal(LinkConstraints(mustLink: [(2, 2)])) != nil)
        #expect(refusal(LinkConstraints(mustLink: [(2, 3)], cannotLink: [(3, 2)]))?.contains("cannotLink[0]") == true)
        let chain = LinkConstraints(mustLink: [(2, 3), (9, 3), (9, 5)], cannotLink: [(0, 1), (5, 2)])
        #expect(refusal(chain)?.contains("cannotLink[1] is rows 2 and 5") == true)
        let model = try HDBSCAN().fit(points)
        #expect(throws: ClusteringError.self) { try model.regrouped(minimumClusterSize: 5, constraints: chain) }
    }
}
