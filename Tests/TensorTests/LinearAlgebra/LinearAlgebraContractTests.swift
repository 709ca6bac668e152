import Tensor
import Testing
import _TestSupport

/// What holds for all of linear algebra. Serialized, because the number of threads is the process's.
@Suite(.serialized) struct LinearAlgebraContractTests {
    private static let operations: [(String, @Sendable (Matrix) throws -> [UInt32])] = [
        (
            "thinSVD",
            {
                let svd = try $0.thinSVD(); return bits(svd.u, svd.vTransposed) + svd.singularValues.map(\.bitPattern)
            }
        ),
        (
            "fullSVD",
            {
                let svd = try $0.columns(in: 0..<9).rows(in: 0..<40).fullSVD(); return bits(svd.u, svd.vTransposed)
            }
        ),
        (
            "randomizedSVD",
            {
                let svd = try $0.randomizedSVD(count: 5); return bits(svd.u, svd.vTransposed)
            }
        ),
        (
            "thinQR",
            {
                let qr = try $0.thinQR(); return bits(qr.q, qr.r)
            }
        ),
        ("symmetricEigen", { bits(try $0.times($0, transposingSelf: true).symmetricEigen().eigenvectors) }),
        (
            "few eigenvectors",
            { bits(try $0.times($0, transposingSelf: true).symmetricEigen(.largest(2)).eigenvectors) }
        ),
        ("Covariance", { bits(try Covariance($0).matrix) }),
        (
            "weighted Covariance",
            {
                bits(try Covariance($0, weights: .frequencies((0..<$0.rows).map { Double($0 % 5) })).matrix)
            }
        ),
        ("Whitening", { bits(try Whitening($0, kind: .zeroPhase).apply($0)) }),
        ("pseudoInverse", { bits(try $0.pseudoInverse()) }),
        ("leastSquares", { bits(try $0.leastSquares($0.columns(in: 0..<2)).solution) }),
        (
            "solve",
            {
                let square = $0.rows(in: 0..<$0.columns); return bits(try square.solve(square))
            }
        ),
        (
            "solvePositiveDefinite",
            {
                let square = $0.times($0, transposingSelf: true)
                return bits(try square.solvePositiveDefinite(square), try square.cholesky().lower)
            }
        ),
        (
            "solveTriangular",
            {
                let square = $0.rows(in: 0..<$0.columns)
                return bits(try square.solveTriangular(.lower, square))
            }
        ),
        ("PrincipalComponents", { bits(try PrincipalComponents($0, keeping: .count(3)).components) }),
    ]

    @Test("results are the same bits for 1, 2, 3 and 8 threads", arguments: [(700, 150), (300, 200), (5000, 30)])
    func threads(rows: Int, columns: Int) throws {
        let matrix = randomMatrix(rows: rows, columns: columns, seed: 1)
        let before = Parallelism.threadCount
        defer { Parallelism.threadCount = before }
        for (name, operation) in Self.operations {
            Parallelism.threadCount = 1
            let expected = try operation(matrix)
            for threads in [2, 3, 8] {
                Parallelism.threadCount = threads
                #expect(try operation(matrix) == expected, "\(name), \(threads) threads")
            }
        }
    }

    @Test("wide matrices, too")
    func wide() throws {
        let matrix = randomMatrix(rows: 150, columns: 700, seed: 2)
        let before = Parallelism.threadCount
        defer { Parallelism.threadCount = before }
        let results = try [1, 2, 3, 8].map { threads in
            Parallelism.threadCount = threads
            let svd = try matrix.thinSVD()
            return bits(svd.u, svd.vTransposed, try matrix.randomizedSVD(count: 5).u, try matrix.thinQR().q)
        }
        #expect(results.allSatisfy { $0 == results[0] })
    }

    @Test("numbers that are not finite are refused, with their place", arguments: [Float.nan, .infinity, -.infinity])
    func notFinite(value: Float) {
        var matrix = randomMatrix(rows: 6, columns: 6, seed: 3)
        matrix[4, 2] = value
        let good = identity(6)
        func expectRefusal(_ name: String, of source: String = "matrix", _ body: () throws -> Void) {
            #expect(throws: TensorError.notFinite(source: source, row: 4, column: 2), "\(name)") { try body() }
        }
        expectRefusal("thinSVD") { _ = try matrix.thinSVD() }
        expectRefusal("fullSVD") { _ = try matrix.fullSVD() }
        expectRefusal("randomizedSVD") { _ = try matrix.randomizedSVD(count: 2) }
        expectRefusal("symmetricEigen") { _ = try matrix.symmetricEigen() }
        expectRefusal("thinQR") { _ = try matrix.thinQR() }
        expectRefusal("fullQR") { _ = try matrix.fullQR() }
        expectRefusal("orthonormalized") { _ = try matrix.orthonormalized() }
        expectRefusal("solve") { _ = try matrix.solve(good) }
        expectRefusal("cholesky") { _ = try matrix.cholesky() }
        expectRefusal("solveTriangular") { _ = try matrix.solveTriangular(.lower, good) }
        expectRefusal("leastSquares") { _ = try matrix.leastSquares(good) }
        expectRefusal("pseudoInverse") { _ = try matrix.pseudoInverse() }
        expectRefusal("Covariance", of: "data") { _ = try Covariance(matrix) }
        expectRefusal("Whitening", of: "data") { _ = try Whitening(matrix) }
        expectRefusal("solve", of: "right-hand side") { _ = try good.solve(matrix) }
        expectRefusal("solvePositiveDefinite", of: "right-hand side") { _ = try good.solvePositiveDefinite(matrix) }
        expectRefusal("solveTriangular", of: "right-hand side") { _ = try good.solveTriangular(.upper, matrix) }
        expectRefusal("leastSquares", of: "right-hand side") { _ = try good.leastSquares(matrix) }
    }

    @Test("a matrix too large for LAPACK's workspaces is refused before any memory is taken")
    func tooLarge() {
        // 32,001 columns of no rows would do no harm; the shape is what is refused.
        #expect(throws: TensorError.self) { try Matrix(rows: 32_001, columns: 1).fullQR() }
        #expect(throws: TensorError.self) { try Matrix(rows: 32_001, columns: 1).fullSVD() }
    }

    @Test("OpenBLAS runs with kernels of its own choice or ours, and says which")
    func core() throws {
        let identity = try LAPACK.identity()
        #expect(!identity.core.isEmpty)
        #expect(identity.configuration.contains("OpenBLAS"))
    }

    @Test(
        "columns and transposes are copied where they belong",
        arguments: [(1, 1), (3, 70), (70, 3), (16, 16), (129, 257), (0, 4)])
    func copies(rows: Int, columns: Int) {
        let matrix = formula(rows, columns)
        let transposed = matrix.transposed()
        #expect(transposed.rows == columns && transposed.columns == rows)
        for i in 0..<rows { for j in 0..<columns where transposed[j, i] != matrix[i, j] { Issue.record("\(i), \(j)") } }
        let part = matrix.columns(in: columns / 3..<columns)
        for i in 0..<rows {
            for j in 0..<part.columns where part[i, j] != matrix[i, j + columns / 3] { Issue.record("\(i), \(j)") }
        }
    }
}
