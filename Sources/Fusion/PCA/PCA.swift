import Tensor

/// Principal component analysis: fewer features that keep as much of the variance as can be.
///
/// ```swift
/// let model = try PCA(keeping: .count(50)).fit(vectors)
/// let small = try model.transform(vectors)    // [n × 50]
/// ```
///
/// Differs from scikit-learn: a share of variance is `.varianceShare`, not a fraction in `n_components`; there is no
/// guess of the dimension (`"mle"`); whitened components of no variance are 0. Signs are fixed as there (each
/// component's entry of greatest magnitude is positive).
///
/// - Reference: Hotelling, 1933, doi:10.1037/h0071325; Halko, Martinsson, Tropp, 2011, doi:10.1137/090771806.
public struct PCA: Reducer, Hashable {
    /// How many components to keep: a count in 1 ... min(n, d), or a share of the variance in 0 ..< 1.
    public var selection: PrincipalComponents.Selection
    /// Whether each component is scaled to variance 1.
    public var whitens: Bool
    /// How the components are found.
    public var solver: PrincipalComponents.Solver
    /// The seed of the randomised solver.
    public var seed: UInt64

    /// A reduction to the components that `selection` asks for, by default not whitened.
    public init(
        keeping selection: PrincipalComponents.Selection, whitens: Bool = false,
        solver: PrincipalComponents.Solver = .automatic, seed: UInt64 = 0
    ) {
        self.selection = selection
        self.whitens = whitens
        self.solver = solver
        self.seed = seed
    }

    /// Checks ``selection``. That the data has as many components is checked by `fit`.
    ///
    /// - Throws: ``FusionError/parameter(name:value:valid:)`` for a count below 1 or a share outside 0 ..< 1.
    public func validate() throws(FusionError) {
        switch selection {
        case .count(let count):
            guard count >= 1 else { throw .parameter(name: "components", value: "\(count)", valid: "at least 1") }
        case .varianceShare(let share):
            guard share >= 0, share < 1 else {
                throw .parameter(name: "varianceShare", value: "\(share)", valid: "in 0 ..< 1")
            }
        }
    }

    /// Fits the components to the rows of `data` `[n × d]`.
    ///
    /// - Throws: ``FusionError`` when more components are asked for than min(n, d), for no rows or no columns, or for a
    ///   value that is not finite.
    /// - Complexity: that of the `PrincipalComponents.Solver`.
    public func fit(_ data: Matrix, progress: ProgressHandler) throws(FusionError) -> Model {
        try validate()
        guard data.rows > 0, data.columns > 0 else { throw .emptyData(rows: data.rows, columns: data.columns) }
        guard progress.advance("principal components", 0, of: 1) else { throw .cancelled }
        let found: PrincipalComponents
        do {
            found = try PrincipalComponents(data, keeping: selection, solver: solver, seed: seed)
        } catch { throw FusionError(error) }
        guard progress.advance("principal components", 1, of: 1) else { throw .cancelled }
        return Model(principalComponents: found, whitens: whitens)
    }

    /// The centred copy of the data, the covariance and LAPACK's workspace, or the factors of the decomposition.
    public func memoryEstimate(rows: Int, columns: Int) -> MemoryEstimate {
        let (n, d) = (rows, columns)
        return MemoryEstimate("centred rows", floats: n * d)
            + (d <= n
                ? MemoryEstimate("covariance", floats: 6 * d * d)
                : MemoryEstimate("decomposition", floats: 2 * n * d + 8 * n * n))
    }
}
