import Tensor

extension DistanceTable {
    /// Merges all clusters into one, in rounds: each merges all pairs that are nearest to each other. See
    /// ``CentroidTable/mergeReciprocalPairs(_:)``.
    ///
    /// - Parameter linkage: one under which a merged cluster is no nearer to others than its parts were.
    /// - Returns: the merges, those of earlier rounds first.
    mutating func mergeReciprocalPairs(
        _ linkage: Linkage, _ progress: ProgressHandler
    ) throws(ClusteringError) -> [Dendrogram.LooseMerge] {
        let watch = Watch(progress, "merging", liveCount)
        var merges: [Dendrogram.LooseMerge] = []
        merges.reserveCapacity(liveCount)
        var nearest = [Int32](repeating: -1, count: count)
        var stale = Array(0..<Int32(count))
        while liveCount > 1 {
            for (place, found) in zip(stale, self.nearest(to: stale)) { nearest[Int(place)] = found }
            let pairs = sizes.indices.compactMap { place in
                let other = Int(nearest[place])
                return sizes[place] > 0 && place < other && nearest[other] == place ? (place, other) : nil
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
                        first: firstRows[place], second: firstRows[other], height: Double(self[place, other])))
            }
            // How far each cluster's nearest one was.
            let before = nearest.indices.map { sizes[$0] > 0 ? self[$0, Int(nearest[$0])] : .infinity }
            merge(pairs, linkage)
            stale = placesToSearch(after: pairs, before, &nearest)
            if let places = compact() {
                stale = stale.map { places[Int($0)] }
                nearest = zip(places, nearest).filter { $0.0 >= 0 }.map { places[Int($0.1)] }
            }
        }
        return merges
    }

    private mutating func merge(_ pairs: [(Int, Int)], _ linkage: Linkage) {
        switch linkage {
        case .single: merge(pairs) { x, y, _, _ in min(x, y) }
        case .complete: merge(pairs) { x, y, _, _ in max(x, y) }
        case .weighted: merge(pairs) { x, y, _, _ in (x + y) / 2 }
        case .average: merge(pairs) { x, y, a, b in x + (y - x) * (b / (a + b)) }
        case .centroid, .median, .ward: preconditionFailure("\(linkage) linkage needs points")
        }
    }

    /// The merged clusters, and those whose nearest one has been merged and is now farther.
    private func placesToSearch(
        after pairs: [(Int, Int)], _ before: [Element], _ nearest: inout [Int32]
    ) -> [Int32] {
        var mergedInto = [Int32](repeating: -1, count: count)
        for (place, other) in pairs {
            mergedInto[place] = Int32(place)
            mergedInto[other] = Int32(place)
        }
        return sizes.indices.compactMap { place in
            guard sizes[place] > 0 else { return nil }
            if mergedInto[place] >= 0 { return Int32(place) }
            let into = mergedInto[Int(nearest[place])]
            guard into >= 0 else { return nil }
            // Nothing else has come nearer: at the same distance it is still the nearest.
            if self[place, Int(into)] <= before[place] {
                nearest[place] = into
                return nil
            }
            return Int32(place)
        }
    }
}
