import Tensor

/// The exact minimum spanning tree of rows under mutual reachability: the larger of two rows' distance and of both core
/// distances.
///
/// 1. Each row's nearest rows give core distances, and a spanning forest of short edges.
/// 2. Where the forest is not connected, it is joined by the edges from one row of each component to its nearest row
///    elsewhere.
/// 3. All pairs of rows are compared, once, with the longest edge on the way between them through the tree. An edge of
///    the minimum spanning tree that is missing must be shorter (the cycle property), so the tree of the old edges and of
///    all shorter pairs is the minimum spanning tree. Pairs are compared in waves of rows spread over the tree; after a
///    wave that found something, the tree is made anew, and from then on fewer pairs are shorter.
///
/// So two passes of products over the rows are enough, of which the second needs each pair but once; the memory is
/// O(n · (d + k)).
package struct MutualReachabilityTree: Sendable {
    /// How many neighbours of each row are looked for at least: enough that their edges are nearly the whole tree.
    static let neighborCount = 16

    /// The edges, ascending. Their weights are in the metric's comparable form. `[n − 1]`
    package let edges: [TreeEdge]
    /// The core distance of each row, in the metric's comparable form. `[n]`
    package let cores: [Double]
    /// What the rows' nearest neighbours are.
    let lists: NeighborLists

    /// - Parameters:
    ///   - data: n rows, at least one.
    ///   - minimumSamples: the core distance is that to the nearest row for which so many, the row itself included, are
    ///     at most as far; 1 … n.
    package init(
        _ data: PreparedRows, minimumSamples: Int, progress: ProgressHandler
    ) throws(ClusteringError) {
        let k = min(max(Self.neighborCount, minimumSamples - 1), data.count - 1)
        let lists = try NearestRows(data).nearest(k, to: data, excludingSelf: true, progress: progress)
        let cores = (0..<data.count).map { minimumSamples > 1 ? lists.comparables[$0 * k + minimumSamples - 2] : 0 }
        self.lists = lists
        self.cores = cores
        var search = TreeSearch(
            data, cores: cores, tree: lists.edges(cores: cores).minimumSpanningForest(count: data.count))
        try search.connect(progress)
        try search.verify(progress)
        edges = search.tree
    }
}

extension NeighborLists {
    /// The edges from each row to its neighbours, weighted by mutual reachability; each once.
    fileprivate func edges(cores: [Double]) -> [TreeEdge] {
        var result: [TreeEdge] = []
        result.reserveCapacity(count * k * 3 / 4)
        for row in 0..<Int32(count) {
            let range = Int(row) * k..<(Int(row) + 1) * k
            for place in range {
                let other = indices[place]
                // Of two rows that name each other, the lower one gives the edge.
                if other < row {
                    let theirs = Int(other) * k..<(Int(other) + 1) * k
                    if comparables[place] <= comparables[theirs.upperBound - 1], indices[theirs].contains(row) {
                        continue
                    }
                }
                result.append(
                    TreeEdge(
                        a: min(row, other), b: max(row, other),
                        weight: max(comparables[place], cores[Int(row)], cores[Int(other)])))
            }
        }
        return result
    }
}
