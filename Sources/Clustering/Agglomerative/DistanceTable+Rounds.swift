import Tensor

extension DistanceTable {
    /// Merges all clusters into one, in rounds: each merges all pairs that are nearest to each other. See
    /// ``CentroidTable/mergeReciprocalPairs(_:)``.
    ///
    /// - Parameter linkage: one under which a merged cluster is no nearer to others than its parts were.
    /// - Returns: the merges, those of earlier rounds first.
    func mergeReciprocalPairs(
        _ linkage: Linkage, _ progress: ProgressHandler
    ) throws(ClusteringError) -> [Dendrogram.LooseMerge] {
        let watch = Watch(progress, "merging", liveCount)
        var merges: [Dendrogram.LooseMerge] = []
        merges.reserveCapacity(liveCount)
        guard liveCount > 1 else { return merges }
        searchAll()
        while liveCount > 1 {
            var pairs = reciprocalPairs
            if pairs.isEmpty {
                // Rounding has made a merged cluster nearer by a bit than what is known. Once all are searched, there is a
                // pair: ties go to the lowest places, so that the first of the nearest pairs of all is one.
                searchAll()
                pairs = reciprocalPairs
                precondition(!pairs.isEmpty, "no two clusters are nearest to each other")
            }
            watch.add(pairs.count)
            if watch.isStopped { throw .cancelled }
            for (place, other) in pairs {
                merges.append(
                    .init(
                        first: firstRows[place], second: firstRows[other], height: Double(self[place, other])))
            }
            switch linkage {
            case .single: merge(pairs, SingleDistance.self)
            case .complete: merge(pairs, CompleteDistance.self)
            case .average: merge(pairs, AverageDistance.self)
            case .weighted: merge(pairs, WeightedDistance.self)
            case .centroid, .median, .ward: preconditionFailure("\(linkage) linkage needs points")
            }
        }
        return merges
    }
}
