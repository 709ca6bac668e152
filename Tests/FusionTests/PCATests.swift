import Fusion
import Tensor
import Testing
import _TestSupport

@Suite struct PCATests {
    struct Golden: Decodable {
        struct Case: Decodable {
            let name: String
            let points: [[Float]]
            let count: Int
            let whitens: Bool
            let mean: [Double]
            let components: [[Float]]
            let explainedVariance: [Double]
            let explainedVarianceRatio: [Double]
            let reduced: [[Float]]
            let restored: [[Float]]
            let countForNineTenths: Int
        }
        let cases: [Case]
    }

    @Test(arguments: PrincipalComponents.Solver.allCases)
    func reductionsEqualScikitLearns(solver: PrincipalComponents.Solver) throws {
        for example in try golden("pca.json", as: Golden.self).cases {
            let points = Matrix(example.points)
            let model = try PCA(keeping: .count(example.count), whitens: example.whitens, solver: solver).fit(points)
            #expect(model.dimension == example.count)
            for (actual, expected) in zip(model.mean, example.mean) { expectClose(actual, expected) }
            for (actual, expected) in zip(model.explainedVariance, example.explainedVariance) {
                expectClose(actual, expected, relativeTolerance: 1e-4)
            }
            for (actual, expected) in zip(model.explainedVarianceRatio, example.explainedVarianceRatio) {
                expectClose(actual, expected, relativeTolerance: 1e-4)
            }
            #expect(model.explainedVarianceRatio.reduce(0, +) <= 1 + 1e-6)
            // Signs are scikit-learn's own: the entry of greatest magnitude is positive.
            expectClose(
                model.components, Matrix(example.components), relativeTolerance: 1e-4, absoluteTolerance: 1e-4)
            let reduced = try model.transform(points)
            let size = example.reduced.joined().map { abs($0) }.max() ?? 0
            expectClose(
                reduced, Matrix(example.reduced), relativeTolerance: 1e-4, absoluteTolerance: 1e-4 * size)
            expectClose(
                try model.inverseTransform(reduced), Matrix(example.restored), relativeTolerance: 1e-4,
                absoluteTolerance: 1e-4 * size)
        }
    }

    @Test(arguments: [PrincipalComponents.Solver.automatic, .covariance, .full])
    func aShareOfVarianceKeepsAsManyComponentsAsScikitLearn(solver: PrincipalComponents.Solver) throws {
        for example in try golden("pca.json", as: Golden.self).cases {
            let model = try PCA(keeping: .varianceShare(0.9), solver: solver).fit(Matrix(example.points))
            #expect(model.dimension == example.countForNineTenths)
            let ratios = model.explainedVarianceRatio
            #expect(ratios.reduce(0, +) >= 0.9 && ratios.dropLast().reduce(0, +) < 0.9)
        }
    }

    @Test func whitenedComponentsHaveVarianceOneAndZeroWhereNothingVaries() throws {
        // Three directions of variance in six features.
        let data = randomMatrix(rows: 100, columns: 3, seed: 1).times(randomMatrix(rows: 3, columns: 6, seed: 2))
        for solver in [PrincipalComponents.Solver.covariance, .full] {
            let model = try PCA(keeping: .count(6), whitens: true, solver: solver).fit(data)
            let deviations = try model.transform(data).columnStandardDeviations()
            for index in 0..<3 { expectClose(deviations[index], (99.0 / 100).squareRoot(), relativeTolerance: 1e-4) }
            #expect(deviations[3...].allSatisfy { $0 == 0 })
            expectClose(try model.inverseTransform(model.transform(data)), data, absoluteTolerance: 1e-4)
        }
    }

    @Test func reductionsAreTheSameForEveryNumberOfThreads() throws {
        let data = randomMatrix(rows: 300, columns: 50, seed: 7)
        for solver in PrincipalComponents.Solver.allCases {
            let answers = try withThreadCounts {
                try PCA(keeping: .count(5), solver: solver, seed: 3).fit(data).transform(data)
            }
            #expect(answers[1] == answers[0] && answers[2] == answers[0])
        }
    }

    @Test func oneRowAndIdenticalRowsReduceToZeros() throws {
        for data in [Matrix([[3, 4, 5]]), Matrix(rows: 5, columns: 2, repeating: 0.7)] {
            for whitens in [false, true] {
                for solver in PrincipalComponents.Solver.allCases {
                    let model = try PCA(keeping: .count(1), whitens: whitens, solver: solver).fit(data)
                    #expect(try model.transform(data) == Matrix(rows: data.rows, columns: 1))
                    #expect(model.explainedVarianceRatio == [0])
                    expectClose(try model.inverseTransform(model.transform(data)), data)
                }
            }
            #expect(try PCA(keeping: .varianceShare(0.5)).fit(data).dimension == 1)
        }
    }

    @Test func tooManyComponentsAreRefusedWithARemedy() {
        let data = randomMatrix(rows: 4, columns: 9, seed: 1)
        let message = #"""
            components is 5; it must be in 1 ... 4, the lesser of 4 rows and 9 columns; \#
            ask for at most 4 components or give more rows
            """#
        #expect { try PCA(keeping: .count(5)).fit(data) } throws: { "\($0)" == message }
    }

    @Test func badParametersAndDataAreRefused() throws {
        var data = randomMatrix(rows: 4, columns: 3, seed: 1)
        for selection in [
            PrincipalComponents.Selection.count(0), .count(-1), .varianceShare(1), .varianceShare(-0.1),
            .varianceShare(.nan),
        ] {
            #expect(throws: FusionError.self) { try PCA(keeping: selection).fit(data) }
        }
        #expect(throws: FusionError.self) { try PCA(keeping: .varianceShare(0.5), solver: .randomized).fit(data) }
        #expect(throws: FusionError.emptyData(rows: 0, columns: 3)) {
            try PCA(keeping: .count(1)).fit(Matrix(rows: 0, columns: 3))
        }
        let model = try PCA(keeping: .count(2)).fit(data)
        #expect(throws: FusionError.dimension(modality: 0, expected: 3, found: 2)) {
            try model.transform(Matrix(rows: 1, columns: 2))
        }
        #expect(throws: FusionError.dimension(modality: 0, expected: 2, found: 3)) {
            try model.inverseTransform(Matrix(rows: 1, columns: 3))
        }
        data[3, 1] = .infinity
        #expect(throws: FusionError.notFinite(modality: 0, row: 3, column: 1)) { try PCA(keeping: .count(1)).fit(data) }
        #expect(throws: FusionError.notFinite(modality: 0, row: 3, column: 1)) { try model.transform(data) }
        #expect(throws: FusionError.cancelled) {
            try PCA(keeping: .count(1)).fit(Matrix([[1], [2]]), progress: ProgressHandler { _ in false })
        }
    }

    @Test func memoryIsEstimatedFromTheShape() {
        let pca = PCA(keeping: .count(10))
        #expect(pca.memoryEstimate(rows: 1000, columns: 100).bytes > 1000 * 100 * 4)
        #expect(pca.memoryEstimate(rows: 100, columns: 1000).bytes > 1000 * 100 * 4)
    }
}
