/// Which coarse groups are looked into: the hottest ones, by mass × density.
///
/// The heat of a group is the number of its rows over the mean squared distance of its rows to their mean.
public enum HotGroups: Sendable, Hashable, Codable {
    /// All of them.
    case all
    /// So many of the hottest; at least 1.
    case hottest(Int)
    /// The hottest that hold at least this share of all rows together; above 0, at most 1.
    case covering(Double)

    /// Throws ``ClusteringError/parameter(name:value:valid:)`` for a number outside its range.
    func validate() throws(ClusteringError) {
        switch self {
        case .all: break
        case .hottest(let count):
            guard count >= 1 else { throw .parameter(name: "hot.hottest", value: "\(count)", valid: "at least 1") }
        case .covering(let share):
            guard share > 0, share <= 1 else {
                throw .parameter(name: "hot.covering", value: "\(share)", valid: "above 0 and at most 1")
            }
        }
    }

    /// Which of some groups are hot; equal ones by lower number. Groups without rows never are.
    func chosen(_ groups: [CoarseGroup]) -> [Bool] {
        let order = groups.indices.filter { groups[$0].rowCount > 0 }
            .sorted { (-groups[$0].heat, $0) < (-groups[$1].heat, $1) }
        var isHot = [Bool](repeating: false, count: groups.count)
        let total = groups.reduce(0) { $0 + $1.rowCount }
        var covered = 0
        for (place, group) in order.enumerated() {
            switch self {
            case .all: break
            case .hottest(let count): if place >= count { return isHot }
            case .covering(let share): if Double(covered) >= share * Double(total) { return isHot }
            }
            isHot[group] = true
            covered += groups[group].rowCount
        }
        return isHot
    }
}

/// A group of the coarse step.
public struct CoarseGroup: Sendable, Hashable, Codable {
    /// The number of its rows.
    public let rowCount: Int
    /// The root of the mean squared distance of its rows to their mean; for the cosine metric, of rows of length 1.
    public let radius: Double
    /// Mass × density: ``rowCount`` over the square of ``radius``; ∞ where all rows coincide.
    public var heat: Double { radius > 0 ? Double(rowCount) / (radius * radius) : .infinity }
    /// Whether it was looked into.
    public internal(set) var isHot = false
}
