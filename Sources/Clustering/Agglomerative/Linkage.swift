/// How far apart two clusters are, and so which two are merged next.
public enum Linkage: String, Sendable, Hashable, CaseIterable, Codable {
    /// The distance of their two nearest rows. Finds chains of any shape; one row between two clusters joins them.
    case single
    /// The distance of their two farthest rows. Makes clusters of about equal diameter.
    case complete
    /// The mean distance of their rows, pair by pair (UPGMA).
    case average
    /// The mean of the distances of the two parts of the cluster merged last (WPGMA).
    case weighted
    /// The distance of their means (UPGMC). Heights may decrease. Euclidean only.
    case centroid
    /// The distance of their middles, where the middle of a merged cluster lies halfway between its parts' (WPGMC).
    /// Heights may decrease. Euclidean only.
    case median
    /// √2 times the root of the growth of the sum of squared distances to the means: for two rows, their distance. Makes
    /// compact clusters. Euclidean only.
    case ward

    /// Whether clusters are told by a point in space, so that distances between points must be Euclidean.
    public var needsEuclideanRows: Bool { self == .centroid || self == .median || self == .ward }
    /// Whether a merge is never lower than those below it.
    public var isMonotone: Bool { self != .centroid && self != .median }
}
