import Tensor
import Testing
import _TestSupport

@Suite struct CovarianceTests {
    private func expect(
        _ actual: [Double], _ expected: [Double], _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(actual.count == expected.count)
        for (a, e) in zip(actual, expected) {
            expectClose(a, e, relativeTolerance: 1e-5, absoluteTolerance: 1e-7, sourceLocation: location)
        }
    }

    @Test("covariances are those of numpy, for all kinds of weights")
    func references() throws {
        let expected = try LinearReferences.load().covariance
        let data = formula(expected.rows, expected.columns)
        expect(try Covariance(data).values, expected.plain)
        expect(try Covariance(data, correction: 0).values, expected.biased)
        expect(try Covariance(data, weights: .frequencies(expected.weights)).values, expected.frequencies)
        expect(try Covariance(data, weights: .reliabilities(expected.weights)).values, expected.reliabilities)
    }

    @Test("frequencies count rows as if they stood there as often")
    func frequencies() throws {
        let data = randomMatrix(rows: 600, columns: 5, seed: 1, offset: 30)
        let counts = (0..<600).map { Double($0 % 3) }
        let repeated = data.gatheringRows((0..<600).flatMap { [Int](repeating: $0, count: $0 % 3) })
        let (weighted, plain) = (try Covariance(data, weights: .frequencies(counts)), try Covariance(repeated))
        expect(weighted.values, plain.values)
        expect(weighted.mean, plain.mean)
        expectClose(weighted.totalVariance, (0..<5).reduce(0) { $0 + weighted[$1, $1] })
        let unit = try Covariance(data, weights: .reliabilities([Double](repeating: 7, count: 600)))
        expect(unit.values, try Covariance(data).values)
    }

    @Test("an offset much greater than the spread costs no accuracy")
    func offset() throws {
        let data = randomMatrix(rows: 2000, columns: 3, seed: 2)
        let shifted = Matrix(rows: 2000, columns: 3, values: data.elements.map { ($0 * 64).rounded() / 64 + 4096 })
        let plain = Matrix(rows: 2000, columns: 3, values: data.elements.map { ($0 * 64).rounded() / 64 })
        expect(try Covariance(shifted).values, try Covariance(plain).values)
    }

    @Test("given means are subtracted, and the matrix is the values rounded")
    func givenMean() throws {
        let data = Matrix([[1, 2], [3, 4]])
        let found = try Covariance(data, mean: [0, 0], correction: 0)
        #expect(found.values == [5, 7, 7, 10] && found.mean == [0, 0] && found.dimension == 2)
        #expect(found.matrix == Matrix([[5, 7], [7, 10]]))
        #expect(try Covariance(Matrix([[3]]), correction: 0).values == [0])
        #expect(try Covariance(Matrix(rows: 2, columns: 0)).values.isEmpty)
    }

    @Test("data, weights and degrees of freedom that make no sense are refused")
    func refusals() {
        let data = randomMatrix(rows: 4, columns: 2, seed: 1)
        #expect(throws: TensorError.self) { try Covariance(Matrix(rows: 0, columns: 2)) }
        #expect(throws: TensorError.self) { try Covariance(Matrix(rows: 1, columns: 2)) }
        #expect(throws: TensorError.self) { try Covariance(data, mean: [0]) }
        #expect(throws: TensorError.self) { try Covariance(data, mean: [0, .nan]) }
        #expect(throws: TensorError.self) { try Covariance(data, correction: 4) }
        #expect(throws: TensorError.self) { try Covariance(data, correction: -1) }
        #expect(throws: TensorError.self) { try Covariance(data, correction: .nan) }
        for weights: [Double] in [[1, 1], [1, 1, 1, -1], [1, 1, 1, .infinity], [1, 1, 1, .nan], [0, 0, 0, 0]] {
            #expect(throws: TensorError.self) { try Covariance(data, weights: .frequencies(weights)) }
            #expect(throws: TensorError.self) { try Covariance(data, weights: .reliabilities(weights)) }
        }
        #expect(throws: TensorError.self) { try Covariance(data, weights: .reliabilities([0, 5, 0, 0])) }
    }
}

@Suite struct WhiteningTests {
    /// Correlated rows whose variances differ by a factor of a hundred.
    private func correlated(rows: Int, columns: Int, seed: UInt64) -> Matrix {
        var mixing = randomMatrix(rows: columns, columns: columns, seed: seed)
        for i in 0..<columns { for j in 0..<columns { mixing[i, j] *= 1 + 9 * Float(i) / Float(columns) } }
        let data = randomMatrix(rows: rows, columns: columns, seed: seed + 1).times(mixing)
        return Matrix(rows: rows, columns: columns, values: data.elements.map { $0 + 20 })
    }

