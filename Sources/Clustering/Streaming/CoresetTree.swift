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
    private var scratch: Scratch

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
        scratch = Scratch(count: input.count)
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
        let apart = old.map { squaredDistance(of: $0, to: representative) } ?? 0
        let certain = apart * 0.25 * (1 - 1e-12)
        return input.weights.withUnsafeBufferPointer { weights in
            order.withUnsafeMutableBufferPointer { order in
                costs.withUnsafeMutableBufferPointer { costs in
                    let asked = scratch.choose(points, order, costs, weights, above: certain)
                    input.squaredDistances(
                        of: scratch.asked, count: asked, to: representative, into: &scratch.distances)
                    return scratch.divide(points, order, costs, weights, asked: asked)
                }
            }
        }
    }

    private func squaredDistance(of point: Int, to representative: Int) -> Double {
        var distance = 0.0
        input.squaredDistances(of: [Int32(point)], count: 1, to: representative, into: &distance)
        return distance
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

/// Room for the points of a leaf that is divided. Which of them are asked for, and which move, cannot be foreseen: each is
/// written, and overwritten by the next where it is not one of them.
private struct Scratch {
    /// Points whose distances are asked for.
    private(set) var asked: [Int32]
    /// Where they stand.
    private var places: [Int32]
    /// Their squared distances to the new representative.
    var distances: [Double]
    /// What those that move cost.
    private var movedCosts: [Double]

    init(count: Int) {
        asked = [Int32](repeating: 0, count: count)
        places = asked
        distances = [Double](repeating: 0, count: count)
        movedCosts = distances
    }

    /// Chooses the points that cost more than `least` for each unit of their weights.
    ///
    /// - Returns: how many those are.
    mutating func choose(
        _ points: Range<Int>, _ order: UnsafeMutableBufferPointer<Int32>, _ costs: UnsafeMutableBufferPointer<Double>,
        _ weights: UnsafeBufferPointer<Double>, above least: Double
    ) -> Int {
        asked.withUnsafeMutableBufferPointer { asked in
            places.withUnsafeMutableBufferPointer { places in
                var count = 0
                for position in points {
                    let point = order[position]
                    asked[count] = point
                    places[count] = Int32(truncatingIfNeeded: position)
                    count += costs[position] > weights[Int(point)] * least ? 1 : 0
                }
                return count
            }
        }
    }

    /// Moves the first `count` of those ``asked`` for behind the others, where their ``distances`` make them cheaper.
    mutating func divide(
        _ points: Range<Int>, _ order: UnsafeMutableBufferPointer<Int32>, _ costs: UnsafeMutableBufferPointer<Double>,
        _ weights: UnsafeBufferPointer<Double>, asked count: Int
    ) -> (stayed: Int, stayedCost: Double, movedCost: Double) {
        asked.withUnsafeMutableBufferPointer { asked in
            places.withUnsafeBufferPointer { places in
                distances.withUnsafeBufferPointer { distances in
                    movedCosts.withUnsafeMutableBufferPointer { movedCosts in
                        var moved = 0
                        var movedCost = 0.0
                        for index in 0..<count {
                            let (point, position) = (asked[index], Int(places[index]))
                            let cost = weights[Int(point)] * distances[index]
                            let moves = cost < costs[position]
                            asked[moved] = point
                            movedCosts[moved] = cost
                            movedCost += moves ? cost : 0
                            order[position] = moves ? -1 : point
                            moved += moves ? 1 : 0
                        }
                        var stayed = points.lowerBound
                        var stayedCost = 0.0
                        for position in points {
                            let (point, cost) = (order[position], costs[position])
                            order[stayed] = point
                            costs[stayed] = cost
                            stayedCost += point >= 0 ? cost : 0
                            stayed += point >= 0 ? 1 : 0
                        }
                        for index in 0..<moved {
                            order[stayed + index] = asked[index]
                            costs[stayed + index] = movedCosts[index]
                        }
                        return (stayed - points.lowerBound, stayedCost, movedCost)
                    }
                }
            }
        }
    }
}

extension CoresetInput {
    /// The squared distances of the first `count` of some points to another one.
    fileprivate func squaredDistances(
        of points: UnsafePointer<Int32>, count: Int, to representative: Int,
        into distances: UnsafeMutablePointer<Double>
    ) {
        let dimension = positions.columns
        positions.withUnsafeBufferPointer { positions in
            guard let start = positions.baseAddress else { return }
            RowKernel.squaredDistances(
                start, at: points, count: count, to: start + representative * dimension, depth: dimension,
                into: distances)
        }
    }
}
