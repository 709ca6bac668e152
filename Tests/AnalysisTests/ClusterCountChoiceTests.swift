import Analysis
import Clustering
import Tensor
import Testing
import _TestSupport

@Suite struct ClusterCountChoiceTests {
    private func trials(_ inertias: [Double], silhouettes: [Double?] = []) -> [ClusterCountTrial] {
        inertias.enumerated().map { index, inertia in
            ClusterCountTrial(
                clusterCount: index + 1, inertia: inertia,
                silhouette: index < silhouettes.count ? silhouettes[index] : nil)
        }
    }

    /// Falls by 190 for each cluster up to the sixth, then by 1.
    private func corneredInertias(through last: Int) -> [Double] {
        (1...last).map { (k: Int) -> Double in k <= 6 ? Double(1190 - 190 * k) : Double(50 - k) }
    }

    @Test func aPowerLawIsALineAndHasNoElbow() throws {
        let decision = try ClusterCountChoice().choose(from: trials((1...20).map { 100 / Double($0) }))
        #expect(decision.elbow == .absent(.noKnee(.line)))
        #expect(decision.silhouette == .absent(.tooFewSilhouettes))
        #expect(decision.clusterCount == nil && !decision.isUnanimous)
    }

    @Test func aCornerInTheInertiaIsTheElbow() throws {
        let inertias = corneredInertias(through: 20)
        let decision = try ClusterCountChoice().choose(from: trials(inertias))
        #expect(decision.elbow.clusterCount == 6)
        #expect(decision.clusterCount == 6)
    }

    @Test func inertiaThatReachesZeroIsAnElbow() throws {
        #expect(try ClusterCountChoice().choose(from: trials([90, 40, 15, 0, 0, 0, 0, 0])).elbow.clusterCount == 4)
        #expect(try ClusterCountChoice().choose(from: trials([0, 0, 0, 0])).elbow == .absent(.noKnee(.flat)))
    }

    @Test func theGreatestSilhouetteIsTakenWhenItStandsOut() throws {
        let flat = [Double](repeating: 1, count: 7)
        func silhouette(_ values: [Double?]) throws -> ClusterCountChoice.Answer {
            try ClusterCountChoice().choose(from: trials(flat, silhouettes: values)).silhouette
        }
        #expect(try silhouette([nil, 0.3, 0.4, 0.7, 0.5, 0.4, 0.3]) == .found(clusterCount: 4, evidence: 0.7))
        #expect(try silhouette([nil, 0.7, 0.4, 0.7, 0.5, 0.4, 0.3]) == .found(clusterCount: 2, evidence: 0.7))
        #expect(try silhouette([nil, 0.01, 0.04, 0.09, 0.03, 0.02, 0.01]) == .absent(.silhouetteTooLow(0.09)))
        #expect(try silhouette([nil, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]) == .absent(.atEdge(clusterCount: 7)))
        #expect(try silhouette([nil, 0.2, 0.3]) == .absent(.tooFewSilhouettes))
        let flatAnswer = try silhouette([nil, 0.39, 0.4, 0.41, 0.4, 0.39, 0.4])
        guard case .absent(.silhouetteTooFlat) = flatAnswer else {
            Issue.record("\(flatAnswer)")
            return
        }
    }

    @Test func theElbowIsHeardBeforeTheSilhouette() throws {
        let decision = try ClusterCountChoice().choose(
            from: trials(
                corneredInertias(through: 20), silhouettes: [nil, 0.2, 0.3, 0.6, 0.4, 0.5, 0.4, 0.3, 0.2]))
        #expect(decision.elbow.clusterCount == 6 && decision.silhouette.clusterCount == 4)
        #expect(decision.clusterCount == 6 && !decision.isUnanimous)
    }

    @Test func withoutAnElbowOnlyAStrongSilhouetteDecides() throws {
        let powerLaw = (1...8).map { 100 / Double($0) }
        let weak = try ClusterCountChoice().choose(
            from: trials(powerLaw, silhouettes: [nil, 0.4, 0.4, 0.65, 0.4, 0.4, 0.4, 0.4]))
        #expect(weak.silhouette.clusterCount == 4 && weak.clusterCount == nil)
        let strong = try ClusterCountChoice().choose(
            from: trials(powerLaw, silhouettes: [nil, 0.4, 0.4, 0.75, 0.4, 0.4, 0.4, 0.4]))
        #expect(strong.clusterCount == 4)
        #expect(!strong.isUnanimous)
    }

    @Test func badSweepsAreRefused() {
        let good = trials([3, 2, 1])
        #expect(throws: AnalysisError.self) { try ClusterCountChoice().choose(from: [good[1], good[0], good[2]]) }
        #expect(throws: AnalysisError.self) { try ClusterCountChoice().choose(from: trials([3, -1, 1])) }
        #expect(throws: AnalysisError.self) { try ClusterCountChoice().choose(from: trials([3, .nan, 1])) }
        #expect(throws: AnalysisError.self) { try ClusterCountChoice(sensitivity: -1).choose(from: good) }
        #expect(throws: AnalysisError.self) { try ClusterCountChoice(minimumStrength: 2).choose(from: good) }
        #expect(throws: AnalysisError.self) { try ClusterCountChoice(minimumSilhouette: 2).choose(from: good) }
        #expect(throws: AnalysisError.self) { try ClusterCountChoice(minimumProminence: -1).choose(from: good) }
        #expect(throws: AnalysisError.self) { try ClusterCountChoice(strongSilhouette: .nan).choose(from: good) }
    }

    @Test func nothingToChooseFromIsNoAnswer() throws {
        #expect(try ClusterCountChoice().choose(from: []).clusterCount == nil)
        #expect(try ClusterCountChoice().choose(from: trials([5])).clusterCount == nil)
    }
}
