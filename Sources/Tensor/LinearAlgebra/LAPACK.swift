internal import COpenBLAS

/// The loaded BLAS and LAPACK library: one thread, column-major.
///
/// A row-major matrix `[p × m]` is LAPACK's column-major `m × p`: where the functions here speak of a matrix of
/// *columns*, each of its rows is one of LAPACK's columns.
package enum LAPACK {
    /// The table of functions; throws with the remedy when the library is missing.
    static func functions() throws(TensorError) -> openblas_functions {
        guard let table = openblas_load() else {
            throw .libraryMissing(reason: String(cString: openblas_problem()))
        }
        return table.pointee
    }

    /// The kernels that OpenBLAS uses here, such as `"SkylakeX"`, and how it was built.
    package static func identity() throws(TensorError) -> (core: String, configuration: String) {
        let table = try functions()
        return (String(cString: table.core), String(cString: table.configuration))
    }

    /// C = A·Bᵀ by OpenBLAS on one thread: what our own products are held against.
    package static func product(_ a: Matrix, transposeOf b: Matrix) throws(TensorError) -> Matrix {
        let multiply = try Multiplication()
        return Matrix(rows: a.rows, columns: b.rows) { c in
            a.withUnsafeBufferPointer { a1 in
                b.withUnsafeBufferPointer { b1 in
                    guard let a1 = a1.baseAddress, let b1 = b1.baseAddress, let c = c.baseAddress else { return }
                    multiply(
                        (a.rows, b.rows, a.columns), a1, a.columns, b1, b.columns, transposingB: true, into: c, b.rows)
                }
            }
        }
    }

    /// The largest lesser side of a matrix that is decomposed: beyond it LAPACK's 32-bit workspace sizes overflow.
    static let largestSide = 32_000

    /// Throws when a routine reports failure.
    static func check(_ routine: String, _ info: Int32) throws(TensorError) {
        guard info == 0 else { throw .linearAlgebra(routine: routine, info: Int(info)) }
    }

    /// Asks `routine` for the size of its workspace, then calls it with one.
    static func withWorkspace(
        _ routine: (_ work: UnsafeMutablePointer<Float>, _ count: UnsafeMutablePointer<Int32>) -> Void
    ) {
        var query: Float = 0
        var minusOne: Int32 = -1
        routine(&query, &minusOne)
        // A Float above 2²⁴ may have lost units.
        var count = Int32(min(Double(Int32.max), (Double(query) * 1.000_001 + 1).rounded(.up)))
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Int(count)) { work in
            guard let work = work.baseAddress else { return }
            routine(work, &count)
        }
    }
}

/// C ← scale · A·B + keep · C on one thread, row-major, for parts of matrices.
struct Multiplication: Sendable {
    private let sgemm:
        @convention(c) (
            Int32, Int32, Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>?, Int32, UnsafePointer<Float>?, Int32,
            Float, UnsafeMutablePointer<Float>?, Int32
        ) -> Void

    init() throws(TensorError) { sgemm = try LAPACK.functions().sgemm }

    /// C `[m × n]` ← scale · A `[m × k]` · B `[k × n]` + keep · C; each matrix is followed by the floats from one of
    /// its rows, as it is stored, to the next.
    @inline(__always)
    func callAsFunction(
        _ shape: (m: Int, n: Int, k: Int), _ a: UnsafePointer<Float>, _ aStride: Int, _ b: UnsafePointer<Float>,
        _ bStride: Int, transposingB: Bool = false, scale: Float = 1, keep: Float = 0,
        into c: UnsafeMutablePointer<Float>, _ cStride: Int
    ) {
        let (rowMajor, plain, transposed): (Int32, Int32, Int32) = (101, 111, 112)
        sgemm(
            rowMajor, plain, transposingB ? transposed : plain, Int32(shape.m), Int32(shape.n), Int32(shape.k), scale,
            a,
            Int32(max(1, aStride)), b, Int32(max(1, bStride)), keep, c, Int32(max(1, cStride)))
    }
}
