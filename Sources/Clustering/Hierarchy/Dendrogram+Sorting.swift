extension Dendrogram {
    /// A merge whose nodes are told by one leaf of each, as algorithms find them.
    struct LooseMerge {
        var first: Int32
        var second: Int32
        var height: Double
    }

    /// The tree of merges that were found in any order that puts children before parents.
    ///
    /// Merges come out by height, then by the lowest leaf of the one node, then of the other; a parent never comes before
    /// its children. So equal sets of merges make equal trees, in whatever order threads or rounds found them.
    ///
    /// - Parameter loose: merges that name any leaf of each of their nodes; children before parents. Where rounding put
    ///   a parent below a child, it is raised to it: the methods that come here never turn back.
    /// - Complexity: O(n log n).
    init(leafCount: Int, sorting loose: [LooseMerge]) {
        // Merges as a tree of their own: what each waits for, and its lowest leaves.
        var sets = DisjointSets(count: leafCount)
        var latest = [Int32](repeating: -1, count: leafCount)
        var parents = [Int32](repeating: -1, count: loose.count)
        var waiting = [Int8](repeating: 0, count: loose.count)
        var edges: [WeightedEdge] = []
        edges.reserveCapacity(loose.count)
        for (index, merge) in loose.enumerated() {
            let (x, y) = (sets.find(merge.first), sets.find(merge.second))
            precondition(x != y, "a merge of a node with itself")
            var height = merge.height
            for root in [x, y] where latest[Int(root)] >= 0 {
                let child = Int(latest[Int(root)])
                height = max(height, edges[child].weight)
                parents[child] = Int32(index)
                waiting[index] += 1
            }
            // The lowest leaves of the two nodes say in which order merges of equal height come.
            edges.append(WeightedEdge(Int(x), Int(y), weight: height))
            latest[Int(sets.join(x, y))] = Int32(index)
        }
        var ready = MinimumHeap<Int32> { edges[Int($0)] < edges[Int($1)] }
        for index in loose.indices where waiting[index] == 0 { ready.insert(Int32(index)) }
        var sorted: [WeightedEdge] = []
        sorted.reserveCapacity(edges.count)
        while let index = ready.removeFirst() {
            sorted.append(edges[Int(index)])
            let parent = parents[Int(index)]
            guard parent >= 0 else { continue }
            waiting[Int(parent)] -= 1
            if waiting[Int(parent)] == 0 { ready.insert(parent) }
        }
        self.init(leafCount: leafCount, joining: sorted)
    }
}
