/// What became of clusters from one labelling to the next, by their ids.
///
/// Shares are of the rows that both labellings have; where all rows are the same, that is of all.
public struct ClusterChanges: Sendable, Hashable, Codable {
    /// Rows that a previous and a current cluster have in common.
    public struct Overlap: Sendable, Hashable, Codable {
        /// The id of the previous cluster.
        public let previous: Int
        /// The id of the current cluster.
        public let current: Int
        /// The number of rows in both.
        public let rowCount: Int
        /// Their share of the previous cluster's rows.
        public let shareOfPrevious: Double
        /// Their share of the current cluster's rows.
        public let shareOfCurrent: Double
    }

    /// A cluster that came of nothing that was a cluster.
    public struct Birth: Sendable, Hashable, Codable {
        /// Its id, a new one.
        public let id: Int
        /// The number of its rows.
        public let rowCount: Int
        /// How many of them the previous labelling does not have.
        public let newRowCount: Int
        /// How many of them were noise.
        public let formerNoiseCount: Int
    }

    /// A cluster that is gone, and did not become part of another.
    public struct Death: Sendable, Hashable, Codable {
        /// Its id.
        public let id: Int
        /// The number of rows that it had.
        public let rowCount: Int
        /// How many of them the current labelling does not have.
        public let goneRowCount: Int
        /// How many of them are noise now.
        public let noiseCount: Int
    }

    /// Two or more clusters that became one.
    public struct Merge: Sendable, Hashable, Codable {
        /// The id of what they became; most often that of one of the parts.
        public let id: Int
        /// The number of its rows.
        public let rowCount: Int
        /// What of each former cluster is in it, most rows first.
        public let parts: [Overlap]
    }

    /// A cluster that became two or more.
    public struct Split: Sendable, Hashable, Codable {
        /// The id that it had; most often one of the parts has it now.
        public let id: Int
        /// The number of rows that it had.
        public let rowCount: Int
        /// What of it is in each of the clusters that it became, most rows first.
        public let parts: [Overlap]
    }

    /// The clusters that kept their id, ascending.
    public internal(set) var survivals: [Overlap] = []
    /// The new clusters, by id.
    public internal(set) var births: [Birth] = []
    /// The clusters that are gone, by id.
    public internal(set) var deaths: [Death] = []
    /// The clusters that came of several, by id.
    public internal(set) var merges: [Merge] = []
    /// The clusters that became several, by id.
    public internal(set) var splits: [Split] = []
    /// How many rows both labellings have.
    public internal(set) var sharedRowCount = 0
    /// How many of these have the same id, or are noise, in both.
    public internal(set) var keptRowCount = 0

    /// The share of the rows in both labellings that have another id than before; 0 without such rows.
    public var churn: Double {
        sharedRowCount > 0 ? Double(sharedRowCount - keptRowCount) / Double(sharedRowCount) : 0
    }
}
