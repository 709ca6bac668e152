/// A linear map after which features have variance 1 and are uncorrelated.
///
/// ```swift
/// let whitening = try Whitening(points, kind: .zeroPhase, regularization: 1e-3)
/// let white = whitening.apply(points)
/// ```
///
/// Directions in which nothing varies (their variance is lost in rounding) cannot be scaled to 1: they become 0, and
/// come back as the mean.
///
/// - Reference: Kessy, Lewin, Strimmer, "Optimal whitening and decorrelation", 2018,
///   doi:10.1080/00031305.2016.1277159.
public struct Whitening: Sendable {
    /// The direction in which white features point: whitening leaves that open.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Along the principal components, by descending variance: fewer features may be kept. `[m × r]`
        case principal
        /// As near to the original features as can be (zero-phase, "ZCA"). `[m × d]`
        case zeroPhase
    }

    /// Which white features these are.
    public let kind: Kind
    /// The means and directions.
    public let components: PrincipalComponents
    /// What is added to the variance along each component.
    public let addedVariance: Double
    /// What each component is divided by: the square root of its variance and what is added to it; 0 where nothing
    /// varies. `[r]`
    public let deviations: [Double]

    /// The number of white features.
    public var dimension: Int { kind == .principal ? components.components.rows : components.components.columns }

    /// Whitening of the rows of `data` `[n × d]`.
    ///
    /// - Parameters:
    ///   - data: the rows.
    ///   - kind: the direction in which white features point.
    ///   - selection: how many components to keep; by default all, min(n, d).
    ///   - regularization: what is added to each variance, as a part of the mean variance of a feature, at least 0. It
    ///     keeps directions that hardly vary from being blown up: they then have a variance below 1.
    ///   - solver: how components are found. `.full` resolves small variances best.
    ///   - seed: that of the randomised solver.
    /// - Throws: ``TensorError/parameter(name:value:valid:)``, and as `PrincipalComponents`.
    /// - Complexity: that of the solver.
    public init(
        _ data: Matrix, kind: Kind = .principal, keeping selection: PrincipalComponents.Selection? = nil,
        regularization: Double = 0, solver: PrincipalComponents.Solver = .automatic, seed: UInt64 = 0
    ) throws(TensorError) {
        try self.init(
            PrincipalComponents(
                data, keeping: selection ?? .count(min(data.rows, data.columns)), solver: solver, seed: seed),
            kind: kind, regularization: regularization)
    }

    /// Whitening along components that have been found.
    ///
    /// - Parameters:
    ///   - components: the means and directions.
    ///   - kind: the direction in which white features point.
    ///   - regularization: as in ``init(_:kind:keeping:regularization:solver:seed:)``.
    /// - Throws: ``TensorError/parameter(name:value:valid:)`` for a regularization that is negative or not finite.
    /// - Complexity: O(r).
    public init(
        _ components: PrincipalComponents, kind: Kind = .principal, regularization: Double = 0
    ) throws(TensorError) {
        guard regularization >= 0, regularization < .infinity else {
            throw .parameter(name: "regularization", value: "\(regularization)", valid: "finite and at least 0")
        }
        self.init(
            components, kind: kind,
            addedVariance: regularization * components.totalVariance / Double(max(1, components.mean.count)))
    }

    /// Whitening to variance 1 along components that have been found.
    ///
    /// - Complexity: O(r).
    public init(_ components: PrincipalComponents, kind: Kind = .principal) {
        self.init(components, kind: kind, addedVariance: 0)
    }

    private init(_ components: PrincipalComponents, kind: Kind, addedVariance: Double) {
        self.components = components
        self.kind = kind
        self.addedVariance = addedVariance
        // Components without variance are marked by a variance of 0.
        deviations = components.explainedVariance.map { $0 > 0 ? ($0 + addedVariance).squareRoot() : 0 }
    }

    private var scales: [Double] { deviations.map { $0 > 0 ? 1 / $0 : 0 } }

    /// The rows of `data` `[m × d]`, white. `[m × dimension]`
    ///
    /// - Precondition: the data has d columns.
    /// - Complexity: O(m · d · r).
    public func apply(_ data: Matrix) -> Matrix {
        let projected = components.project(data).multiplyingColumns(by: scales)
        return kind == .principal ? projected : projected.times(components.components)
    }

    /// The rows whose white features are `white` `[m × dimension]`: the inverse of ``apply(_:)`` up to what lies
    /// outside the components. `[m × d]`
    ///
    /// - Precondition: the data has as many columns as there are white features.
    /// - Complexity: O(m · d · r).
    public func restore(_ white: Matrix) -> Matrix {
        let along = kind == .principal ? white : white.times(components.components, transposingOther: true)
        return components.reconstruct(along.multiplyingColumns(by: deviations))
    }

    /// The map itself, W of y = W·(x − mean). `[dimension × d]`
    ///
    /// - Complexity: O(r · d), or O(r · d²) for `.zeroPhase`.
    public var matrix: Matrix {
        let scaled = components.components.multiplyingRows(by: scales)
        return kind == .principal ? scaled : components.components.times(scaled, transposingSelf: true)
    }
}

extension Matrix {
    /// The matrix with column j multiplied by `factors[j]`.
    func multiplyingColumns(by factors: [Double]) -> Matrix {
        precondition(factors.count == columns, "\(factors.count) factors for \(columns) columns")
        return mappingRows { from, to in
            for j in 0..<columns { to[j] = Float(Double(from[j]) * factors[j]) }
        }
    }
}
