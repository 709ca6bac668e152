/// An edge between two rows whose weight is in the metric's comparable form, while a spanning tree is being made.
package struct TreeEdge: Sendable {
    package var a: Int32
    package var b: Int32
    package var weight: Double

    /// Orders edges so that trees do not depend on how they were found.
    static func < (x: TreeEdge, y: TreeEdge) -> Bool { (x.weight, x.a, x.b) < (y.weight, y.a, y.b) }
}

extension [TreeEdge] {
    /// The edges of the minimum spanning forest of these edges between `count` rows, in ascending order.
    ///
    /// - Complexity: O(m log m) for m edges.
    /// - Reference: Kruskal, 1956, doi:10.1090/S0002-9939-1956-0078686-7.
    func minimumSpanningForest(count: Int) -> [TreeEdge] {
        var sets = DisjointSets(count: count)
        var tree: [TreeEdge] = []
        tree.reserveCapacity(Swift.max(0, count - 1))
        for edge in sorted(by: <) {
            if sets.find(edge.a) == sets.find(edge.b) { continue }
            sets.join(edge.a, edge.b)
            tree.append(edge)
            if tree.count == count - 1 { break }
        }
        return tree
    }
}
