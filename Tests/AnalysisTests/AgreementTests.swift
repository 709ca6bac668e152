import Analysis
import Clustering
import Tensor
import Testing
import _TestSupport

@Suite struct AgreementTests {
    struct Golden: Decodable {
        struct Case: Decodable {
            let name: String
            let labels: [Int]
            let truth: [Int]
            let adjustedRandIndex: Double
            let normalizedMutualInformation: [String: Double]
            let mutualInformation: Double
            let homogeneity: Double
            let completeness: Double
            let v: Double
            let vWithBetaHalf: Double
            let purity: Double
        }
        let cases: [Case]
    }

    @Test func scoresEqualScikitLearns() throws {
        for example in try golden("agreement.json", as: Golden.self).cases {
            let labels = ClusterLabels(example.labels)
            let truth = ClusterLabels(example.truth)
            let table = try ContingencyTable(labels, truth, noise: .ownGroup)
            func check(_ actual: Double, _ expected: Double, _ range: ClosedRange<Double> = 0...1) {
                #expect(abs(actual - expected) <= 1e-12, "\(example.name): \(actual) is not \(expected)")
                #expect(range.contains(actual), "\(example.name): \(actual)")
            }
            check(table.adjustedRandIndex, example.adjustedRandIndex, -0.5...1)
            check(table.mutualInformation, example.mutualInformation, 0...10)
            for mean in NormalizedMutualInformation.Mean.allCases {
                let expected = try #require(example.normalizedMutualInformation[mean.rawValue])
                check(table.normalizedMutualInformation(mean: mean), expected)
            }
            let measure = try VMeasure(table)
            check(measure.homogeneity, example.homogeneity)
            check(measure.completeness, example.completeness)
            check(measure.value, example.v)
            check(try VMeasure(labels, truth: truth, noise: .ownGroup, beta: 0.5).value, example.vWithBetaHalf)
            check(table.purity, example.purity)
        }
    }

    /// Counts pairs one by one.
    private func naiveAdjustedRandIndex(_ a: [Int], _ b: [Int]) -> Double {
        var (both, first, second, pairs) = (0.0, 0.0, 0.0, 0.0)
        for i in a.indices {
            for j in 0..<i {
                pairs += 1
                if a[i] == a[j] { first += 1 }
                if b[i] == b[j] { second += 1 }
                if a[i] == a[j], b[i] == b[j] { both += 1 }
            }
        }
        let expected = first * second / pairs
        return (both - expected) / ((first + second) / 2 - expected)
    }

    @Test(arguments: 0..<5) func randomLabellingsAgreeWithCountingPairs(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let first = (0..<80).map { _ in random.integer(below: 4) }
        let second = first.map { random.uniform() < 0.5 ? $0 : random.integer(below: 5) }
        let (a, b) = (ClusterLabels(first), ClusterLabels(second))
        let score = try AdjustedRandIndex.score(a, truth: b, noise: .leftOut)
        expectClose(score, naiveAdjustedRandIndex(first, second), relativeTolerance: 1e-12)
        #expect(try AdjustedRandIndex.score(b, truth: a, noise: .leftOut) == score)
        let information = try NormalizedMutualInformation.score(a, truth: b, noise: .leftOut)
        expectClose(
            try NormalizedMutualInformation.score(b, truth: a, noise: .leftOut), information, relativeTolerance: 1e-12)
        let order = random.permutation(of: 80)
        let shuffled = try AdjustedRandIndex.score(
            ClusterLabels(order.map { 3 - first[$0] }), truth: ClusterLabels(order.map { second[$0] }), noise: .leftOut)
        #expect(shuffled == score)
    }

    @Test func noiseIsLeftOutOrAGroupAsAsked() throws {
        let labels = ClusterLabels([0, 0, 1, 1, -1, -1])
        let truth = ClusterLabels([0, 0, 1, 1, 0, 1])
        #expect(try AdjustedRandIndex.score(labels, truth: truth, noise: .leftOut) == 1)
        #expect(try AdjustedRandIndex.score(labels, truth: truth, noise: .ownGroup) < 1)
        #expect(try Purity.score(labels, truth: truth, noise: .leftOut) == 1)
        expectClose(try Purity.score(labels, truth: truth, noise: .ownGroup), 5.0 / 6)

        let noisyTruth = ClusterLabels([0, 0, 1, -1, 0, -1])
        let table = try ContingencyTable(labels, firstNoise: .ownGroup, noisyTruth, secondNoise: .leftOut)
        #expect(table.total == 4)
        #expect(table.rowTotals == [2, 1, 1])
    }

    @Test func aTableTellsItsCellsAndTheLargestOfEachRow() throws {
        let table = try ContingencyTable(
            ClusterLabels([0, 0, 0, 0, 1, 1]), ClusterLabels([2, 2, 0, 4, 1, 1]), noise: .leftOut)
        #expect(table[0, 2] == 2 && table[0, 0] == 1 && table[0, 1] == 0 && table[1, 1] == 2)
        #expect(table.cells.map(\.count).reduce(0, +) == table.total)
        let largest = table.largest(2, inRow: 0)
        #expect(largest.map(\.column) == [2, 0])
        #expect(largest.map(\.share) == [0.5, 0.25])
        #expect(table.columnTotals == [1, 2, 2, 0, 1])
        #expect(table.largest(3, inRow: 1).map(\.column) == [1])
    }

    @Test func nothingToCompareIsPerfectAgreement() throws {
        let none = ClusterLabels([Int]())
        let noise = ClusterLabels([-1, -1])
        for (labels, truth) in [(none, none), (noise, ClusterLabels([0, 1]))] {
            #expect(try AdjustedRandIndex.score(labels, truth: truth, noise: .leftOut) == 1)
            #expect(try NormalizedMutualInformation.score(labels, truth: truth, noise: .leftOut) == 1)
            #expect(try VMeasure(labels, truth: truth, noise: .leftOut).value == 1)
            #expect(try Purity.score(labels, truth: truth, noise: .leftOut) == 1)
        }
    }

    @Test func badInputIsRefused() {
        let labels = ClusterLabels([0, 1])
        #expect(throws: AnalysisError.rowCount(of: "the second labelling", found: 1, expected: 2)) {
            try AdjustedRandIndex.score(labels, truth: ClusterLabels([0]), noise: .leftOut)
        }
        #expect(throws: AnalysisError.self) {
            try VMeasure(labels, truth: labels, noise: .leftOut, beta: -1)
        }
    }

    @Test func aMillionRowsDoNotOverflow() throws {
        let labels = ClusterLabels((0..<1_000_000).map { $0 % 2 })
        #expect(try AdjustedRandIndex.score(labels, truth: labels, noise: .leftOut) == 1)
        let other = ClusterLabels((0..<1_000_000).map { $0 / 2 % 2 })
        #expect(abs(try AdjustedRandIndex.score(labels, truth: other, noise: .leftOut)) < 1e-5)
    }
}
