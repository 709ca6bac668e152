import Clustering

/// The mutual information of two labellings over a mean of their entropies: 1 for equal partitions, 0 for independent
/// ones.
///
/// Not corrected for chance: it grows with the number of groups. Read it beside ``AdjustedRandIndex``.
///
/// - Reference: Strehl, Ghosh, "Cluster ensembles", 2002, doi:10.1162/153244303321897735.
public enum NormalizedMutualInformation {
    /// Which mean of the two entropies the mutual information is divided by.
    public enum Mean: String, Sendable, Hashable, CaseIterable {
        case arithmetic, geometric, minimum, maximum
    }

    /// The score of `labels` against `truth`. With `.ownGroup` it equals scikit-learn's `normalized_mutual_info_score`.
    ///
    /// - Parameters:
    ///   - labels: the labels to be judged.
    ///   - truth: the true groups of the same rows.
    ///   - noise: what is made of noise in either. `.leftOut` flatters a clustering that calls much noise.
    ///   - mean: arithmetic by default, which makes the score equal to the V-measure.
    /// - Returns: 0 ... 1; 1 when both have at most one group.
    /// - Throws: ``AnalysisError/rowCount(of:found:expected:)`` when the numbers of rows differ.
    /// - Complexity: that of ``ContingencyTable``.
    public static func score(
        _ labels: ClusterLabels, truth: ClusterLabels, noise: NoiseTreatment, mean: Mean = .arithmetic
    ) throws(AnalysisError) -> Double {
        try ContingencyTable(labels, truth, noise: noise).normalizedMutualInformation(mean: mean)
    }
}

extension ContingencyTable {
    /// The normalised mutual information of the two labellings (see ``NormalizedMutualInformation``).
    ///
    /// - Complexity: O(cells).
    public func normalizedMutualInformation(mean: NormalizedMutualInformation.Mean = .arithmetic) -> Double {
        if rowTotals.count(where: { $0 > 0 }) <= 1, columnTotals.count(where: { $0 > 0 }) <= 1 { return 1 }
        let information = mutualInformation
        guard information > 0 else { return 0 }
        let (first, second) = (rowEntropy, columnEntropy)
        let normalizer =
            switch mean {
            case .arithmetic: (first + second) / 2
            case .geometric: (first * second).squareRoot()
            case .minimum: min(first, second)
            case .maximum: max(first, second)
            }
        return min(1, information / normalizer)
    }
}
