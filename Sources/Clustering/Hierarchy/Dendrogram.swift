/// A tree of merges: n leaves, joined two at a time.
///
/// Leaves are nodes 0 ..< n, in the order of the rows; merge i makes node n + i. Merges are in order of their heights
/// (as the method that made the tree orders them, where heights may decrease). n leaves have n − 1 merges; with fewer,
/// the tree is a forest.
public struct Dendrogram: Sendable, Hashable {
    /// Two nodes become one.
    public struct Merge: Sendable, Hashable {
        /// The node joined that holds the lowest leaf of both.
        public let first: Int
        /// The other node joined.
        public let second: Int
        /// How far apart the two are, as the method measures it.
        public let height: Double
        /// The number of leaves under the new node.
        public let leafCount: Int

        public init(first: Int, second: Int, height: Double, leafCount: Int) {
            self.first = first
            self.second = second
            self.height = height
            self.leafCount = leafCount
        }
    }

    /// The number of rows, n.
    public let leafCount: Int
    /// The merges; each joins nodes that exist by then, and each node is joined at most once.
    public let merges: [Merge]

    /// A tree from its merges.
    ///
    /// - Precondition: every merge joins two nodes that exist by then and have not been joined.
    public init(leafCount: Int, merges: [Merge]) {
        precondition(merges.isEmpty || merges.count < leafCount, "\(merges.count) merges of \(leafCount) leaves")
        self.leafCount = leafCount
        self.merges = merges
    }

    /// The tree of single linkage whose spanning tree (or forest) has these edges, in any order.
    ///
    /// - Complexity: O(n log n).
    public init(leafCount: Int, edges: [WeightedEdge]) {
        var sets = DisjointSets(count: leafCount)
        // The node at each root, and the leaves under it.
        var node = Array(0..<leafCount)
        var size = [Int](repeating: 1, count: leafCount)
        var merges: [Merge] = []
        merges.reserveCapacity(edges.count)
        for edge in edges.sorted() {
            let (x, y) = (sets.find(Int32(edge.a)), sets.find(Int32(edge.b)))
            precondition(x != y, "edges of a spanning tree make no circle")
            // Roots are lowest members.
            let (low, high) = (Int(min(x, y)), Int(max(x, y)))
            size[low] += size[high]
            merges.append(Merge(first: node[low], second: node[high], height: edge.weight, leafCount: size[low]))
            node[low] = leafCount + merges.count - 1
            sets.join(x, y)
        }
        self.init(leafCount: leafCount, merges: merges)
    }
}
