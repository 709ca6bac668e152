import Clustering

/// The adjusted Rand index: the share of pairs of rows that two labellings treat alike, corrected for chance.
///
/// 1 for equal partitions, about 0 for unrelated ones, negative down to −0.5 for less agreement than chance. Symmetric.
///
/// - Reference: Hubert, Arabie, "Comparing partitions", 1985, doi:10.1007/BF01908075.
public enum AdjustedRandIndex {
    /// The index of `labels` against `truth`. With `.ownGroup` it equals scikit-learn's `adjusted_rand_score`.
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
        try ContingencyTable(labels, truth, noise: noise).adjustedRandIndex
    }
}

extension ContingencyTable {
    /// The adjusted Rand index of the two labellings (see ``AdjustedRandIndex``).
    ///
    /// - Complexity: O(cells).
    public var adjustedRandIndex: Double {
        // Ordered pairs of different rows; whole numbers below n² are exact in Int, their products go to Double.
        func pairs(_ counts: some Sequence<Int>) -> Int { counts.reduce(0) { $0 + $1 * ($1 - 1) } }
        let together = pairs(cells.lazy.map(\.count))
        let onlyFirst = pairs(rowTotals) - together
        let onlySecond = pairs(columnTotals) - together
        let apart = total * (total - 1) - together - onlyFirst - onlySecond
        if onlyFirst == 0, onlySecond == 0 { return 1 }
        let (a, b, c, d) = (Double(together), Double(onlyFirst), Double(onlySecond), Double(apart))
        return 2 * (a * d - b * c) / ((a + b) * (b + d) + (a + c) * (c + d))
    }
}
