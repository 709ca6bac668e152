import Clustering

/// Homogeneity (each group holds one class only), completeness (each class lies in one group only), and their harmonic
/// mean, the V-measure.
///
/// - Reference: Rosenberg, Hirschberg, "V-measure", EMNLP-CoNLL 2007, https://aclanthology.org/D07-1043.
public struct VMeasure: Sendable, Hashable {
    /// 0 ... 1; 1 when each group holds rows of one class only, or there is a single class.
    public let homogeneity: Double
    /// 0 ... 1; 1 when each class lies in one group only, or there is a single group.
    public let completeness: Double
    /// The weight of completeness against homogeneity.
    public let beta: Double

    /// (1 + β) · h · c / (β · h + c); 0 when both are 0.
    public var value: Double {
        let sum = beta * homogeneity + completeness
        return sum > 0 ? (1 + beta) * homogeneity * completeness / sum : 0
    }

    /// The measure of `labels` against `truth`. With `.ownGroup` it equals scikit-learn's
    /// `homogeneity_completeness_v_measure`.
    ///
    /// - Parameters:
    ///   - labels: the labels to be judged.
    ///   - truth: the true groups of the same rows.
    ///   - noise: what is made of noise in either. `.leftOut` flatters a clustering that calls much noise.
    ///   - beta: at least 0; above 1 completeness weighs more, below 1 homogeneity.
    /// - Throws: ``AnalysisError`` when the numbers of rows differ or `beta` is outside its range.
    /// - Complexity: that of ``ContingencyTable``.
    public init(
        _ labels: ClusterLabels, truth: ClusterLabels, noise: NoiseTreatment, beta: Double = 1
    ) throws(AnalysisError) {
        try self.init(ContingencyTable(labels, truth, noise: noise), beta: beta)
    }

    /// The measure of a table whose rows are groups and whose columns are classes.
    ///
    /// - Throws: ``AnalysisError/parameter(name:value:valid:)`` when `beta` is outside its range.
    /// - Complexity: O(cells).
    public init(_ table: ContingencyTable, beta: Double = 1) throws(AnalysisError) {
        guard beta >= 0, beta.isFinite else {
            throw .parameter(name: "beta", value: "\(beta)", valid: "a number of at least 0")
        }
        let information = table.mutualInformation
        let (groups, classes) = (table.rowEntropy, table.columnEntropy)
        homogeneity = classes > 0 ? min(1, information / classes) : 1
        completeness = groups > 0 ? min(1, information / groups) : 1
        self.beta = beta
    }
}
