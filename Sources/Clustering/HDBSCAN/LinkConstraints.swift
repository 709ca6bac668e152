/// What is known about pairs of rows: that they belong together, or that they do not.
///
/// ```swift
/// let known = LinkConstraints(mustLink: [(0, 17)], cannotLink: [(0, 4), (3, 17)])
/// let model = try HDBSCAN(minimumClusterSize: 15).fit(vectors, constraints: known)
/// model.violations      // what the hierarchy did not allow
/// ```
public struct LinkConstraints: Sendable, Hashable, Codable {
    /// Two rows; their order does not matter.
    public struct Pair: Sendable, Hashable, Codable, Comparable {
        /// The lower row.
        public let first: Int
        /// The higher row.
        public let second: Int

        /// A pair of rows.
        public init(_ a: Int, _ b: Int) { (first, second) = (min(a, b), max(a, b)) }

        /// The order of (lower row, higher row).
        public static func < (x: Pair, y: Pair) -> Bool { (x.first, x.second) < (y.first, y.second) }
    }

    /// Pairs that belong to one cluster.
    public var mustLink: [Pair]
    /// Pairs that belong to different clusters, or of which a row is noise.
    public var cannotLink: [Pair]

    /// - Parameters:
    ///   - mustLink: pairs that belong to one cluster.
    ///   - cannotLink: pairs that do not.
    public init(mustLink: [(Int, Int)] = [], cannotLink: [(Int, Int)] = []) {
        self.mustLink = mustLink.map { Pair($0, $1) }
        self.cannotLink = cannotLink.map { Pair($0, $1) }
    }

    /// Whether nothing is known.
    public var isEmpty: Bool { mustLink.isEmpty && cannotLink.isEmpty }

    /// Those that labels do not satisfy. A row that is noise belongs together with no other.
    ///
    /// - Precondition: every pair is of rows that have a label.
    /// - Complexity: O(pairs).
    public func violated(by labels: ClusterLabels) -> LinkConstraints {
        func areTogether(_ pair: Pair) -> Bool {
            labels[pair.first] != nil && labels[pair.first] == labels[pair.second]
        }
        var result = LinkConstraints()
        result.mustLink = mustLink.filter { !areTogether($0) }
        result.cannotLink = cannotLink.filter { areTogether($0) }
        return result
    }

    /// Checks that every pair is of two different rows below `rowCount`, and that no pair that must not be together must be,
    /// by one pair or by a chain of them.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``, which names the pair.
    /// - Complexity: O(n + pairs).
    public func validate(rowCount: Int) throws(ClusteringError) {
        var together = DisjointSets(count: rowCount)
        for (name, pairs) in [("mustLink", mustLink), ("cannotLink", cannotLink)] {
            for (index, pair) in pairs.enumerated() {
                guard pair.first >= 0, pair.second < rowCount, pair.first < pair.second else {
                    throw .parameter(
                        name: "constraints.\(name)[\(index)]", value: "rows \(pair.first) and \(pair.second)",
                        valid: "two different rows from 0 to \(rowCount - 1)")
                }
                let (a, b) = (Int32(pair.first), Int32(pair.second))
                if name == "mustLink" {
                    together.join(a, b)
                } else if together.find(a) == together.find(b) {
                    throw .parameter(
                        name: "constraints.cannotLink[\(index)]", value: "rows \(pair.first) and \(pair.second)",
                        valid: "a pair that mustLink does not put together, by itself or through other rows")
                }
            }
        }
    }
}
