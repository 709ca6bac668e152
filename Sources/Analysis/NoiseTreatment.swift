import Clustering

/// What a score makes of rows that are noise.
public enum NoiseTreatment: String, Sendable, Hashable, CaseIterable {
    /// Noise rows do not exist for the score: it judges the clusters alone. Read it beside the share of noise, for a
    /// clustering that calls every doubtful row noise looks better than it is.
    case leftOut
    /// All noise rows together count as one more group. This is what scikit-learn does with label −1.
    case ownGroup
}

extension ClusterLabels {
    /// The labels with noise turned into one more cluster, the last, when `treatment` asks for it.
    func treatingNoise(as treatment: NoiseTreatment) -> ClusterLabels {
        guard treatment == .ownGroup, noiseCount > 0 else { return self }
        let extra = Int32(clusterCount)
        return ClusterLabels(values.map { $0 < 0 ? extra : $0 })
    }
}
