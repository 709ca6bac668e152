/// The solution of min ‖A·X − B‖ that has the least length, and what was learnt on the way.
public struct LeastSquares: Sendable {
    /// X, a solution in each column. `[d × k]`
    public let solution: Matrix
    /// How many singular values of A are above the cutoff.
    public let rank: Int
    /// The singular values of A, descending. `[min(n, d)]`
    public let singularValues: [Float]
    /// The sum of squares of each column of A·X − B. `[k]`
    public let residualSumsOfSquares: [Double]
}

extension Matrix {
    /// X `[d × k]` that makes ‖A·X − `right`‖ least, and of all such X the shortest, where A is this matrix `[n × d]`
    /// of any shape and rank.
    ///
    /// - Parameters:
    ///   - right: the right-hand sides, one in each column.
    ///   - relativeCutoff: singular values up to this part of the greatest count as 0, by default
    ///     max(n, d) · 2⁻²³; in 0 ..< 1.
    /// - Throws: ``TensorError/shape(_:)``, ``TensorError/parameter(name:value:valid:)``, and as ``thinSVD()``.
    /// - Complexity: O(n · d · (min(n, d) + k)). By the thin singular value decomposition.
    public func leastSquares(_ right: Matrix, relativeCutoff: Float? = nil) throws(TensorError) -> LeastSquares {
        try right.requireRightHandSide(of: self)
        let (svd, inverses) = try invertedSingularValues(relativeCutoff)
        let coordinates = svd.u.productOfColumns(with: right).multiplyingRows(by: inverses)
        let solution = svd.vTransposed.times(coordinates, transposingSelf: true)
        let residual = times(solution).subtracting(right)
        return LeastSquares(
            solution: solution, rank: inverses.prefix { $0 > 0 }.count, singularValues: svd.singularValues,
            residualSumsOfSquares: residual.transposed().rowSquaredNorms())
    }

    /// The Moore–Penrose inverse `[d × n]` of this matrix `[n × d]`.
    ///
    /// - Parameter relativeCutoff: singular values up to this part of the greatest count as 0, by default
    ///   max(n, d) · 2⁻²³; in 0 ..< 1.
    /// - Throws: ``TensorError/parameter(name:value:valid:)``, and as ``thinSVD()``.
    /// - Complexity: O(n · d · min(n, d)).
    /// - Reference: Penrose, "A generalized inverse for matrices", 1955, doi:10.1017/S0305004100030401.
    public func pseudoInverse(relativeCutoff: Float? = nil) throws(TensorError) -> Matrix {
        let (svd, inverses) = try invertedSingularValues(relativeCutoff)
        return svd.vTransposed.multiplyingRows(by: inverses).transposed().times(svd.u, transposingOther: true)
    }

    /// The thin decomposition, and the inverses of the singular values above the cutoff, 0 for the others.
    private func invertedSingularValues(
        _ relativeCutoff: Float?
    ) throws(TensorError) -> (SingularValueDecomposition, [Double]) {
        let relative = relativeCutoff ?? SingularValueDecomposition.defaultCutoff(rows: rows, columns: columns)
        guard relative >= 0, relative < 1 || relativeCutoff == nil else {
            throw .parameter(name: "relativeCutoff", value: "\(relative)", valid: "in 0 ..< 1")
        }
        let svd = try thinSVD()
        let rank = svd.rank(relativeCutoff: relative)
        return (svd, svd.singularValues.enumerated().map { $0 < rank ? 1 / Double($1) : 0 })
    }

    /// The matrix with row i multiplied by `factors[i]`.
    func multiplyingRows(by factors: [Double]) -> Matrix {
        var result = self
        result.withUnsafeMutableBufferPointer { elements in
            for (row, factor) in factors.enumerated() {
                for index in row * columns..<(row + 1) * columns {
                    elements[index] = Float(Double(elements[index]) * factor)
                }
            }
        }
        return result
    }

    private func subtracting(_ other: Matrix) -> Matrix {
        var result = self
        result.withUnsafeMutableBufferPointer { elements in
            other.withUnsafeBufferPointer { other in
                for index in elements.indices { elements[index] -= other[index] }
            }
        }
        return result
    }
}
