import Fusion
import Tensor
import Testing
import _TestSupport

@Suite struct ConcatenationTests {
    struct Golden: Decodable {
        let first: [[Float]]
        let second: [[Float]]
        let weights: [Double]
        let l2: [[Float]]
        let zScore: [[Float]]
        let none: [[Float]]
    }

    private func squaredNorm(_ row: some Collection<Float>) -> Double { row.reduce(0) { $0 + Double($1) * Double($1) } }

    @Test(arguments: Concatenation.Normalization.allCases)
    func jointVectorsEqualScikitLearns(normalization: Concatenation.Normalization) throws {
        let example = try golden("concatenation.json", as: Golden.self)
        let modalities = [Matrix(example.first), Matrix(example.second)]
        let model = try Concatenation(weights: example.weights, normalization: normalization).fit(modalities)
        let joint = try model.fuse(modalities)
        let expected =
            switch normalization {
            case .l2: example.l2
            case .zScore: example.zScore
            case .none: example.none
            }
        #expect(model.dimension == 10)
        expectClose(joint, Matrix(expected), relativeTolerance: 1e-6, absoluteTolerance: 1e-6)
    }

    @Test(arguments: [Concatenation.Normalization.l2, .zScore])
    func weightsSayHowMuchEachModalityContributes(normalization: Concatenation.Normalization) throws {
        let modalities = [
            randomMatrix(rows: 200, columns: 300, seed: 1, offset: 2), randomMatrix(rows: 200, columns: 5, seed: 2),
        ]
        let joint = try Concatenation(weights: [2, 3], normalization: normalization).fit(modalities).fuse(modalities)
        var (first, second) = (0.0, 0.0)
        for row in 0..<200 {
            first += squaredNorm(joint.row(row).prefix(300)) / 200
            second += squaredNorm(joint.row(row).suffix(5)) / 200
        }
        expectClose(first, 4, relativeTolerance: 1e-5)
        expectClose(second, 9, relativeTolerance: 1e-5)
    }

    @Test func aMissingModalityIsZeroAndTheRestIsAsLongAsAWholeRow() throws {
        let modalities = [randomMatrix(rows: 4, columns: 3, seed: 1), randomMatrix(rows: 4, columns: 2, seed: 2)]
        let mask = ModalityMask([[true, true, false, false], [true, false, true, false]])
        let model = try Concatenation(weights: [1, 2]).fit(modalities, present: mask)
        let joint = try model.fuse(modalities, present: mask)
        #expect(joint.row(1).suffix(2).allSatisfy { $0 == 0 })
        #expect(joint.row(2).prefix(3).allSatisfy { $0 == 0 })
        #expect(joint.row(3).allSatisfy { $0 == 0 })
        for row in 0..<3 { expectClose(squaredNorm(joint.row(row)), 5, relativeTolerance: 1e-5) }
        let whole = try model.fuse(modalities)
        #expect(Array(whole.row(0)) == Array(joint.row(0)))
    }

    @Test(arguments: Concatenation.Normalization.allCases)
    func whatIsMaskedIsNeverLookedAt(normalization: Concatenation.Normalization) throws {
        var texts = randomMatrix(rows: 30, columns: 4, seed: 2)
        let images = randomMatrix(rows: 30, columns: 6, seed: 1, offset: 1)
        let flags = [[Bool](repeating: true, count: 30), (0..<30).map { $0 % 3 != 0 }]
        let method = Concatenation(weights: [1, 1], normalization: normalization)
        let zeros = try method.fit([images, texts], present: ModalityMask(flags))
        let expected = try zeros.fuse([images, texts], present: ModalityMask(flags))
        for row in stride(from: 0, to: 30, by: 3) { for j in 0..<4 { texts[row, j] = .nan } }
        let model = try method.fit([images, texts], present: ModalityMask(flags))
        #expect(try model.fuse([images, texts], present: ModalityMask(flags)) == expected)
        #expect(expected.firstNonFinite() == nil)
    }

    @Test func statisticsComeFromTheRowsThatAreThereAndServeNewRows() throws {
        let column = Matrix([[1], [3], [100]])
        let mask = ModalityMask([[true, true, false]])
        let model = try Concatenation(weights: [1], normalization: .zScore).fit([column], present: mask)
        expectClose(try model.fuse([Matrix([[1], [2], [3], [5]])]), Matrix([[-1], [0], [1], [3]]))
    }

