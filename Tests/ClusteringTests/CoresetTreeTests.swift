import Clustering
import Foundation
import Tensor
import Testing
import _TestSupport

/// The bytes of a file.
func bytes(_ path: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(fileURLWithPath: path))) }

func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

@Suite struct CoresetTreeTests {
    /// The tree as the paper has it, with lists: the leaves' points, in order of their making.
    static func naive(_ points: [[Double]], _ weights: [Double], count: Int, _ random: inout RandomSource) -> [Int] {
        func distance(_ a: Int, _ b: Int) -> Double {
            zip(points[a], points[b]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        final class Node {
            var points: [Int], representative: Int, cost: Double, children: [Node] = []
            init(_ points: [Int], _ representative: Int, _ cost: Double) {
                (self.points, self.representative, self.cost) = (points, representative, cost)
            }
        }
        func make(_ members: [Int], _ representative: Int) -> Node {
            Node(members, representative, members.reduce(0) { $0 + weights[$1] * distance($1, representative) })
        }
        let first = random.index(weightedBy: weights) ?? 0
        let root = make(Array(points.indices), first)
        var nodes = [root]
        for _ in 1..<count where root.cost > 0 {
            var remaining = random.uniform() * root.cost
            var path = [root]
            while let node = path.last, !node.children.isEmpty {
                if remaining < node.children[0].cost {
                    path.append(node.children[0])
                } else {
                    remaining -= node.children[0].cost
                    path.append(node.children[1])
                }
            }
            guard let leaf = path.last else { break }
            var chosen = -1
            for point in leaf.points {
                let cost = weights[point] * distance(point, leaf.representative)
                guard cost > 0 else { continue }
                chosen = point
                remaining -= cost
                if remaining < 0 { break }
            }
            let moves = leaf.points.filter { distance($0, chosen) < distance($0, leaf.representative) }
            let moved = Set(moves)
            leaf.children = [
                make(leaf.points.filter { !moved.contains($0) }, leaf.representative), make(moves, chosen),
            ]
            nodes += leaf.children
            for node in path.reversed() { node.cost = node.children[0].cost + node.children[1].cost }
        }
        var labels = [Int](repeating: 0, count: points.count)
        for (leaf, node) in nodes.filter(\.children.isEmpty).enumerated() {
            for point in node.points { labels[point] = leaf }
        }
        return labels
    }

    @Test(
        "the tree is that of the paper", arguments: [(1, 1), (2, 5), (300, 20), (300, 299), (1000, 64)], [false, true])
    func agreesWithNaiveTree(size: (points: Int, leaves: Int), weighted: Bool) {
        for seed in 0..<3 {
            let data = randomMatrix(rows: size.points, columns: 3, seed: UInt64(seed))
            var random = RandomSource(seed: 5, stage: "weights", item: seed)
            let weights = (0..<size.points).map { _ in weighted ? 0.25 + random.uniform() : 1 }
            var (mine, theirs) = (
                RandomSource(seed: 1, stage: "tree", item: seed), RandomSource(seed: 1, stage: "tree", item: seed)
            )
            let tree = CoresetTree.labels(CoresetInput(data, weights: weights), count: size.leaves, &mine)
            guard size.points > size.leaves else {
                #expect(tree.labels == Array(0..<Int32(size.points)))
                continue
            }
            let expected = Self.naive(
                (0..<data.rows).map { data.row($0).map { Double($0) } }, weights, count: size.leaves, &theirs)
            #expect(tree.labels.map { Int($0) } == expected)
            #expect(tree.count == size.leaves)
        }
    }

    /// A port of the authors' program uses one random number on every level without rescaling it, so that costs that are
    /// even lead to the outermost leaves only.
    @Test("where costs are even, every leaf is split about as often as any other")
    func evenDescent() {
        // 64 pairs, far apart; each pair alike.
        let data = Matrix(
            (0..<128).map { (row: Int) -> [Float] in
                let pair = row / 2
                return [Float(pair * 1000 + row % 2), Float(pair % 8 * 5000)]
            })
        var split = [Int](repeating: 0, count: 64)
        for seed in 0..<400 {
            var random = RandomSource(seed: 3, stage: "tree", item: seed)
            let weights = [Double](repeating: 1, count: 128)
            let labels = CoresetTree.labels(CoresetInput(data, weights: weights), count: 96, &random).labels
            for pair in 0..<64 where labels[2 * pair] != labels[2 * pair + 1] { split[pair] += 1 }
        }
        // All 64 pairs are apart first; then half of the pairs are split, 200 times of 400 each, deviation 10.
        #expect(split.reduce(0, +) == 400 * 32)
        #expect(split.allSatisfy { (140...260).contains($0) })
    }

    /// A port of the authors' program draws the first representative without regard to weights.
    @Test("the first representative is drawn by weight")
    func weightedFirstDraw() {
        let data = Matrix([[0], [10], [20]])
        var first = [0, 0, 0]
        for seed in 0..<600 {
            var random = RandomSource(seed: 9, stage: "tree", item: seed)
            // With two leaves the representative of leaf 0 is the first drawn.
            let labels = CoresetTree.labels(CoresetInput(data, weights: [1, 8, 1]), count: 2, &random).labels
            // The middle point as the representative: leaf 0 has it and one of the others.
            if labels[1] == 0 && labels[0] != labels[2] { first[1] += 1 } else { first[0] += 1 }
        }
        #expect(first[1] > 400)
    }

    @Test("points that coincide are one leaf, whatever is asked for")
    func duplicates() {
        let data = Matrix((0..<90).map { [Float($0 % 3), 2] })
        var random = RandomSource(seed: 1)
        let tree = CoresetTree.labels(
            CoresetInput(data, weights: [Double](repeating: 1, count: 90)), count: 20, &random)
        #expect(tree.count == 3)
        expectSamePartition(tree.labels.map { Int($0) }, (0..<90).map { $0 % 3 })
    }

    @Test("a coreset tells costs better than a uniform sample of its size where groups are uneven")
    func betterThanSampling() throws {
        // A few rows far away, which a sample misses.
        var (data, _) = blobs(centers: 10, count: 500, dimension: 5, spread: 20, seed: 2)
        for row in stride(from: 0, to: 5000, by: 500) { data[row, 0] += 4000 + Float(row) }
        let m = 200
        var (worst, worstOfSample) = (0.0, 0.0)
        for seed in 0..<5 {
            var random = RandomSource(seed: 4, stage: "sample", item: seed)
            let coreset = CoresetReducer.coresetTree.reduce(
                CoresetInput(data, weights: [Double](repeating: 1, count: 5000)), to: m, clusterCount: 10, &random)
            let sample = data.gatheringRows(random.sample(m, outOf: 5000))
            let model = try KMeans(clusterCount: 10, seed: UInt64(seed)).fit(data)
            let distances = { (points: Matrix, weights: [Double], errors: [Double]) in
                (0..<points.rows).reduce(0.0) { sum, row in
                    let nearest =
                        (0..<10).map { Metric.euclidean.distance(points.row(row), model.centroids.row($0)) }.min() ?? 0
                    return sum + weights[row] * nearest * nearest + errors[row]
                }
            }
            let means = coreset.means(relativeTo: [Double](repeating: 0, count: 5))
            worst = max(worst, abs(distances(means, coreset.weights, coreset.squaredErrors) / model.inertia - 1))
            worstOfSample = max(
                worstOfSample,
                abs(
                    distances(sample, [Double](repeating: 25, count: m), [Double](repeating: 0, count: m))
                        / model.inertia - 1))
        }
        #expect(worst < 0.05 && worst < worstOfSample / 3)
    }
}
