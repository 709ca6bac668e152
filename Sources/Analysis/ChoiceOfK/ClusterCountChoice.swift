import Clustering

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Chooses a number of clusters from a sweep – or says that the data does not ask for one.
///
/// Two witnesses are heard:
///
/// - The **elbow**: the knee that Kneedle finds in the curve of inertia, on logarithmic axes. Data without groups has
///   inertia ∝ k^(−2/d) (for d features), which always looks like an elbow on linear axes and is a line on logarithmic
///   ones: in 180 sweeps of uniform and normal data (1 to 50 features) every strength was below 0.03. Start the sweep
///   at k = 1, so that an elbow at 2 can be seen.
/// - The **silhouette**: its maximum, when it is high enough, stands out from the other trials and does not lie where
///   the sweep was cut off.
///
/// The elbow's answer is taken when it has one. The silhouette prefers few, coarse groups and is high for a uniform
/// line or square, too, so that it decides alone only when it is as high as ``strongSilhouette``.
///
/// ```swift
/// let decision = try ClusterCountChoice().choose(from: KMeansSweep(from: 1, through: 20).run(points))
/// decision.clusterCount ?? 1
/// print(decision.elbow, decision.silhouette)
/// ```
///
/// - Reference: Satopää et al., "Finding a 'Kneedle' in a haystack", 2011, doi:10.1109/ICDCSW.2011.20; Rousseeuw,
///   "Silhouettes", 1987, doi:10.1016/0377-0427(87)90125-7; Zador, "Asymptotic quantization error", 1982,
///   doi:10.1109/TIT.1982.1056490 (the power law).
public struct ClusterCountChoice: Sendable, Hashable {
    /// Kneedle's S, at least 0; larger is more cautious with sweeps of few trials.
    public var sensitivity: Double
    /// The smallest bulge of the inertia curve that is called an elbow, 0 ... 1.
    public var minimumStrength: Double
    /// The smallest mean silhouette that is believed, −1 ... 1. Below 0.25, Kaufman and Rousseeuw see no substantial
    /// structure in few dimensions; embeddings of hundreds of dimensions rarely get there, hence the lower default.
    public var minimumSilhouette: Double
    /// How far the greatest silhouette must lie above the median of the sweep, 0 ... 2.
    public var minimumProminence: Double
    /// The silhouette from which on it needs no elbow beside it, −1 ... 1. From 0.7 on, Kaufman and Rousseeuw see
    /// strong structure.
    public var strongSilhouette: Double

    /// What the witnesses must show to be believed. By default the elbow's thresholds are half those of `Knee.find`.
    public init(
        sensitivity: Double = 0.5, minimumStrength: Double = 0.05, minimumSilhouette: Double = 0.1,
        minimumProminence: Double = 0.05, strongSilhouette: Double = 0.7
    ) {
        self.strongSilhouette = strongSilhouette
        self.sensitivity = sensitivity
        self.minimumStrength = minimumStrength
        self.minimumSilhouette = minimumSilhouette
        self.minimumProminence = minimumProminence
    }

    /// Throws ``AnalysisError/parameter(name:value:valid:)`` for the first parameter outside its range.
    public func validate() throws(AnalysisError) {
        guard sensitivity >= 0, sensitivity.isFinite else {
            throw .parameter(name: "sensitivity", value: "\(sensitivity)", valid: "a number of at least 0")
        }
        guard minimumStrength >= 0, minimumStrength <= 1 else {
            throw .parameter(name: "minimumStrength", value: "\(minimumStrength)", valid: "in 0 ... 1")
        }
        guard minimumSilhouette >= -1, minimumSilhouette <= 1 else {
            throw .parameter(name: "minimumSilhouette", value: "\(minimumSilhouette)", valid: "in -1 ... 1")
        }
        guard minimumProminence >= 0, minimumProminence <= 2 else {
            throw .parameter(name: "minimumProminence", value: "\(minimumProminence)", valid: "in 0 ... 2")
        }
        guard strongSilhouette >= -1, strongSilhouette <= 1 else {
            throw .parameter(name: "strongSilhouette", value: "\(strongSilhouette)", valid: "in -1 ... 1")
        }
    }

    /// What the sweep says.
    public struct Decision: Sendable, Hashable {
        /// What the inertia curve says.
        public let elbow: Answer
        /// What the silhouettes say.
        public let silhouette: Answer
        /// The elbow's answer, else the silhouette's when it is strong, else `nil`.
        public let clusterCount: Int?
        /// Whether both witnesses give the same number.
        public var isUnanimous: Bool { clusterCount != nil && elbow.clusterCount == silhouette.clusterCount }
    }

    /// A number of clusters, or why there is none.
    public enum Answer: Sendable, Hashable {
        /// `evidence` is the elbow's strength or the silhouette.
        case found(clusterCount: Int, evidence: Double)
        /// There is no answer, for this reason.
        case absent(Absence)