    @Test(
        "white features have variance 1 and are uncorrelated", arguments: Whitening.Kind.allCases,
        [PrincipalComponents.Solver.full, .covariance])
    func white(kind: Whitening.Kind, solver: PrincipalComponents.Solver) throws {
        let data = correlated(rows: 800, columns: 12, seed: 1)
        let whitening = try Whitening(data, kind: kind, solver: solver)
        let white = whitening.apply(data)
        #expect(white.columns == whitening.dimension)
        expectClose(try Covariance(white).matrix, identity(12), absoluteTolerance: solver == .full ? 1e-3 : 5e-3)
        expectClose(whitening.restore(white), data, relativeTolerance: 1e-4, absoluteTolerance: 1e-3)
        // The map is what `apply` does.
        let centered = data.subtractingFromRows(whitening.components.mean)
        expectClose(
            centered.times(whitening.matrix, transposingOther: true), white, relativeTolerance: 1e-3,
            absoluteTolerance: 1e-3)
    }

    @Test("white features are those of scikit-learn and of the definition")
    func references() throws {
        let references = try LinearReferences.load()
        let data = formula(references.covariance.rows, references.covariance.columns)
        let principal = try Whitening(data, solver: .full)
        expectClose(
            principal.apply(data).elements, references.whitening.principal, relativeTolerance: 1e-4,
            absoluteTolerance: 1e-4)
        let zeroPhase = try Whitening(
            data, kind: .zeroPhase, regularization: references.whitening.regularization, solver: .full)
        expectClose(
            zeroPhase.apply(data).elements, references.whitening.zeroPhase, relativeTolerance: 1e-4,
            absoluteTolerance: 1e-4)
    }

    @Test("zero-phase features stay near the original ones: the map is symmetric and positive")
    func zeroPhase() throws {
        let map = try Whitening(correlated(rows: 500, columns: 9, seed: 3), kind: .zeroPhase, solver: .full).matrix
        expectClose(map, map.transposed(), absoluteTolerance: 1e-5)
        #expect(try map.symmetricEigen().eigenvalues.allSatisfy { $0 > 0 })
    }

    @Test("directions without variance become 0, and come back as the mean", arguments: Whitening.Kind.allCases)
    func nullDirections(kind: Whitening.Kind) throws {
        let low = randomMatrix(rows: 300, columns: 3, seed: 4).times(randomMatrix(rows: 3, columns: 8, seed: 5))
        let data = Matrix(rows: 300, columns: 8, values: low.elements.map { $0 + 5 })
        let whitening = try Whitening(data, kind: kind)
        #expect(whitening.deviations.filter { $0 > 0 }.count == 3)
        let white = whitening.apply(data)
        #expect(white.firstNonFinite() == nil)
        expectClose(try Covariance(white).totalVariance, 3, relativeTolerance: 1e-3)
        expectClose(whitening.restore(white), data, relativeTolerance: 1e-4, absoluteTolerance: 1e-3)
        // Constant columns, too.
        let constant = try Whitening(Matrix(rows: 10, columns: 2, repeating: 3), kind: kind)
        #expect(constant.apply(Matrix([[7, 8]])) == Matrix(rows: 1, columns: 2))
    }

    @Test("regularisation keeps directions that hardly vary from being blown up", arguments: Whitening.Kind.allCases)
    func regularization(kind: Whitening.Kind) throws {
        let data = correlated(rows: 800, columns: 6, seed: 6)
        let whitening = try Whitening(data, kind: kind, regularization: 0.5, solver: .full)
        let components = whitening.components
        let added = 0.5 * components.totalVariance / 6
        expectClose(whitening.addedVariance, added)
        let variances = try Covariance(whitening.apply(data)).matrix.symmetricEigen().eigenvalues.reversed()
        let expected = components.explainedVariance.map { Float($0 / ($0 + added)) }
        expectClose(Array(variances), expected, relativeTolerance: 1e-3)
    }

    @Test("fewer components than features: fewer principal ones, all zero-phase ones of less variance")
    func fewer() throws {
        let data = correlated(rows: 300, columns: 10, seed: 7)
        #expect(try Whitening(data, keeping: .count(4)).apply(data).columns == 4)
        let zeroPhase = try Whitening(data, kind: .zeroPhase, keeping: .count(4)).apply(data)
        #expect(zeroPhase.columns == 10)
        expectClose(try Covariance(zeroPhase).totalVariance, 4, relativeTolerance: 1e-2)
    }

    @Test("a regularisation that makes no sense is refused", arguments: [-0.1, .nan, .infinity])
    func refusals(regularization: Double) {
        let data = randomMatrix(rows: 4, columns: 2, seed: 1)
        #expect(throws: TensorError.self) { try Whitening(data, regularization: regularization) }
        #expect(throws: TensorError.self) { try Whitening(Matrix(rows: 0, columns: 2)) }
    }
}
