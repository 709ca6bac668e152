extension Matrix {
    /// About the `count` greatest singular values and their vectors, from a random sketch: u `[n × count]`, vᵀ
    /// `[count × d]`.
    ///
    /// The error falls with each power iteration by the square of the ratio of the first singular value that is left
    /// out to those that are kept. Every basis on the way is made orthonormal by Householder reflectors, so that
    /// directions of small singular values are not lost, and any rank will do.
    ///
    /// - Parameters:
    ///   - count: how many singular values: 1 ... min(n, d).
    ///   - oversampling: directions of the sketch beyond `count`, at least 0; the sketch has at most min(n, d).
    ///   - powerIterations: at least 0; by default seven, or four when `count` is a tenth of min(n, d) or more, as in
    ///     scikit-learn.
    ///   - seed: the sketch's. The same seed gives the same bits for every number of threads.
    /// - Throws: ``TensorError/parameter(name:value:valid:)`` for a parameter outside its range, and as ``thinSVD()``.
    /// - Complexity: O(n · d · (count + oversampling)) time for each power iteration, O((n + d) · (count +
    ///   oversampling)) memory besides the matrix.
    /// - Reference: Halko, Martinsson, Tropp, "Finding structure with randomness", 2011, doi:10.1137/090771806,
    ///   algorithms 4.4 and 5.1.
    public func randomizedSVD(
        count: Int, oversampling: Int = 10, powerIterations: Int? = nil, seed: UInt64 = 0
    ) throws(TensorError) -> SingularValueDecomposition {
        let rank = min(rows, columns)
        guard count >= 1, count <= rank else {
            throw .parameter(
                name: "count of singular values", value: "\(count)",
                valid: "in 1 ... \(rank), the lesser of \(rows) rows and \(columns) columns")
        }
        guard oversampling >= 0 else {
            throw .parameter(name: "oversampling", value: "\(oversampling)", valid: "at least 0")
        }
        let iterations = powerIterations ?? (count * 10 < rank ? 7 : 4)
        guard iterations >= 0 else {
            throw .parameter(name: "powerIterations", value: "\(iterations)", valid: "at least 0")
        }
        let (scaled, scale) = try scaledToSafeRange()
        let width = oversampling < rank - count ? count + oversampling : rank
        let range = try scaled.approximateRange(width: width, iterations: iterations, seed: seed)
        // range · rangeᵀ · A ≈ A: the small factor has the singular values and right vectors of A.
        let small = try range.productOfColumns(with: scaled).thinSVD()
        return SingularValueDecomposition(
            u: range.times(small.u.columns(in: 0..<count)),
            singularValues: small.singularValues.prefix(count).map { $0 / scale },
            vTransposed: small.vTransposed.rows(in: 0..<count))
    }

    /// An orthonormal basis `[n × width]`, in columns, of a space near which the columns of this matrix lie.
    private func approximateRange(width: Int, iterations: Int, seed: UInt64) throws(TensorError) -> Matrix {
        var sketch = Matrix.randomDirections(columns, width, seed: seed)
        for _ in 0..<iterations {
            let left = try times(sketch).orthonormalBasis()
            sketch = try left.productOfColumns(with: self).transposed().orthonormalBasis()
        }
        return try times(sketch).orthonormalBasis()
    }

    private static func randomDirections(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
        Matrix(rows: rows, columns: columns) { target in
            guard let target = target.baseAddress else { return }
            parallelFor(rows) { row in
                var random = RandomSource(seed: seed, stage: "randomized SVD", item: row)
                for j in 0..<columns { target[row * columns + j] = Float(random.normal()) }
            }
        }
    }
}
