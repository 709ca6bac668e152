internal import COpenBLAS

/// The factorisation A = Q·R of an m × n matrix by Householder reflectors: panels by LAPACK, what is right of a panel
/// on all threads.
struct HouseholderQR {
    /// Q, m × m.
    private(set) var reflectors: BlockReflectors
    /// A matrix `[n × m]` of columns: R, and under its diagonal what is left of the reflectors.
    private let factored: Matrix

    init(columns: Matrix) throws(TensorError) {
        let table = try LAPACK.functions()
        let (n, m) = (columns.rows, columns.columns)
        var reflectors = try BlockReflectors()
        var factored = columns
        var info: Int32 = 0
        factored.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            for first in stride(from: 0, to: min(m, n), by: BlockReflectors.width) {
                let width = min(BlockReflectors.width, min(m, n) - first)
                let panel = start + first * m + first
                var (rows, columns, leading) = (Int32(m - first), Int32(width), Int32(m))
                var tau = [Float](repeating: 0, count: width)
                LAPACK.withWorkspace { work, count in
                    table.sgeqrf(&rows, &columns, panel, &leading, &tau, work, count, &info)
                }
                guard info == 0 else { return }
                reflectors.append(panel: panel, stride: m, tau: tau, first: first, length: m)
                let next = first + width
                reflectors.applyInverseOfLastBlock(to: start + next * m, rows: n - next, stride: m)
            }
        }
        try LAPACK.check("sgeqrf", info)
        self.reflectors = reflectors
        self.factored = factored
    }

    /// R `[min(m, n) × n]`, or with rows of zeros below it `[m × n]`.
    func r(full: Bool = false) -> Matrix {
        let (n, m) = (factored.rows, factored.columns)
        var r = Matrix(rows: full ? m : min(m, n), columns: n)
        r.withUnsafeMutableBufferPointer { r in
            factored.withUnsafeBufferPointer { a in
                for j in 0..<n {
                    for i in 0..<min(m, j + 1) { r[i * n + j] = a[j * m + i] }
                }
            }
        }
        return r
    }

    /// Columns of Q: the first `count` of them, as rows `[count × m]`.
    func q(_ count: Int) -> Matrix { q(times: Matrix.identity(min(count, factored.columns))) }

    /// Q times vectors that are given by their first elements, a vector a row.
    func q(times vectors: Matrix) -> Matrix {
        var result = vectors.embedded(rows: vectors.rows, columns: factored.columns)
        reflectors.apply(to: &result)
        return result
    }
}

extension Matrix {
    /// The square matrix `[count × count]` of ones on the diagonal and zeros elsewhere.
    ///
    /// - Precondition: `count` is not negative.
    /// - Complexity: O(count²).
    public static func identity(_ count: Int) -> Matrix {
        Matrix(rows: 0, columns: 0).embedded(rows: count, columns: count)
    }

    /// A larger matrix with this one in its corner, ones on the rest of its diagonal that neither the rows nor the
    /// columns of this one reach, and zeros elsewhere.
    func embedded(rows newRows: Int, columns newColumns: Int) -> Matrix {
        var result = Matrix(rows: newRows, columns: newColumns)
        result.withUnsafeMutableBufferPointer { target in
            guard let target = target.baseAddress else { return }
            withUnsafeBufferPointer { source in
                guard let source = source.baseAddress else { return }
                for i in 0..<rows {
                    (target + i * newColumns).update(from: source + i * columns, count: columns)
                }
            }
            for i in max(rows, columns)..<max(rows, columns, min(newRows, newColumns)) {
                target[i * newColumns + i] = 1
            }
        }
        return result
    }
}