    @Test func aRowsVectorDependsOnNoOtherRowAndOnNoThread() throws {
        let modalities = [randomMatrix(rows: 3000, columns: 7, seed: 1), randomMatrix(rows: 3000, columns: 3, seed: 2)]
        let model = try Concatenation(weights: [1, 0.5]).fit(modalities)
        let answers = try withThreadCounts { try model.fuse(modalities) }
        #expect(answers[1] == answers[0] && answers[2] == answers[0])
        let some = [5, 2999, 17]
        #expect(try model.fuse(modalities.map { $0.gatheringRows(some) }) == answers[0].gatheringRows(some))
    }

    @Test func oneRowIdenticalRowsAndZeroRowsAreWellDefined() throws {
        let one = [Matrix([[3, 4]]), Matrix([[0, 0, 0]])]
        #expect(try Concatenation(weights: [1, 1]).fit(one).fuse(one) == Matrix([[0.6, 0.8, 0, 0, 0]]))
        #expect(
            try Concatenation(weights: [1, 1], normalization: .zScore).fit(one).fuse(one) == Matrix(rows: 1, columns: 5)
        )
        let same = [Matrix(rows: 7, columns: 2, repeating: 0.1)]
        #expect(
            try Concatenation(weights: [1], normalization: .zScore).fit(same).fuse(same) == Matrix(rows: 7, columns: 2))
        let model = try Concatenation(weights: [1, 1]).fit(one)
        #expect(try model.fuse([Matrix(rows: 0, columns: 2), Matrix(rows: 0, columns: 3)]).rows == 0)
    }

    @Test func aModalityOfWeightZeroDoesNotMatter() throws {
        let modalities = [randomMatrix(rows: 5, columns: 3, seed: 1), randomMatrix(rows: 5, columns: 2, seed: 2)]
        let mask = ModalityMask([[true, true, true, true, false], [true, false, true, true, true]])
        let joint = try Concatenation(weights: [1, 0]).fit(modalities, present: mask).fuse(modalities, present: mask)
        for row in 0..<4 { expectClose(squaredNorm(joint.row(row)), 1, relativeTolerance: 1e-5) }
        #expect(joint.row(4).allSatisfy { $0 == 0 })
    }

    @Test func weightsOutsideTheirRangeAreRefused() {
        for weights in [[], [-1, 1], [0, 0], [.nan, 1], [.infinity, 1]] as [[Double]] {
            #expect(throws: FusionError.self) { try Concatenation(weights: weights).validate() }
        }
    }

    @Test func dataThatDoesNotFitIsRefusedByName() throws {
        let method = Concatenation(weights: [1, 1])
        let (a, b) = (Matrix(rows: 3, columns: 2, repeating: 1), Matrix(rows: 3, columns: 4, repeating: 1))
        #expect(throws: FusionError.modalityCount(expected: 2, found: 1)) { try method.fit([a]) }
        #expect(throws: FusionError.rowCount(modality: 1, expected: 3, found: 2)) {
            try method.fit([a, Matrix(rows: 2, columns: 4, repeating: 1)])
        }
        #expect(throws: FusionError.rowCount(modality: 1, expected: 3, found: 1)) {
            try method.fit([a, b], present: ModalityMask([[true, true, true], [true]]))
        }
        #expect(throws: FusionError.modalityCount(expected: 2, found: 1)) {
            try method.fit([a, b], present: ModalityMask([[true, true, true]]))
        }
        #expect(throws: FusionError.emptyData(rows: 0, columns: 6)) {
            try method.fit([Matrix(rows: 0, columns: 2), Matrix(rows: 0, columns: 4)])
        }
        var bad = b
        bad[2, 3] = .nan
        #expect(throws: FusionError.notFinite(modality: 1, row: 2, column: 3)) { try method.fit([a, bad]) }
        let model = try method.fit([a, b])
        #expect(throws: FusionError.dimension(modality: 1, expected: 4, found: 2)) { try model.fuse([a, a]) }
        #expect(throws: FusionError.modalityCount(expected: 2, found: 3)) { try model.fuse([a, b, b]) }
    }

    @Test func aHandlerCanStopTheFit() {
        let stop = ProgressHandler { _ in false }
        let data = Matrix(rows: 3, columns: 2, repeating: 1)
        #expect(throws: FusionError.cancelled) {
            try Concatenation(weights: [1]).fit([data], present: ModalityMask(allPresentFor: [data]), progress: stop)
        }
    }
}
