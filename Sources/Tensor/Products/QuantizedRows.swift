internal import CKernels

/// Rows of floats rounded to bytes, each about a zero and by a scale of its own: a quarter of the memory.
///
/// As the left-hand side of products with ``QuantizedColumns``.
package struct QuantizedRows: Sendable {
    /// The number of rows.
    package let count: Int
    /// The number of elements of each row.
    package let depth: Int
    /// The length of what rounding took away from each row, rounded up; empty where that was not asked for.
    package private(set) var residuals: [Float] = []
    // Memory of floats, because that is used again.
    private let values, about: FloatStorage

    /// The most elements that a row may have, so that sums of products fit 32 bits.
    package static var maximumDepth: Int { Int(KINDRED_QUANTIZED_DEPTH) }

    /// Room for rows that are rounded one by one.
    package init(count: Int, depth: Int) {
        precondition(depth <= Self.maximumDepth, "\(depth) columns are too many to quantize")
        (self.count, self.depth) = (count, depth)
        values = FloatStorage(uninitializedCount: count * ((depth + 3) / 4))
        about = FloatStorage(uninitializedCount: count * MemoryLayout<kindred_quantized_row>.stride / 4)
    }

    /// Room for rows of numbers that are bytes as they are, to be written to ``bytes(ofRow:)``.
    package init(bytes count: Int, depth: Int) {
        self.init(count: count, depth: depth)
        for row in 0..<count {
            descriptions[row] = kindred_quantized_row(scale: 1, zero: 0, sum: 0)
            for place in depth..<paddedDepth { bytes(ofRow: row)[place] = 0 }
        }
    }

    /// Rounds the rows of a matrix, and finds their residuals.
    ///
    /// - Complexity: O(n · d).
    package init(_ matrix: Matrix) {
        self.init(count: matrix.rows, depth: matrix.columns)
        var squares = [Double](repeating: 0, count: count)
        squares.withUnsafeMutableBufferPointer { squares in
            nonisolated(unsafe) let squares = squares
            round(UnsafePointer(matrix.storage.start), stride: depth) { row, values in
                round(values, asRow: row, residual: &squares[row])
            }
        }
        residuals = squares.map(QuantizedColumns.roundedUp)
    }

    /// Rounds rows that lie `stride` apart, each element multiplied by its column's factor first, if there are factors.
    init(_ source: UnsafePointer<Float>, stride: Int, rows: Int, depth: Int, factors: FloatStorage?) {
        self.init(count: rows, depth: depth)
        round(source, stride: stride) { row, values in round(values, factors: factors, asRow: row) }
    }

    private func round(
        _ source: UnsafePointer<Float>, stride: Int, _ body: (Int, UnsafePointer<Float>) -> Void
    ) {
        nonisolated(unsafe) let source = source
        parallelFor((0..<count).tileCount(size: 64)) { tile in
            for row in (0..<count).tile(tile, size: 64) { body(row, source + row * stride) }
        }
    }

    /// Rounds `depth` numbers, each multiplied by its factor first, if there are factors.
    ///
    /// - Parameter residual: receives the squared length of what rounding took away.
    @inline(__always)
    func round(
        _ values: UnsafePointer<Float>, factors: FloatStorage? = nil, asRow row: Int,
        residual: UnsafeMutablePointer<Double>? = nil
    ) {
        kindred_quantize_row(
            values, factors?.start, depth, paddedDepth, 0, bytes(ofRow: row), &descriptions[row], residual)
    }

    /// What a step of one stands for, row by row.
    package var scales: [Float] { (0..<count).map { descriptions[$0].scale } }

    /// The number of bytes of a row: the depth filled up to a multiple of 4.
    var paddedDepth: Int { (depth + 3) / 4 * 4 }

    /// The bytes of a row, which those of the next follow.
    package func bytes(ofRow row: Int) -> UnsafeMutablePointer<UInt8> {
        UnsafeMutableRawPointer(values.start).assumingMemoryBound(to: UInt8.self) + row * paddedDepth
    }

    /// What is known of each row.
    var descriptions: UnsafeMutablePointer<kindred_quantized_row> {
        UnsafeMutableRawPointer(about.start).assumingMemoryBound(to: kindred_quantized_row.self)
    }
}
