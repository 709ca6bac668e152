import Tensor

/// A coreset tree: points divided in two again and again, where the cost is, until there are m leaves.
///
/// Each leaf has a representative; its cost is the weighted squared distance of its points to it. A leaf is chosen with
/// probability proportional to its cost by descending from the root, and a point of it in proportion to the point's
/// cost. The chosen point becomes the representative of those that are nearer to it. Distances are needed within one leaf
/// only, which is what makes this cheaper than k-means++ with m centroids.
///
/// - Reference: Ackermann et al., "StreamKM++: a clustering algorithm for data streams", JEA 2012,
///   doi:10.1145/2133803.2184450.
package struct CoresetTree {
    private struct Node {
        var cost: Double
        var parent: Int
        /// The two children are nodes `children` and `children + 1`; 0 for a leaf.
        var children = 0
        /// The leaf's points, as positions in `order`.
        var points: Range<Int>
        var representative: Int
    }

    private let input: CoresetInput
    private var nodes: [Node] = []
    /// The points, leaf by leaf.
    private var order: [Int32]
    /// What each point costs, in the same order.
    private var costs: [Double]
    // Room for the points of a leaf whose distances are asked for, where they stand, and what those that move cost.
    private var asked: [Int32] = []
    private var open: [Int32] = []
    private var movedCosts: [Double]

    /// The leaf of each point, at most `count` of them.
    ///
    /// - Complexity: O(n · d · log m) where leaves are halved, O(n · m · d) at worst.
    package static func labels(
        _ input: CoresetInput, count: Int, _ random: inout RandomSource
    ) -> (labels: [Int32], count: Int) {
        guard input.count > count else { return (Array(0..<Int32(input.count)), input.count) }
        var tree = CoresetTree(input, &random)
        var leaves = 1
        while leaves < count, tree.split(at: random.uniform()) { leaves += 1 }
        return (tree.leafLabels(), leaves)
    }

    private init(_ input: CoresetInput, _ random: inout RandomSource) {
        self.input = input
        order = Array(0..<Int32(input.count))
        costs = [Double](repeating: .infinity, count: input.count)
        movedCosts = costs
        let first = random.index(weightedBy: input.weights) ?? 0
        nodes = [Node(cost: 0, parent: -1, points: 0..<input.count, representative: first)]
        let all = divide(0..<input.count, representative: first, farFrom: nil)
        // All points are nearer to the first representative than to none: they have moved, and stand where they stood.
        nodes[0].cost = all.movedCost
    }

    /// Splits a leaf chosen by cost.
    ///
    /// - Parameter share: from 0 to 1: which point, when costs are laid side by side.
    /// - Returns: `false` when every point coincides with a representative.
    private mutating func split(at share: Double) -> Bool {
        guard nodes[0].cost > 0 else { return false }
        var remaining = share * nodes[0].cost
        var leaf = 0
        while nodes[leaf].children > 0 {
            let left = nodes[leaf].children
            // What remains is spread evenly over the cost of the node that is entered.
            if remaining < nodes[left].cost || nodes[left + 1].cost <= 0 {
                leaf = left
            } else {
                remaining -= nodes[left].cost
                leaf = left + 1
            }
        }
        guard let chosen = point(of: leaf, at: remaining) else {
            // Rounding left a cost where there is none.
            nodes[leaf].cost = 0
            updateCosts(above: leaf)
            return split(at: share)
        }
        let (old, points) = (nodes[leaf].representative, nodes[leaf].points)
        let parts = divide(points, representative: chosen, farFrom: old)
        let border = points.lowerBound + parts.stayed
        nodes[leaf].children = nodes.count
        nodes.append(
            Node(cost: parts.stayedCost, parent: leaf, points: points.lowerBound..<border, representative: old))
        nodes.append(
            Node(cost: parts.movedCost, parent: leaf, points: border..<points.upperBound, representative: chosen))
        updateCosts(above: nodes.count - 1)
        return true
    }

    private mutating func updateCosts(above node: Int) {
        var node = nodes[node].parent
        while node >= 0 {
            let children = nodes[node].children
            nodes[node].cost = nodes[children].cost + nodes[children + 1].cost
            node = nodes[node].parent
        }
    }

    /// The point of a leaf where the costs of those before it and its own reach `target`.
    private func point(of leaf: Int, at target: Double) -> Int? {
        var remaining = target
        var last: Int?
        for position in nodes[leaf].points where costs[position] > 0 {
            last = Int(order[position])
            remaining -= costs[position]
            if remaining < 0 { break }
        }
        return last
    }

    /// Divides a leaf: points that are nearer to a new representative move behind the others; both keep their order.
    ///
    /// - Parameter old: the representative so far.
    private mutating func divide(
        _ points: Range<Int>, representative: Int, farFrom old: Int?
    ) -> (stayed: Int, stayedCost: Double, movedCost: Double) {
        // A point x cannot be nearer to the new representative q than to its own p if ‖x − p‖² ≤ ¼‖p − q‖².
        let apart = old.map { squaredDistances(of: [Int32($0)], to: representative)[0] } ?? 0
        let certain = apart * 0.25 * (1 - 1e-12)
        open.removeAll(keepingCapacity: true)
        asked.removeAll(keepingCapacity: true)
        for position in points where costs[position] > input.weights[Int(order[position])] * certain {
            open.append(Int32(position))
            asked.append(order[position])
        }
        let distances = squaredDistances(of: asked, to: representative)
        // Those that move are set aside.
        var moved = 0
        var movedCost = 0.0
        for (index, position) in open.enumerated() {
            let cost = input.weights[Int(asked[index])] * distances[index]
            guard cost < costs[Int(position)] else { continue }
            asked[moved] = asked[index]
            movedCosts[moved] = cost
            movedCost += cost
            moved += 1
            order[Int(position)] = -1
        }
        var stayed = points.lowerBound
        var stayedCost = 0.0
        for position in points where order[position] >= 0 {
            order[stayed] = order[position]
            costs[stayed] = costs[position]
            stayedCost += costs[position]
            stayed += 1
        }
        for index in 0..<moved {
            order[stayed + index] = asked[index]
            costs[stayed + index] = movedCosts[index]
        }
        return (stayed - points.lowerBound, stayedCost, movedCost)
    }

    private func squaredDistances(of points: [Int32], to representative: Int) -> [Double] {
        let dimension = input.positions.columns
        return input.positions.withUnsafeBufferPointer { positions in
            [Double](unsafeUninitializedCapacity: points.count) { distances, initialized in
                initialized = points.count
                guard let start = positions.baseAddress, let distances = distances.baseAddress else { return }
                RowKernel.squaredDistances(
                    start, at: points, count: points.count, to: start + representative * dimension, depth: dimension,
                    into: distances)
            }
        }
    }

    private func leafLabels() -> [Int32] {
        var labels = [Int32](repeating: 0, count: order.count)
        var leaf: Int32 = 0
        for node in nodes where node.children == 0 {
            for position in node.points { labels[Int(order[position])] = leaf }
            leaf += 1
        }
        return labels
    }
}
