/// The rows in the order of the leaves of a spanning tree's dendrogram.
///
/// The longest edge on the way from one row to another through the tree (its *bottleneck*) is then the largest of the
/// gaps between them in this order.
struct LeafOrder {
    /// Row numbers, a component of the forest after another. `[n]`
    let rows: [Int32]
    /// The bottleneck between each row and the next; ∞ between components. `[n − 1]`
    let gaps: [Double]

    /// - Parameters:
    ///   - count: the number of rows, n.
    ///   - tree: the edges of a forest, in ascending order.
    /// - Complexity: O(n α(n)).
    init(count: Int, tree: [TreeEdge]) {
        var sets = DisjointSets(count: count)
        // Roots are lowest members, and joining puts the lower root's chain first: chains start at their roots.
        var last = Array(0..<Int32(count))
        var next = [Int32](repeating: -1, count: count)
        var gap = [Double](repeating: .infinity, count: count)
        for edge in tree {
            let (x, y) = (sets.find(edge.a), sets.find(edge.b))
            let (low, high) = (Int(min(x, y)), Int(max(x, y)))
            next[Int(last[low])] = Int32(high)
            gap[Int(last[low])] = edge.weight
            last[low] = last[high]
            sets.join(x, y)
        }
        var rows: [Int32] = []
        rows.reserveCapacity(count)
        for root in 0..<Int32(count) where sets.find(root) == root {
            var row = root
            while row >= 0 {
                rows.append(row)
                row = next[Int(row)]
            }
        }
        self.rows = rows
        gaps = rows.dropLast().map { gap[Int($0)] }
    }

    /// The order of some of the rows alone; gaps reach over those left out.
    init(_ whole: LeafOrder, keeping isKept: (Int32) -> Bool) {
        var rows: [Int32] = []
        var gaps: [Double] = []
        var widest = 0.0
        for (position, row) in whole.rows.enumerated() {
            if isKept(row) {
                if !rows.isEmpty { gaps.append(widest) }
                rows.append(row)
                widest = 0
            }
            if position < whole.gaps.count { widest = max(widest, whole.gaps[position]) }
        }
        self.rows = rows
        self.gaps = gaps
    }
}
