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
    /// The `count` eigenvectors of a covariance `[d × d]` that carry most of the variance.
    init(_ covariance: Covariance, count: Int) throws(TensorError) {
        let eigen = try covariance.matrix.symmetricEigen(.largest(count))
        variances = eigen.eigenvalues.reversed().map { Double($0) }
        directions = eigen.eigenvectors.gatheringRows((0..<count).reversed())
        resolution = 1e-6
    }

    /// The right singular vectors of `centered` `[n × d]`: min(n, d) directions.
    init(decomposing centered: Matrix, divisor: Double) throws(TensorError) {
        let decomposition = try centered.thinSVD()
        variances = decomposition.singularValues.map { Double($0) * Double($0) / divisor }
        directions = decomposition.vTransposed
        resolution = 1e-12
    }

    /// About the first `count` right singular vectors of `centered` `[n × d]`, from a random sketch.
    init(sketching centered: Matrix, count: Int, divisor: Double, seed: UInt64) throws(TensorError) {
        let decomposition = try centered.randomizedSVD(count: count, seed: seed)
        variances = decomposition.singularValues.map { Double($0) * Double($0) / divisor }
        directions = decomposition.vTransposed
        resolution = 1e-12
    }
}
