import Kindred

/// Decompositions. The warm-up finds the quality.
let linearCases: [String: Case] = [
    "svd-thin": { folder in
        let matrix = try Matrix(npy: folder + "/a.npy")
        return qualityOfFirst {
            try matrix.thinSVD()
        } as: {
            [
                "orthogonality": try max(departure(ofColumns: $0.u), departure(ofColumns: $0.vTransposed.transposed())),
                "residual": relativeDistance($0.reconstructed(), matrix),
            ]
        }
    },
    "eigen": { folder in
        let matrix = try Matrix(npy: folder + "/a.npy")
        return qualityOfFirst {
            try matrix.symmetricEigen()
        } as: { eigen in
            let stretched = eigen.eigenvectors.transposed().mappingColumns(by: eigen.eigenvalues)
            return [
                "orthogonality": try departure(ofColumns: eigen.eigenvectors.transposed()),
                "residual": relativeDistance(stretched.times(eigen.eigenvectors), matrix),
            ]
        }
    },
    "svd-randomized": { folder in
        let matrix = try Matrix(npy: folder + "/a.npy")
        return qualityOfFirst {
            try matrix.randomizedSVD(count: 64, oversampling: 10, powerIterations: 4)
        } as: {
            [
                "orthogonality": try departure(ofColumns: $0.u),
                "residual": relativeDistance($0.reconstructed(), matrix),
            ]
        }
    },
]

/// Work that is done anew each time, and looked at the first time only.
private func qualityOfFirst<Result>(
    _ work: @escaping () throws -> Result, as quality: @escaping (Result) throws -> [String: Double]
) -> () throws -> [String: Double] {
    var first: [String: Double]?
    return {
        let result = try work()
        if let first { return first }
        let found = try quality(result)
        first = found
        return found
    }
}

/// The greatest departure of the products of columns from those of orthonormal ones.
private func departure(ofColumns matrix: Matrix) throws -> Double {
    let d = matrix.columns
    let products = try Covariance(matrix, mean: [Double](repeating: 0, count: d), correction: 0)
    var greatest = 0.0
    for i in 0..<d {
        for j in 0..<d {
            greatest = max(greatest, abs(products[i, j] * Double(matrix.rows) - (i == j ? 1 : 0)))
        }
    }
    return greatest
}

/// The length of the difference, as a part of that of `expected`.
private func relativeDistance(_ actual: Matrix, _ expected: Matrix) -> Double {
    var (difference, length) = (0.0, 0.0)
    actual.withUnsafeBufferPointer { actual in
        expected.withUnsafeBufferPointer { expected in
            for (a, e) in zip(actual, expected) {
                difference += (Double(a) - Double(e)) * (Double(a) - Double(e))
                length += Double(e) * Double(e)
            }
        }
    }
    return (difference / length).squareRoot()
}

extension Matrix {
    fileprivate func mappingColumns(by factors: [Float]) -> Matrix {
        Matrix(
            rows: rows, columns: columns,
            values: (0..<count).lazy.map { self[$0 / columns, $0 % columns] * factors[$0 % columns] })
    }
}
