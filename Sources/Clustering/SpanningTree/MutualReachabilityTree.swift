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
/// O(n · (d + k)). Products may be those of rounded rows (``PreparedRows/rounds(_:)``): bounds on their errors tell which
/// pairs are compared exactly, and a tree does not depend on how many more than needed are. In few dimensions a ``KDTree`` saves most comparisons instead: ``BoruvkaSearch``.
package struct MutualReachabilityTree: Sendable {
    /// How many neighbours of each row are looked for at least: enough that their edges are nearly the whole tree.
    static let neighborCount = 16

    /// The edges, ascending. Their weights are in the metric's comparable form. `[n − 1]`
    package let edges: [TreeEdge]
    /// The core distance of each row, in the metric's comparable form. `[n]`
    package let cores: [Double]

    /// - Parameters:
    ///   - data: n rows, at least one.
    ///   - minimumSamples: the core distance is that to the nearest row for which so many, the row itself included, are
    ///     at most as far; from 1 to n, or to the sum of the weights.
    ///   - weights: how much each row counts for that, more than 0; one where there are none. `[n]`
    package init(
        _ data: PreparedRows, minimumSamples: Int, weights: [Double]? = nil, progress: ProgressHandler
    ) throws(ClusteringError) {
        if KDTree.pays(data) {
            try self.init(
                KDTree(data.original), minimumSamples: minimumSamples, weights: weights, progress: progress)
        } else {
            try self.init(pairs: data, minimumSamples: minimumSamples, weights: weights, progress: progress)
        }
    }

    /// Compares all pairs of rows.
    ///
    /// - Parameter rounding: whether products are those of rounded rows; by default where that is faster.
    package init(
        pairs data: PreparedRows, minimumSamples: Int, weights: [Double]? = nil, rounding: Bool? = nil,
        progress: ProgressHandler
    ) throws(ClusteringError) {
        let k = min(max(Self.neighborCount, minimumSamples - 1), data.count - 1)
        let search = NearestRows(data, rounding: rounding)
        let lists = try search.nearest(k, to: data, excludingSelf: true, progress: progress)
        cores = try CoreDistances(minimumSamples: minimumSamples, weights: weights)
            .all(lists, count: data.count) { k, rows throws(ClusteringError) in
                try search.nearest(k, to: data.gathering(Array(rows)), excludingSelf: false, progress: progress)
            }
        let forest = lists.edges(cores: cores).minimumSpanningForest(count: data.count)
        var tree = TreeSearch(data, cores: cores, tree: forest, rounding: rounding)
        try tree.connect(progress)
        try tree.verify(progress)
        edges = tree.tree
    }

    /// Searches a k-d tree.
    package init(
        _ tree: KDTree, minimumSamples: Int, weights: [Double]? = nil, progress: ProgressHandler
    ) throws(ClusteringError) {
        let k = min(max(4, minimumSamples - 1), tree.count - 1)
        let lists = try tree.nearest(k, progress: progress)
        let sortedWeights = weights.map { weights in tree.rows.map { weights[Int($0)] } }
        let sorted = try CoreDistances(minimumSamples: minimumSamples, weights: sortedWeights)
            .all(lists, count: tree.count) { k, positions throws(ClusteringError) in
                try tree.nearest(k, toPointsAt: Array(positions), progress: progress)
            }
        var search = BoruvkaSearch(tree, lists: lists, cores: sorted)
        let found = try search.run(progress)
        // From positions back to rows.
        edges = found.map {
            let (a, b) = (tree.rows[Int($0.a)], tree.rows[Int($0.b)])
            return TreeEdge(a: min(a, b), b: max(a, b), weight: $0.weight)
        }.sorted(by: <)
        var cores = [Double](repeating: 0, count: tree.count)
        for (position, row) in tree.rows.enumerated() { cores[Int(row)] = sorted[position] }
        self.cores = cores
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
