import Tensor

extension CentroidTable {
    /// Merges all clusters into one, in rounds: each round merges all pairs that are nearest to each other.
    ///
    /// That gives the tree of merging the nearest pair of all, one after another, because a merged cluster is no nearer to
    /// others than its parts were (the linkage is reducible). Clusters whose nearest one has been merged look among the
    /// others that were near; only those that cannot be sure of what they find are searched again, all in one product.
    ///
    /// - Returns: the merges, those of earlier rounds first, heights in units of the linkage.
    /// - Reference: Murtagh, "A survey of recent advances in hierarchical clustering algorithms", 1983,
    ///   doi:10.1093/comjnl/26.4.354; Sumengen et al., "Scaling hierarchical agglomerative clustering to billion-sized
    ///   datasets", 2021, arXiv:2105.11653.
    mutating func mergeReciprocalPairs(_ progress: ProgressHandler) throws(ClusteringError) -> [Dendrogram.LooseMerge] {
        let watch = Watch(progress, "merging", liveCount)
        var merges: [Dendrogram.LooseMerge] = []
        merges.reserveCapacity(liveCount)
        var nearest = [Nearest](repeating: .none, count: count)
        var stale = Array(0..<Int32(count))
        // The cluster of each row that was the first of one, and the place of each first row.
        let rowCount = Int(firstRows.last ?? -1) + 1
        var sets = DisjointSets(count: rowCount)
        var places = [Int32](repeating: -1, count: rowCount)
        while liveCount > 1 {
            for (place, found) in zip(stale, try self.nearest(to: stale, progress)) { nearest[Int(place)] = found }
            let pairs = sizes.indices.compactMap { place in
                let other = Int(nearest[place].place)
                return sizes[place] > 0 && place < other && nearest[other].place == place ? (place, other) : nil
            }
            watch.add(pairs.count)
            if watch.isStopped { throw .cancelled }
            guard !pairs.isEmpty else {
                // Rounding has made a merged cluster nearer by a bit than what is known. Once all are searched, there is a
                // pair: ties go to the lowest places, so that the first of the nearest pairs of all is one.
                precondition(stale.count < liveCount, "no two clusters are nearest to each other")
                stale = sizes.indices.filter { sizes[$0] > 0 }.map { Int32($0) }
                continue
            }
            for (place, other) in pairs {
                merges.append(
                    .init(
                        first: firstRows[place], second: firstRows[other],
                        height: height(ofCost: nearest[place].cost)))
            }
            var reviews = pairs.map { Review(of: nearest[$0.0], sizes[$0.0], nearest[$0.1], sizes[$0.1], at: $0.0) }
            merge(pairs)
            for (place, other) in pairs { sets.join(firstRows[place], firstRows[other]) }
            for place in sizes.indices where sizes[place] > 0 { places[Int(firstRows[place])] = Int32(place) }
            reviews += reviewsOfOthers(after: pairs, &nearest)
            for index in reviews.indices { reviews[index].resolve { places[Int(sets.find($0))] } }
            stale = []
            for (review, found) in zip(reviews, parallelMap(reviews.count) { self.nearest(by: reviews[$0]) }) {
                if let found { nearest[review.place] = found } else { stale.append(Int32(review.place)) }
            }
            if let moves = compact() {
                stale = stale.map { moves[Int($0)] }
                nearest = Self.moved(nearest, moves)
            }
        }
        return merges
    }

    /// What is to be looked at where the nearest cluster has been merged and is now farther.
    private func reviewsOfOthers(after pairs: [(Int, Int)], _ nearest: inout [Nearest]) -> [Review] {
        var mergedInto = [Int32](repeating: -1, count: count)
        for (place, other) in pairs {
            mergedInto[place] = Int32(place)
            mergedInto[other] = Int32(place)
        }
        return sizes.indices.compactMap { place in
            guard sizes[place] > 0, mergedInto[place] < 0 else { return nil }
            let into = mergedInto[Int(nearest[place].place)]
            guard into >= 0 else { return nil }
            // Nothing else has come nearer: at the same cost it is still the nearest.
            let cost = cost(place, Int(into))
            if cost <= nearest[place].cost {
                nearest[place].place = into
                nearest[place].cost = cost
                return nil
            }
            return Review(of: nearest[place], at: place)
        }
    }
}
