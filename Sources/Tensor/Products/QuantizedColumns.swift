private import CKernels

/// Rows of floats rounded to whole numbers from −127 to 127 times a scale of their own, packed as the right-hand side of
/// products with ``QuantizedRows``.
package struct QuantizedColumns: Sendable {
    /// The number of packed rows.
    package let count: Int
    /// The number of elements of each row.
    package let depth: Int
    /// The whole numbers, panel by panel: four of each row, then the next four. Memory of floats, which may be that of a file.
    let panels: FloatStorage
    /// What a whole number stands for, row by row.
    package let scales: [Float]
    /// The sums of rows' whole numbers; filled up to whole panels.
    let sums: [Int32]
    /// The length of what rounding took away from each row, rounded up; empty where the rows come from a file.
    package let residuals: [Float]

    /// The number of whole numbers of a row: the depth filled up to a multiple of 4.
    private static func padded(_ depth: Int) -> Int { (depth + 3) / 4 * 4 }

    /// The number of floats whose memory panels take.
    static func panelFloats(count: Int, depth: Int) -> Int {
        (0..<count).tileCount(size: PackedColumns.panel) * PackedColumns.panel * padded(depth) / 4
    }

    /// What has been rounded and packed before.
    init(count: Int, depth: Int, panels: FloatStorage, scales: [Float], sums: [Int32]) {
        precondition(panels.count == Self.panelFloats(count: count, depth: depth) && scales.count == count)
        (self.count, self.depth, self.panels, self.scales) = (count, depth, panels, scales)
        self.sums = Self.filled(sums)
        residuals = []
    }

    private static func filled(_ sums: [Int32]) -> [Int32] {
        let width = PackedColumns.panel
        return sums + [Int32](repeating: 0, count: (width - sums.count % width) % width)
    }

    /// - Complexity: O(n · d) time, n · d bytes.
    package init(rowsOf matrix: Matrix) {
        let (count, depth) = (matrix.rows, matrix.columns)
        precondition(depth <= QuantizedRows.maximumDepth, "\(depth) columns are too many to quantize")
        let padded = Self.padded(depth)
        let width = PackedColumns.panel
        (self.count, self.depth) = (count, depth)
        let panels = FloatStorage(uninitializedCount: Self.panelFloats(count: count, depth: depth))
        var about = [kindred_quantized_row](repeating: kindred_quantized_row(), count: count)
        var squares = [Double](repeating: 0, count: count)
        matrix.withUnsafeBufferPointer { source in
            about.withUnsafeMutableBufferPointer { about in
                squares.withUnsafeMutableBufferPointer { squares in
                    nonisolated(unsafe) let (source, about, squares) = (source, about, squares)
                    parallelFor(
                        (0..<count).tileCount(size: width), scratch: { [UInt8](repeating: 0, count: width * padded) }
                    ) { panel, line in
                        guard let source = source.baseAddress else { return }
                        let target = Self.bytes(of: panels)
                        let rows = (0..<count).tile(panel, size: width)
                        line.withUnsafeMutableBufferPointer { line in
                            guard let line = line.baseAddress else { return }
                            for (position, row) in rows.enumerated() {
                                kindred_quantize_row(
                                    source + row * depth, nil, depth, padded, 1, line + position * padded, &about[row],
                                    &squares[row])
                            }
                            kindred_pack_i8(line, rows.count, padded, padded, target + panel * width * padded)
                        }
                    }
                }
            }
        }
        self.panels = panels
        scales = about.map(\.scale)
        sums = Self.filled(about.map(\.sum))
        residuals = squares.map(Self.roundedUp)
    }

    /// A length of which the square is known in double precision, as a float that is not smaller.
    static func roundedUp(_ square: Double) -> Float { Float(square.squareRoot() * (1 + 1e-6)).nextUp }

    private static func bytes(of storage: FloatStorage) -> UnsafeMutablePointer<Int8> {
        UnsafeMutableRawPointer(storage.start).assumingMemoryBound(to: Int8.self)
    }

    /// Exact sums of products of rows less their zeros with the packed rows in `range`, row by row into `products`, `stride`
    /// apart.
    ///
    /// - Precondition: `range` starts at a multiple of ``PackedColumns/panel``.
    package func products(
        with rows: QuantizedRows, in range: Range<Int>, into products: UnsafeMutablePointer<Int32>, stride: Int
    ) {
        withOperands(rows, range) { panels, sums in
            kindred_product_i8(
                rows.bytes(ofRow: 0), rows.count, rows.paddedDepth, rows.descriptions, panels, sums, range.count,
                rows.paddedDepth, products, stride)
        }
    }

    /// The products of some of `rows` with the packed rows in `range`, by default all, as floats, plus `bias`.
    ///
    /// - Parameters:
    ///   - target: where the product of the first row and the first column goes; rows are `stride` apart.
    ///   - streamed: whether results go past the caches.
    /// - Precondition: `range` starts at a multiple of ``PackedColumns/panel``.
    func floats(
        of rows: QuantizedRows, _ part: Range<Int>, in range: Range<Int>, bias: UnsafePointer<Float>?,
        into target: UnsafeMutablePointer<Float>, stride: Int, streamed: Bool = false
    ) {
        withOperands(rows, range) { panels, sums in
            scales.withUnsafeBufferPointer { scales in
                guard let scales = scales.baseAddress else { return }
                kindred_product_i8_scaled(
                    rows.bytes(ofRow: part.lowerBound), part.count, rows.paddedDepth,
                    rows.descriptions + part.lowerBound, panels, sums, range.count, rows.paddedDepth,
                    scales + range.lowerBound, bias.map { $0 + range.lowerBound }, target, stride, streamed ? 1 : 0)
            }
        }
    }

    /// The products of `rows` with all packed rows as floats, plus `bias`, tile by tile into `target`, rows `stride` apart.
    ///
    /// - Parameter epilogue: receives each tile while it lies in the cache: its rows, its columns. Without one, large results
    ///   go past the caches.
    func forEachTile(
        of plan: ProductPlan, with rows: QuantizedRows, bias: UnsafePointer<Float>?,
        into target: UnsafeMutablePointer<Float>, stride: Int, epilogue: ((Range<Int>, Range<Int>) -> Void)?
    ) {
        let streamed = epilogue == nil && rows.count * count >= Self.streamedSize
        plan.forEachTile { _, part, range in
            floats(
                of: rows, part, in: range, bias: bias,
                into: target + part.lowerBound * stride + range.lowerBound, stride: stride, streamed: streamed)
            epilogue?(part, range)
        }
    }

    /// Results of so many floats, 16 MB, are larger than what caches keep for a thread.
    private static let streamedSize = 1 << 22

    /// Lends the panels of the packed rows in `range`, and their sums.
    private func withOperands(
        _ rows: QuantizedRows, _ range: Range<Int>, _ body: (UnsafePointer<Int8>, UnsafePointer<Int32>) -> Void
    ) {
        precondition(rows.depth == depth && range.lowerBound % PackedColumns.panel == 0)
        sums.withUnsafeBufferPointer { sums in
            guard let sums = sums.baseAddress else { return }
            body(Self.bytes(of: panels) + range.lowerBound * rows.paddedDepth, sums + range.lowerBound)
        }
    }
}
