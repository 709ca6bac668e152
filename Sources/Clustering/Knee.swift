/// The point at which a curve bends most: the elbow of an inertia curve, the knee of a k-distance curve.
///
/// ```swift
/// let finding = try Knee.find(x: [1, 2, 3, 4, 5, 6], y: [60, 31, 12, 10, 9, 8], shape: .convexDecreasing)
/// finding.knee?.x    // 3
/// ```
public struct Knee: Sendable, Hashable {
    /// The position of the knee in the curve.
    public let index: Int
    /// Where the knee lies: `x` at ``index``.
    public let x: Double
    /// The value of the curve there: `y` at ``index``.
    public let y: Double
    /// How far the curve, scaled to the unit square, bulges from its chord here: 0 for a line, almost 1 for a corner.
    public let strength: Double

    /// How a curve runs from left to right, and to which side it bends.
    public enum Shape: Sendable, Hashable, CaseIterable {
        /// Falls steeply, then gently: inertia against the number of clusters.
        case convexDecreasing
        /// Rises gently, then steeply: distances to the k-th neighbour, ascending.
        case convexIncreasing
        /// Falls gently, then steeply.
        case concaveDecreasing
        /// Rises steeply, then gently: explained variance against the number of components.
        case concaveIncreasing
    }

    /// Why a curve has no knee.
    public enum Absence: Sendable, Hashable, CaseIterable {
        /// Fewer than three points.
        case tooFewPoints
        /// All values are equal.
        case flat
        /// The curve stays close to its chord, or bends to the other side.
        case line
        /// The bulge is no larger than the sensitivity allows for chance.
        case withinNoise
        /// The curve rises where the shape falls, or falls where it rises.
        case otherDirection
    }

    /// A knee, or why there is none.
    public enum Finding: Sendable, Hashable {
        case found(Knee)
        case absent(Absence)

        /// The knee, if there is one.
        public var knee: Knee? {
            if case .found(let knee) = self { knee } else { nil }
        }
    }

    /// Finds the strongest knee of the curve through (`x[i]`, `y[i]`) by Kneedle.
    ///
    /// The curve is scaled to the unit square and turned so that its knee lies above the diagonal; the knee is where it
    /// lies highest above it. It counts when, on the way down from there, the height drops by more than `sensitivity`
    /// times the mean step of x (the paper's threshold), and when the height is at least `minimumStrength`.
    ///
    /// Kneedle can report several knees; this reports the strongest. The paper smooths the curve first, which is left
    /// to the caller. The `kneed` package reports the first knee, and always one.
    ///
    /// - Parameters:
    ///   - x: positions, strictly increasing. `[m]`
    ///   - y: values. `[m]`
    ///   - shape: how the curve runs.
    ///   - sensitivity: the paper's S, at least 0; larger is more cautious.
    ///   - minimumStrength: in 0 ... 1; below it the curve is called a line.
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` when a parameter is outside its range, `x` and `y`
    ///   differ in length, `x` does not increase or a value is not finite.
    /// - Complexity: O(m).
    /// - Reference: Satopää, Albrecht, Irwin, Raghavan, "Finding a 'Kneedle' in a haystack", ICDCSW 2011,
    ///   doi:10.1109/ICDCSW.2011.20.
    public static func find(
        x: [Double], y: [Double], shape: Shape, sensitivity: Double = 1, minimumStrength: Double = 0.1
    ) throws(ClusteringError) -> Finding {
        try validate(x: x, y: y, sensitivity: sensitivity, minimumStrength: minimumStrength)
        guard x.count >= 3, let firstX = x.first, let lastX = x.last else { return .absent(.tooFewPoints) }
        guard let low = y.min(), let high = y.max(), high > low else { return .absent(.flat) }
        let falls = shape == .convexDecreasing || shape == .concaveDecreasing
        guard let firstY = y.first, let lastY = y.last, falls ? lastY < firstY : lastY > firstY else {
            return .absent(.otherDirection)
        }

        let fromRight = shape == .convexIncreasing || shape == .concaveDecreasing
        let upsideDown = shape == .convexIncreasing || shape == .convexDecreasing
        var best = 0
        var bestHeight = -Double.infinity
        for index in x.indices {
            var across = (x[index] - firstX) / (lastX - firstX)
            var up = (y[index] - low) / (high - low)
            if fromRight { across = 1 - across }
            if upsideDown { up = 1 - up }
            if up - across > bestHeight { (best, bestHeight) = (index, up - across) }
        }
        guard bestHeight > sensitivity / Double(x.count - 1) else {
            return .absent(bestHeight < minimumStrength ? .line : .withinNoise)
        }
        guard bestHeight >= minimumStrength else { return .absent(.line) }
        return .found(Knee(index: best, x: x[best], y: y[best], strength: bestHeight))
    }

    private static func validate(
        x: [Double], y: [Double], sensitivity: Double, minimumStrength: Double
    ) throws(ClusteringError) {
        guard sensitivity >= 0, sensitivity.isFinite else {
            throw .parameter(name: "sensitivity", value: "\(sensitivity)", valid: "a number of at least 0")
        }
        guard minimumStrength >= 0, minimumStrength <= 1 else {
            throw .parameter(name: "minimumStrength", value: "\(minimumStrength)", valid: "in 0 ... 1")
        }
        guard x.count == y.count else {
            throw .parameter(name: "y", value: "\(y.count) values", valid: "as long as x, which has \(x.count)")
        }
        for index in x.indices {
            guard x[index].isFinite, index == 0 || x[index] > x[index - 1] else {
                throw .parameter(
                    name: "x[\(index)]", value: "\(x[index])", valid: "finite and greater than the value before it")
            }
            guard y[index].isFinite else {
                throw .parameter(name: "y[\(index)]", value: "\(y[index])", valid: "finite")
            }
        }
    }
}

extension Knee.Absence: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooFewPoints: "a knee needs at least three points"
        case .flat: "all values are equal"
        case .line: "the curve is close to a line"
        case .withinNoise: "the bend is no larger than chance"
        case .otherDirection: "the curve runs the other way"
        }
    }
}
