import Clustering

/// The share of rows that belong to the most frequent class of their group. Not symmetric, and 1 when every row is its
/// own group: read it beside the number of groups.
public enum Purity {
    /// The purity of `labels` against `truth`, 0 ... 1.
    ///
    /// - Parameters:
    ///   - labels: the labels to be judged.
    ///   - truth: the true groups of the same rows.
    ///   - noise: what is made of noise in either. `.leftOut` flatters a clustering that calls much noise.
    /// - Returns: 1 when no row is left to compare.
    /// - Throws: ``AnalysisError/rowCount(of:found:expected:)`` when the numbers of rows differ.
    /// - Complexity: that of ``ContingencyTable``.
    public static func score(
        _ labels: ClusterLabels, truth: ClusterLabels, noise: NoiseTreatment
    ) throws(AnalysisError) -> Double {
        try ContingencyTable(labels, truth, noise: noise).purity
    }
}

extension ContingencyTable {
    /// The share of rows that lie in the largest cell of their row (see ``Purity``).
    ///
    /// - Complexity: O(cells).
    public var purity: Double {
        guard total > 0 else { return 1 }
        let pure = rowTotals.indices.reduce(0) { $0 + (cells(inRow: $1).lazy.map(\.count).max() ?? 0) }
        return Double(pure) / Double(total)
    }
}
