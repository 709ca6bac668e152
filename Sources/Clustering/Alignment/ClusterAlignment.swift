/// Labels whose clusters are called what they were called before, and what changed.
public struct ClusterAlignment: Sendable, Hashable {
    /// The labels by id. Ids of clusters that are gone have no rows. `[n]`
    public let labels: ClusterLabels
    /// The id of each cluster as it was numbered; `nil` for one without rows. `[k]`
    public let ids: [Int?]
    /// The lowest id that has never been given.
    public let nextID: Int
    /// What was born, died, merged and split.
    public let changes: ClusterChanges
}

extension ClusterLabels {
    /// These labels, with each cluster called what it was called in `previous`, as far as it was there: see
    /// ``ClusterAligner``.
    ///
    /// - Parameter previous: other labels of the same rows; their numbers are the ids. `[n]`
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` for labels of another number of rows.
    public func aligned(to previous: ClusterLabels) throws(ClusteringError) -> ClusterAlignment {
        try ClusterAligner().align(self, to: previous)
    }

    /// These labels, with each cluster called what it was called in the alignment before, of the same rows. Ids that had
    /// been given by then are not given again.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` for labels of another number of rows.
    public func aligned(to previous: ClusterAlignment) throws(ClusteringError) -> ClusterAlignment {
        try ClusterAligner().align(self, to: previous.labels, nextID: previous.nextID)
    }
}
