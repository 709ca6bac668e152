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

        /// A merge of two nodes into one of `leafCount` leaves.
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
    /// - Precondition: every merge joins two nodes that exist by then and have not been joined, and counts its leaves.
    public init(leafCount: Int, merges: [Merge]) {
        if let fault = Self.fault(leafCount: leafCount, merges: merges) { preconditionFailure(fault.reason) }
        self.leafCount = leafCount
        self.merges = merges
    }

    /// The tree of single linkage whose spanning tree (or forest) has these edges, in any order.
    ///
    /// - Precondition: the edges make no circle.
    /// - Complexity: O(n log n).
    public init(leafCount: Int, edges: [WeightedEdge]) { self.init(leafCount: leafCount, joining: edges.sorted()) }

    /// The tree that comes of joining the ends of these edges in this order, each at the edge's weight.
    init(leafCount: Int, joining edges: [WeightedEdge]) {
        var sets = DisjointSets(count: leafCount)
        // The node at each root, and the leaves under it.
        var node = Array(0..<leafCount)
        var size = [Int](repeating: 1, count: leafCount)
        var merges: [Merge] = []
        merges.reserveCapacity(edges.count)
        for edge in edges {
            let (x, y) = (sets.find(Int32(edge.a)), sets.find(Int32(edge.b)))
            precondition(x != y, "edges of a spanning tree make no circle")
            // Roots are lowest members.
            let (low, high) = (Int(min(x, y)), Int(max(x, y)))
            size[low] += size[high]
            merges.append(Merge(first: node[low], second: node[high], height: edge.weight, leafCount: size[low]))
            node[low] = leafCount + merges.count - 1
            sets.join(x, y)
        }
        self.leafCount = leafCount
        self.merges = merges
    }

    /// The first merge that cannot be, and why.
    static func fault(leafCount: Int, merges: [Merge]) -> (merge: Int, reason: String)? {
        guard leafCount >= 0, merges.isEmpty || merges.count < leafCount else {
            return (merges.count - 1, "\(merges.count) merges of \(leafCount) leaves")
        }
        var isJoined = [Bool](repeating: false, count: leafCount + merges.count)
        for (index, merge) in merges.enumerated() {
            let exist = 0..<leafCount + index
            for node in [merge.first, merge.second] where !exist.contains(node) || isJoined[node] {
                return (index, "merge \(index) joins node \(node), which does not exist by then or has been joined")
            }
            guard merge.first != merge.second else { return (index, "merge \(index) joins a node to itself") }
            isJoined[merge.first] = true
            isJoined[merge.second] = true
            let sizes = [merge.first, merge.second].map { $0 < leafCount ? 1 : merges[$0 - leafCount].leafCount }
            guard merge.leafCount == sizes[0] + sizes[1] else {
                return (index, "merge \(index) has \(sizes[0] + sizes[1]) leaves, not \(merge.leafCount)")
            }
            guard !merge.height.isNaN else { return (index, "merge \(index) has no height") }
        }
        return nil
    }
}

extension Dendrogram {
    /// The number of nodes, leaves and merges together.
    public var nodeCount: Int { leafCount + merges.count }

    /// The number of trees; 1 unless this is a forest (or has no leaves).
    public var treeCount: Int { leafCount - merges.count }

    /// The two nodes under a node; `nil` for a leaf.
    @inline(__always)
    func children(of node: Int) -> (first: Int, second: Int)? {
        guard node >= leafCount else { return nil }
        let merge = merges[node - leafCount]
        return (merge.first, merge.second)
    }

    /// The number of leaves under a node.
    @inline(__always)
    func leafCount(of node: Int) -> Int { node < leafCount ? 1 : merges[node - leafCount].leafCount }

    /// The lowest leaf under each node. `[nodeCount]`
    ///
    /// - Complexity: O(n).
    var lowestLeaves: [Int] {
        var result = Array(0..<leafCount)
        result.reserveCapacity(nodeCount)
        for merge in merges { result.append(min(result[merge.first], result[merge.second])) }
        return result
    }

    /// The nodes that nothing joins further, by their lowest leaf: one unless this is a forest.
    ///
    /// - Complexity: O(n log n).
    var roots: [Int] {
        var isJoined = [Bool](repeating: false, count: nodeCount)
        for merge in merges {
            isJoined[merge.first] = true
            isJoined[merge.second] = true
        }
        let lowest = lowestLeaves
        return isJoined.indices.filter { !isJoined[$0] }.sorted { lowest[$0] < lowest[$1] }
    }

    /// Whether no merge is lower than one below it: then cuts by height and by count agree.
    ///
    /// - Complexity: O(n).
    public var isMonotone: Bool {
        merges.allSatisfy { merge in
            [merge.first, merge.second].allSatisfy { $0 < leafCount || merges[$0 - leafCount].height <= merge.height }
        }
    }

    /// For each merge the largest of `values` of it and all merges below it. `[merges.count]`
    ///
    /// - Complexity: O(n).
    func subtreeMaxima(of values: [Double]) -> [Double] {
        var result = values
        for (index, merge) in merges.enumerated() {
            for node in [merge.first, merge.second] where node >= leafCount {
                result[index] = max(result[index], result[node - leafCount])
            }
        }
        return result
    }
}
