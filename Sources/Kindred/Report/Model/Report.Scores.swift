extension Report {
    /// Measures of a grouping; what was not measured is `nil`. Noise is left out of all of them.
    public struct Scores: Sendable, Hashable, Codable {
        /// −1…1, more is better.
        public var silhouette: Double?
        /// 0 and above, less is better.
        public var daviesBouldin: Double?
        /// 0 and above, more is better.
        public var calinskiHarabasz: Double?
        /// Agreement with the truth, 0…1, more is better.
        public var normalizedMutualInformation: Double?
        /// Agreement with the truth beyond chance, −0.5…1, more is better.
        public var adjustedRandIndex: Double?

        /// Scores; what is left out was not measured.
        public init(
            silhouette: Double? = nil, daviesBouldin: Double? = nil, calinskiHarabasz: Double? = nil,
            normalizedMutualInformation: Double? = nil, adjustedRandIndex: Double? = nil
        ) {
            self.silhouette = silhouette
            self.daviesBouldin = daviesBouldin
            self.calinskiHarabasz = calinskiHarabasz
            self.normalizedMutualInformation = normalizedMutualInformation
            self.adjustedRandIndex = adjustedRandIndex
        }
    }

    /// What the same clustering gives when it sees only part of the data.
    public struct Ablation: Sendable, Hashable, Codable {
        /// What it saw: "Image only", "Text only", "Fused".
        public var name: String
        /// The number of clusters that it gives.
        public var clusterCount: Int
        /// The share of rows that are noise, 0…1.
        public var noiseShare: Double
        /// How good its grouping is.
        public var scores: Scores

        /// One line of the comparison.
        public init(name: String, clusterCount: Int, noiseShare: Double, scores: Scores) {
            self.name = name
            self.clusterCount = clusterCount
            self.noiseShare = noiseShare
            self.scores = scores
        }
    }
}
