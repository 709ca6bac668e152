extension Report {
    /// One group of rows. Its number is its index in ``Report/clusters``; its members are the rows assigned to it.
    public struct Cluster: Sendable, Hashable, Codable {
        /// The topic line, such as "hiking + snow + backpack"; empty for "Cluster 3".
        public var name: String
        /// Whether the share of rows is above the threshold for hot clusters.
        public var isHot: Bool
        /// The share weighted by density; clusters are compared by it. `nil` when it was not measured.
        public var heat: Double?
        /// The mean silhouette of the members, in −1…1. `nil` when it was not measured.
        public var cohesion: Double?
        /// The words that set the cluster apart, best first.
        public var words: [Word]
        /// The most typical rows, best first.
        public var medoids: [Int]
        /// The least certain rows, least certain first.
        public var boundary: [Boundary]
        /// The true categories of the members, most frequent first; empty when no truth is known.
        public var composition: [Category]

        /// A cluster.
        public init(
            name: String = "", isHot: Bool = false, heat: Double? = nil, cohesion: Double? = nil, words: [Word] = [],
            medoids: [Int] = [], boundary: [Boundary] = [], composition: [Category] = []
        ) {
            self.name = name
            self.isHot = isHot
            self.heat = heat
            self.cohesion = cohesion
            self.words = words
            self.medoids = medoids
            self.boundary = boundary
            self.composition = composition
        }
    }

    /// A word and its weight; weights are compared within one cluster only.
    public struct Word: Sendable, Hashable, Codable {
        /// The word, or a phrase of several.
        public var text: String
        /// How much it sets the cluster apart; more is better.
        public var weight: Double

        /// A word and its weight.
        public init(_ text: String, weight: Double) {
            self.text = text
            self.weight = weight
        }
    }

    /// A row near the edge of its cluster.
    public struct Boundary: Sendable, Hashable, Codable {
        /// The row.
        public var row: Int
        /// The cluster on the other side of the edge, or `nil` when that is noise.
        public var neighbour: Int?

        /// A row near the edge towards `neighbour`, or towards noise.
        public init(row: Int, neighbour: Int?) {
            self.row = row
            self.neighbour = neighbour
        }
    }

    /// A true category and the number of members that have it.
    public struct Category: Sendable, Hashable, Codable {
        /// What the category is called.
        public var name: String
        /// The number of members that have it.
        public var count: Int

        /// A category and how many members have it.
        public init(_ name: String, count: Int) {
            self.name = name
            self.count = count
        }
    }
}
