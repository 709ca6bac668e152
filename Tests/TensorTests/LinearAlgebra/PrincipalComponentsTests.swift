import Tensor
import Testing
import _TestSupport

@Suite struct PrincipalComponentsTests {
    /// Rows whose variance along hidden directions falls by a factor from one to the next.
    private func decaying(rows: Int, columns: Int, rank: Int, factor: Float, seed: UInt64, offset: Float = 0) -> Matrix
    {
        var hidden = randomMatrix(rows: rows, columns: rank, seed: seed)
        var scale: Float = 10
        for j in 0..<rank {
            for i in 0..<rows { hidden[i, j] *= scale }
            scale *= factor
        }
        let mixed = hidden.times(randomMatrix(rows: rank, columns: columns, seed: seed + 1))
        return Matrix(rows: rows, columns: columns, values: mixed.elements.map { $0 + offset })
    }

    @Test(arguments: [(40, 7), (7, 40), (30, 30), (2, 5), (5, 1)], PrincipalComponents.Solver.allCases)
    func componentsAreOrthonormalAndDiagonalizeTheCovariance(
        shape: (Int, Int), solver: PrincipalComponents.Solver
    ) throws {
        let data = decaying(
            rows: shape.0, columns: shape.1, rank: min(shape.0, shape.1), factor: 0.8, seed: 5, offset: 50)
        let count = min(shape.0 - 1, shape.1, 5)
        let found = try PrincipalComponents(data, keeping: .count(count), solver: solver)
        let gram = found.components.times(found.components, transposingOther: true)
        for i in 0..<count {
            for j in 0..<count {
                expectClose(Double(gram[i, j]), i == j ? 1 : 0, relativeTolerance: 1e-4, absoluteTolerance: 1e-4)
            }
        }
        let projected = found.project(data)
        let deviations = projected.columnStandardDeviations()
        for i in 0..<count {
            let variance = deviations[i] * deviations[i] * Double(shape.0) / Double(shape.0 - 1)
            expectClose(variance, found.explainedVariance[i], relativeTolerance: 1e-3)
            #expect(i == 0 || found.explainedVariance[i] <= found.explainedVariance[i - 1])
        }
        #expect(found.explainedVarianceRatio.reduce(0, +) <= 1 + 1e-5)
    }

    @Test(arguments: [(400, 60), (60, 400)]) func aSketchFindsWhatTheExactSolversFind(shape: (Int, Int)) throws {
        let data = decaying(rows: shape.0, columns: shape.1, rank: 60, factor: 0.9, seed: 11)
        let exact = try PrincipalComponents(data, keeping: .count(6), solver: .full)
        let sketch = try PrincipalComponents(data, keeping: .count(6), solver: .randomized, seed: 1)
        expectClose(sketch.components, exact.components, relativeTolerance: 1e-3, absoluteTolerance: 2e-4)
        for (actual, expected) in zip(sketch.explainedVariance, exact.explainedVariance) {
            expectClose(actual, expected, relativeTolerance: 1e-4)
        }
        expectClose(sketch.totalVariance, exact.totalVariance)
    }

    @Test func theSeedDecidesTheSketch() throws {
        let data = randomMatrix(rows: 200, columns: 80, seed: 2)
        func sketch(_ seed: UInt64) throws -> Matrix {
            try PrincipalComponents(data, keeping: .count(3), solver: .randomized, seed: seed).components
        }
        #expect(try sketch(1) == sketch(1))
        #expect(try sketch(1) != sketch(2))
    }

    @Test func theEntryOfGreatestMagnitudeIsPositive() throws {
        for solver in PrincipalComponents.Solver.allCases {
            let found = try PrincipalComponents(
                randomMatrix(rows: 50, columns: 12, seed: 3), keeping: .count(8), solver: solver)
            for row in 0..<8 {
                let values = found.components.row(row)
                #expect(values.max() == values.map { abs($0) }.max())
            }
        }
    }

    @Test func allComponentsRestoreTheData() throws {
        let data = randomMatrix(rows: 20, columns: 6, seed: 4, offset: 100)
        let found = try PrincipalComponents(data, keeping: .count(6))
        expectClose(found.reconstruct(found.project(data)), data, relativeTolerance: 1e-6, absoluteTolerance: 1e-5)
        expectClose(found.explainedVariance.reduce(0, +), found.totalVariance, relativeTolerance: 1e-5)
    }

    @Test(arguments: [(1, 1), (5, 3), (513, 70), (5000, 130)])
    func theGramIsThatOfTheDefinition(shape: (Int, Int)) {
        let (n, d) = shape
        let data = randomMatrix(rows: n, columns: d, seed: 6, offset: 100)
        let gram = data.gramOfColumns(subtracting: [Double](repeating: 100, count: d))
        for (i, j) in [(0, 0), (0, d - 1), (d - 1, 0), (d / 2, d / 3), (d - 1, d - 1)] {
            let exact = (0..<n).reduce(0) { $0 + (Double(data[$1, i]) - 100) * (Double(data[$1, j]) - 100) }
            #expect(abs(gram[i * d + j] - exact) < 1e-6 * Double(n))
        }
    }

    @Test(arguments: [(1, 1, 1), (3, 2, 5), (1100, 7, 40)])
    func productsOfColumnsAreThoseOfTheTransposedMatrix(shape: (Int, Int, Int)) {
        let left = randomMatrix(rows: shape.0, columns: shape.1, seed: 1)
        let right = randomMatrix(rows: shape.0, columns: shape.2, seed: 2)
        expectClose(
            left.productOfColumns(with: right), left.transposed().times(right), relativeTolerance: 1e-5,
            absoluteTolerance: 1e-4)
    }

    @Test func shapesAndSelectionsOutsideTheirRangeAreRefused() {
        #expect(throws: TensorError.self) { try PrincipalComponents(Matrix(rows: 0, columns: 3), keeping: .count(1)) }
        #expect(throws: TensorError.self) { try PrincipalComponents(Matrix(rows: 3, columns: 0), keeping: .count(1)) }
        let data = randomMatrix(rows: 3, columns: 5, seed: 1)
        for selection in [PrincipalComponents.Selection.count(0), .count(4), .varianceShare(1), .varianceShare(.nan)] {
            #expect(throws: TensorError.self) { try PrincipalComponents(data, keeping: selection) }
        }
    }
}
