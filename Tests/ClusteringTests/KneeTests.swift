import Clustering
import Tensor
import Testing
import _TestSupport

@Suite struct KneeTests {
    /// The worked example of the paper (figure 2), as the kneed package has it: the knee lies at x = 2/9.
    private let paperX = (0..<10).map { Double($0) / 9 }
    private var paperY: [Double] { paperX.map { -1 / ($0 + 0.1) + 5 } }

    @Test func theKneeOfThePapersExampleIsFound() throws {
        let knee = try #require(try Knee.find(x: paperX, y: paperY, shape: .concaveIncreasing).knee)
        #expect(knee.index == 2)
        expectClose(knee.x, 2.0 / 9)
        expectClose(knee.y, -1 / (2.0 / 9 + 0.1) + 5)
        #expect(knee.strength > 0 && knee.strength < 1)
    }

    @Test(arguments: Knee.Shape.allCases)
    func everyShapeFindsTheSameKneeOfTheMirroredCurve(shape: Knee.Shape) throws {
        var x = paperX
        var y = paperY
        let mirroredAcross = shape == .convexIncreasing || shape == .concaveDecreasing
        let mirroredDown = shape == .convexIncreasing || shape == .convexDecreasing
        if mirroredAcross { (x, y) = (x.reversed().map { -$0 }, y.reversed()) }
        if mirroredDown { y = y.map { -$0 } }
        let knee = try #require(try Knee.find(x: x, y: y, shape: shape).knee)
        #expect(knee.index == (mirroredAcross ? 7 : 2))
    }

    @Test func scaleAndUnitsDoNotMoveTheKnee() throws {
        let plain = try #require(try Knee.find(x: paperX, y: paperY, shape: .concaveIncreasing).knee)
        let scaled = try #require(
            try Knee.find(x: paperX.map { 3 * $0 + 10 }, y: paperY.map { 100 * $0 - 7 }, shape: .concaveIncreasing).knee
        )
        #expect(plain.index == scaled.index)
        expectClose(plain.strength, scaled.strength)
    }

    @Test func aLineHasNoKnee() throws {
        let x = (0..<20).map(Double.init)
        for shape in Knee.Shape.allCases {
            #expect(try Knee.find(x: x, y: x.map { 3 - $0 }, shape: shape).knee == nil)
        }
        #expect(try Knee.find(x: x, y: x.map { -$0 }, shape: .convexDecreasing) == .absent(.line))
    }

    @Test func aCurveThatBendsTheOtherWayHasNoKnee() throws {
        #expect(try Knee.find(x: paperX, y: paperY, shape: .convexIncreasing).knee == nil)
        #expect(try Knee.find(x: paperX, y: paperY, shape: .concaveDecreasing) == .absent(.otherDirection))
    }

    @Test func aConstantAndAShortCurveSayWhyTheyHaveNoKnee() throws {
        #expect(try Knee.find(x: [1, 2, 3], y: [5, 5, 5], shape: .convexDecreasing) == .absent(.flat))
        #expect(try Knee.find(x: [1, 2], y: [5, 1], shape: .convexDecreasing) == .absent(.tooFewPoints))
        #expect(try Knee.find(x: [], y: [], shape: .convexDecreasing) == .absent(.tooFewPoints))
    }

    @Test func aBulgeWithinTheSensitivityIsNoise() throws {
        let finding = try Knee.find(x: [1, 2, 3], y: [10, 3, 0], shape: .convexDecreasing)
        #expect(finding == .absent(.withinNoise))
        #expect(try Knee.find(x: [1, 2, 3], y: [10, 3, 0], shape: .convexDecreasing, sensitivity: 0).knee?.index == 1)
    }

    @Test func badInputIsRefusedByName() {
        #expect(throws: ClusteringError.parameter(name: "sensitivity", value: "-1.0", valid: "a number of at least 0"))
        {
            try Knee.find(x: [1, 2, 3], y: [3, 2, 1], shape: .convexDecreasing, sensitivity: -1)
        }
        #expect(throws: ClusteringError.self) {
            try Knee.find(x: [1, 2, 3], y: [3, 2], shape: .convexDecreasing)
        }
        #expect(throws: ClusteringError.self) {
            try Knee.find(x: [1, 1, 3], y: [3, 2, 1], shape: .convexDecreasing)
        }
        #expect(throws: ClusteringError.self) {
            try Knee.find(x: [1, 2, 3], y: [3, .nan, 1], shape: .convexDecreasing)
        }
        #expect(throws: ClusteringError.self) {
            try Knee.find(x: [1, 2, 3], y: [3, 2, 1], shape: .convexDecreasing, minimumStrength: 2)
        }
    }
}