        /// The number of clusters, if there is one.
        public var clusterCount: Int? {
            if case .found(let clusterCount, _) = self { clusterCount } else { nil }
        }
    }

    /// Why a witness has no answer.
    @nonexhaustive
    public enum Absence: Sendable, Hashable {
        /// The inertia curve has no knee.
        case noKnee(Knee.Absence)
        /// No trial, or fewer than three, have a silhouette.
        case tooFewSilhouettes
        /// The greatest silhouette is below ``ClusterCountChoice/minimumSilhouette``.
        case silhouetteTooLow(Double)
        /// All silhouettes are about equal; the greatest is this far above their median.
        case silhouetteTooFlat(Double)
        /// The greatest silhouette lies at this end of the sweep: sweep further.
        case atEdge(clusterCount: Int)
    }

    /// Weighs the trials of a sweep, ascending in k.
    ///
    /// - Throws: ``AnalysisError/parameter(name:value:valid:)`` when a parameter is outside its range, the numbers of
    ///   clusters do not ascend from 1 or more, or an inertia is negative or not finite.
    /// - Complexity: O(m log m) for m trials.
    public func choose(from trials: [ClusterCountTrial]) throws(AnalysisError) -> Decision {
        try validate()
        for (index, trial) in trials.enumerated() {
            let previous = index > 0 ? trials[index - 1].clusterCount : 0
            guard trial.clusterCount > previous else {
                throw .parameter(
                    name: "trials[\(index)].clusterCount", value: "\(trial.clusterCount)",
                    valid: "at least 1 and greater than that of the trial before it")
            }
            guard trial.inertia >= 0, trial.inertia.isFinite else {
                throw .parameter(
                    name: "trials[\(index)].inertia", value: "\(trial.inertia)", valid: "finite and at least 0")
            }
        }
        let elbow = try elbow(of: trials)
        let silhouette = silhouetteMaximum(of: trials)
        var clusterCount = elbow.clusterCount
        if clusterCount == nil, case .found(let count, let evidence) = silhouette, evidence >= strongSilhouette {
            clusterCount = count
        }
        return Decision(elbow: elbow, silhouette: silhouette, clusterCount: clusterCount)
    }

    private func elbow(of trials: [ClusterCountTrial]) throws(AnalysisError) -> Answer {
        // Inertia reaches 0 when k reaches the number of different rows; a millionth of the first stands for it.
        let floor = max((trials.first?.inertia ?? 0) * 1e-6, Double.leastNormalMagnitude)
        let finding: Knee.Finding
        do {
            finding = try Knee.find(
                x: trials.map { log(Double($0.clusterCount)) }, y: trials.map { log(max($0.inertia, floor)) },
                shape: .convexDecreasing, sensitivity: sensitivity, minimumStrength: minimumStrength)
        } catch { throw AnalysisError(error) }
        switch finding {
        case .found(let knee): return .found(clusterCount: trials[knee.index].clusterCount, evidence: knee.strength)
        case .absent(let reason): return .absent(.noKnee(reason))
        }
    }

    private func silhouetteMaximum(of trials: [ClusterCountTrial]) -> Answer {
        let judged = trials.compactMap { trial in trial.silhouette.map { (trial.clusterCount, $0) } }
            .filter { $0.1.isFinite }
        guard judged.count >= 3, let first = judged.first, let last = judged.last else {
            return .absent(.tooFewSilhouettes)
        }
        // The lower k wins a tie.
        var (best, greatest) = first
        for (clusterCount, silhouette) in judged where silhouette > greatest {
            (best, greatest) = (clusterCount, silhouette)
        }
        if greatest < minimumSilhouette { return .absent(.silhouetteTooLow(greatest)) }
        let sorted = judged.map(\.1).sorted()
        let median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        if greatest - median < minimumProminence { return .absent(.silhouetteTooFlat(greatest - median)) }
        // Below k = 2 there is no silhouette, so 2 is not where a sweep was cut off.
        if best == last.0 || (best == first.0 && best > 2) { return .absent(.atEdge(clusterCount: best)) }
        return .found(clusterCount: best, evidence: greatest)
    }
}

extension ClusterCountChoice.Absence: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noKnee(let reason): "no elbow: \(reason)"
        case .tooFewSilhouettes: "no silhouette: at least three trials must have one"
        case .silhouetteTooLow(let value): "no silhouette is high enough: the greatest is \(value)"
        case .silhouetteTooFlat(let value): "no silhouette stands out: the greatest is \(value) above their median"
        case .atEdge(let clusterCount):
            "the greatest silhouette is at the end of the sweep, k = \(clusterCount): sweep further"
        }
    }
}
