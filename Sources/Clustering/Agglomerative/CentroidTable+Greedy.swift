import Tensor

extension CentroidTable {
    /// Merges all clusters into one, always the two that are nearest of all: for linkages under which a merged cluster may
    /// be nearer to others than its parts were.
    ///
    /// Each cluster keeps its nearest one. When that is merged, its cost stays as a bound, and the cluster is searched
    /// again only when the bound comes first.
    ///
    /// - Returns: the merges in the order in which they are made.
    /// - Reference: Müllner, "Modern hierarchical, agglomerative clustering algorithms", 2011, arXiv:1109.2378, section 3.
    mutating func mergeGreedily(_ progress: ProgressHandler) throws(ClusteringError) -> [WeightedEdge] {
        let watch = Watch(progress, "merging", liveCount)
        var merges: [WeightedEdge] = []
        merges.reserveCapacity(liveCount)
        guard liveCount > 1 else { return merges }
        var nearest = try self.nearest(to: Array(0..<Int32(count)), progress)
        var isBound = [Bool](repeating: false, count: count)
        while liveCount > 1 {
            if watch.isStopped { throw .cancelled }
            var least = 0
            for place in 0..<count where sizes[place] > 0 {
                if sizes[least] == 0 || nearest[place].cost < nearest[least].cost { least = place }
            }
            if isBound[least] {
                nearest[least] = exactNearest(to: least)
                isBound[least] = false
                continue
            }
            let (i, j) = (min(least, Int(nearest[least].place)), max(least, Int(nearest[least].place)))
            merges.append(
                WeightedEdge(
                    Int(firstRows[i]), Int(firstRows[j]), weight: height(ofCost: nearest[least].cost)))
            merge([(i, j)])
            watch.add(1)
            guard liveCount > 1 else { break }
            takeIn(merged: i, gone: j, &nearest, &isBound)
            if let places = compact() {
                isBound = zip(places, isBound).filter { $0.0 >= 0 }.map(\.1)
                nearest = Self.moved(nearest, places)
            }
        }
        return merges
    }

    /// Brings what clusters know of their nearest ones up to date after a merge.
    private func takeIn(merged: Int, gone: Int, _ nearest: inout [Nearest], _ isBound: inout [Bool]) {
        nearest[merged] = .none
        isBound[merged] = false
        for (place, cost) in costs(from: merged).enumerated() where place != merged && sizes[place] > 0 {
            if cost < nearest[merged].cost { nearest[merged] = Nearest(place: Int32(place), cost: cost) }
            let known = nearest[place]
            if cost < known.cost || (cost == known.cost && merged <= known.place) {
                nearest[place] = Nearest(place: Int32(merged), cost: cost)
                isBound[place] = false
            } else if known.place == merged || known.place == gone {
                isBound[place] = true
            }
        }
    }
}
