extension PrincipalComponents {
    /// Directions and the variance along each, descending: what every solver finds from centred rows.
    struct Spectrum {
        let variances: [Double]
        /// One direction a row.
        let directions: Matrix
        /// The variance, as a part of the greatest, below which only rounding is left.
        let resolution: Double
    }
}

extension PrincipalComponents.Spectrum {
    /// The eigenvectors of a covariance matrix `[d × d]`, of which only the last `rank` may carry variance.
    init(covariance: [Double], rank: Int) throws(TensorError) {
        let d = Int(Double(covariance.count).squareRoot().rounded())
        let eigen = try Matrix(rows: d, columns: d, values: covariance.map { Float($0) }).symmetricEigen()
        let order = Array((0..<rank).map { d - 1 - $0 })
        variances = order.map { Double(eigen.values[$0]) }
        directions = eigen.vectors.gatheringRows(order)
        resolution = 1e-6
    }

    /// The right singular vectors of `centered` `[n × d]`: min(n, d) directions.
    init(decomposing centered: Matrix, divisor: Double) throws(TensorError) {
        let decomposition = try centered.thinSVD()
        variances = decomposition.values.map { Double($0) * Double($0) / divisor }
        directions = decomposition.vTransposed
        resolution = 1e-12
    }

    /// About the first `count` right singular vectors of `centered` `[n × d]`, from a random sketch.
    ///
    /// Ten directions more than asked for, and seven power iterations (four when a tenth or more of all is asked for), each
    /// with an orthonormal basis: what scikit-learn does.
    ///
    /// - Reference: Halko, Martinsson, Tropp, "Finding structure with randomness", 2011, doi:10.1137/090771806,
    ///   algorithms 4.4 and 5.1.
    init(sketching centered: Matrix, count: Int, divisor: Double, seed: UInt64) throws(TensorError) {
        let rank = min(centered.rows, centered.columns)
        let width = min(rank, count + 10)
        let iterations = count * 10 < rank ? 7 : 4
        var basis = Self.randomDirections(centered.columns, width, seed: seed)
        for _ in 0..<iterations {
            let left = try centered.times(basis).orthonormalized()
            basis = try left.productOfColumns(with: centered).transposed().orthonormalized()
        }
        let left = try centered.times(basis).orthonormalized()
        let small = try left.productOfColumns(with: centered).thinSVD()
        variances = small.values.prefix(count).map { Double($0) * Double($0) / divisor }
        directions = small.vTransposed.rows(in: 0..<count)
        resolution = 1e-12
    }

    private static func randomDirections(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
        Matrix(rows: rows, columns: columns) { target in
            guard let target = target.baseAddress else { return }
            parallelFor(rows) { row in
                var random = RandomSource(seed: seed, stage: "principal components", item: row)
                for j in 0..<columns { target[row * columns + j] = Float(random.normal()) }
            }
        }
    }
}
