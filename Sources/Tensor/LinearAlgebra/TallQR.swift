internal import COpenBLAS

/// The thin factorisation A = Q·R of a matrix with many more rows than columns: tiles of rows are factorised each for
/// itself, then their stacked triangles, and so on.
///
/// As stable as Householder's method on the whole matrix, but every tile stays in the cache, and threads share the
/// tiles.
///
/// - Reference: Demmel, Grigori, Hoemmen, Langou, "Communication-optimal parallel and sequential QR and LU
///   factorizations", 2012, doi:10.1137/080731992.
struct TallQR {
    /// The orthonormal columns. `[n × d]`
    let q: Matrix
    /// The upper triangle. `[d × d]`
    let r: Matrix

    /// Rows of a tile for a matrix of `columns` columns.
    private static func tileRows(columns: Int) -> Int { max(1024, 4 * columns) }

    /// Whether a matrix `[n × d]` is better factorised in tiles.
    static func suits(rows: Int, columns: Int) -> Bool { columns > 0 && rows >= 2 * tileRows(columns: columns) }

    /// - Precondition: n ≥ d ≥ 1.
    init(_ matrix: Matrix) throws(TensorError) {
        let (n, d) = (matrix.rows, matrix.columns)
        guard Self.suits(rows: n, columns: d) else {
            let factored = try HouseholderQR(columns: matrix.transposed())
            q = factored.q(d).transposed()
            r = factored.r()
            return
        }
        let leaves = try Leaves(matrix, tiles: n / Self.tileRows(columns: d))
        let top = try TallQR(leaves.triangles)
        q = try leaves.q(times: top.q)
        r = top.r
    }
}

/// The factorised tiles of a tall matrix.
private struct Leaves {
    private let rows: Int
    private let columns: Int
    private let tiles: Int
    /// The reflectors of tile after tile, each as columns.
    private let reflectors: FloatStorage
    private let tau: FloatStorage
    /// The tiles' triangles, one under the other. `[tiles · d × d]`
    let triangles: Matrix

    /// The rows of a tile; tiles differ by at most one row.
    private static func range(_ tile: Int, of tiles: Int, rows: Int) -> Range<Int> {
        tile * rows / tiles..<(tile + 1) * rows / tiles
    }

    init(_ matrix: Matrix, tiles: Int) throws(TensorError) {
        let table = try LAPACK.functions()
        let (n, d) = (matrix.rows, matrix.columns)
        let reflectors = FloatStorage(uninitializedCount: n * d)
        let tau = FloatStorage(uninitializedCount: tiles * d)
        var infos = [Int32](repeating: 0, count: tiles)
        triangles = Matrix(rows: tiles * d, columns: d) { triangles in
            guard let triangles = triangles.baseAddress else { return }
            matrix.withUnsafeBufferPointer { source in
                guard let source = source.baseAddress else { return }
                infos = parallelMap(tiles) { tile in
                    let range = Self.range(tile, of: tiles, rows: n)
                    let (height, a) = (range.count, reflectors.start + range.lowerBound * d)
                    transpose(source + range.lowerBound * d, rows: height, columns: d, stride: d, into: a, height)
                    var (m, count, info) = (Int32(height), Int32(d), Int32(0))
                    LAPACK.withWorkspace { work, workCount in
                        table.sgeqrf(&m, &count, a, &m, tau.start + tile * d, work, workCount, &info)
                    }
                    let triangle = triangles + tile * d * d
                    for i in 0..<d {
                        for j in 0..<d { triangle[i * d + j] = j < i ? 0 : a[j * height + i] }
                    }
                    return info
                }
            }
        }
        for info in infos { try LAPACK.check("sgeqrf", info) }
        (rows, columns, self.tiles, self.reflectors, self.tau) = (n, d, tiles, reflectors, tau)
    }

    /// The product of the tiles' orthonormal columns and `top` `[tiles · d × d]`. `[n × d]`
    func q(times top: Matrix) throws(TensorError) -> Matrix {
        let table = try LAPACK.functions()
        let d = columns
        var infos = [Int32](repeating: 0, count: tiles)
        let q = Matrix(rows: rows, columns: d) { target in
            guard let target = target.baseAddress else { return }
            top.withUnsafeBufferPointer { top in
                guard let top = top.baseAddress else { return }
                infos = parallelMap(tiles) { tile in
                    let range = Self.range(tile, of: tiles, rows: rows)
                    let height = range.count
                    var (m, count, info) = (Int32(height), Int32(d), Int32(0))
                    withUnsafeTemporaryAllocation(of: Float.self, capacity: height * d) { buffer in
                        guard let c = buffer.baseAddress else { return }
                        c.update(repeating: 0, count: height * d)
                        transpose(top + tile * d * d, rows: d, columns: d, stride: d, into: c, height)
                        LAPACK.withWorkspace { work, workCount in
                            table.sormqr(
                                "L", "N", &m, &count, &count, reflectors.start + range.lowerBound * d, &m,
                                tau.start + tile * d, c, &m, work, workCount, &info)
                        }
                        transpose(
                            c, rows: d, columns: height, stride: height, into: target + range.lowerBound * d, d)
                    }
                    return info
                }
            }
        }
        for info in infos { try LAPACK.check("sormqr", info) }
        return q
    }
}
