import Tensor
import Testing
import _TestSupport

/// What numpy, scipy and scikit-learn found (Scripts/references/linear.py).
struct LinearReferences: Decodable {
    struct SVD: Decodable { let rows, columns: Int; let values, u, v: [Float] }
    struct Values: Decodable { let rows, columns: Int; let values: [Float] }
    struct Eigen: Decodable { let n: Int; let values, vectors: [Float] }
    struct QR: Decodable { let rows, columns: Int; let q, r: [Float] }
    struct Equations: Decodable {
        let n, columns: Int
        let definite, solution, definiteSolution, cholesky, lower, upper, lowerTransposed, upperUnit: [Float]
        let determinant, sign, logDeterminant, definiteLogDeterminant: Double
    }
    struct LeastSquares: Decodable { let rows, columns, rank: Int; let a, solution, residual, inverse: [Float] }
    struct Covariance: Decodable {
        let rows, columns: Int
        let weights, plain, biased, frequencies, reliabilities: [Double]
    }
    struct Whitening: Decodable { let principal, zeroPhase: [Float]; let regularization: Double }

    let svd: [SVD]
    let values: [Values]
    let eigen: [Eigen]
    let qr: [QR]
    let equations: Equations
    let leastSquares: [LeastSquares]
    let covariance: Covariance
    let whitening: Whitening
    let randomized: SVD

    static func load() throws -> LinearReferences {
        try golden("linear.json")
    }
}

/// The matrix of the formula that the references use, too.
func formula(_ rows: Int, _ columns: Int, offset: Int = 0) -> Matrix {
    var values: [Float] = []
    for i in 0..<rows {
        for j in 0..<columns {
            let x = i * 7919 + j * 10473 + offset * 1543 + 1
            let y = (x * x + 31 * x + 3) % 1_000_003
            values.append(Float((y * y + 13 * y + 7) % 1009) / 1009 - 0.5)
        }
    }
    return Matrix(rows: rows, columns: columns, values: values)
}

/// The formula's lower triangle, mirrored.
func symmetricFormula(_ n: Int) -> Matrix {
    var matrix = formula(n, n)
    for i in 0..<n { for j in 0..<i { matrix[j, i] = matrix[i, j] } }
    return matrix
}

func diagonal(_ values: [Float]) -> Matrix {
    var result = Matrix(rows: values.count, columns: values.count)
    for (index, value) in values.enumerated() { result[index, index] = value }
    return result
}

func identity(_ count: Int) -> Matrix { diagonal([Float](repeating: 1, count: count)) }

/// Expects the columns to be of length 1 and orthogonal. In double precision: a long single-precision sum of like terms
/// is off by more than good columns are.
func expectOrthonormal(
    columns matrix: Matrix, tolerance: Double = 2e-5, sourceLocation: SourceLocation = #_sourceLocation
) {
    let gram = matrix.transposed()
    var (worst, place) = (0.0, (0, 0))
    for i in 0..<gram.rows {
        for j in 0...i {
            let product = zip(gram.row(i), gram.row(j)).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            let error = abs(product - (i == j ? 1 : 0))
            if !(error <= worst) { (worst, place) = (error, (i, j)) }
        }
    }
    #expect(worst <= tolerance, "columns \(place) are off by \(worst)", sourceLocation: sourceLocation)
}

/// Singular values, descending, by one-sided Jacobi rotations in double precision: the slow twin.
func naiveSingularValues(_ matrix: Matrix) -> [Double] {
    let tall = matrix.rows >= matrix.columns ? matrix : matrix.transposed()
    var columns = (0..<tall.columns).map { j in (0..<tall.rows).map { Double(tall[$0, j]) } }
    for _ in 0..<30 {
        var rotated = false
        for p in columns.indices {
            for q in columns.indices.dropFirst(p + 1) {
                let a = zip(columns[p], columns[p]).reduce(0) { $0 + $1.0 * $1.1 }
                let b = zip(columns[q], columns[q]).reduce(0) { $0 + $1.0 * $1.1 }
                let c = zip(columns[p], columns[q]).reduce(0) { $0 + $1.0 * $1.1 }
                guard abs(c) > 1e-15 * (a * b).squareRoot() else { continue }
                rotated = true
                let zeta = (b - a) / (2 * c)
                let t = (zeta < 0 ? -1 : 1) / (abs(zeta) + (1 + zeta * zeta).squareRoot())
                let cosine = 1 / (1 + t * t).squareRoot()
                for i in columns[p].indices {
                    let (x, y) = (columns[p][i], columns[q][i])
                    columns[p][i] = cosine * (x - t * y)
                    columns[q][i] = cosine * (y + t * x)
                }
            }
        }
        if !rotated { break }
    }
    return columns.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }.sorted(by: >)
}

/// The bits of the elements: 0 and −0 differ.
func bits(_ matrices: Matrix...) -> [UInt32] { matrices.flatMap { $0.elements.map(\.bitPattern) } }
