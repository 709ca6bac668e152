private import CKernels

/// Rows of floats rounded to whole numbers from −127 to 127 times a scale of their own, a quarter of the memory.
///
/// As the left-hand side of products with ``QuantizedColumns``.
package struct QuantizedRows: Sendable {
    /// The number of rows.
    package let count: Int
    /// The number of elements of each row, filled up to a multiple of 4.
    let paddedDepth: Int
    private let values: FloatStorage
    /// What a whole number stands for, row by row.
    package let scales: [Float]
    let sums: [Int32]
    /// The length of what rounding took away from each row, rounded up; empty where that was not asked for.
    package let residuals: [Float]

    /// The most elements that a row may have, so that sums of products fit 32 bits.
    package static var maximumDepth: Int { Int(KINDRED_QUANTIZED_DEPTH) }

    /// Rounds the rows of a matrix, and finds their residuals.
    ///
    /// - Complexity: O(n · d).
    package init(_ matrix: Matrix) {
        self.init(
            UnsafePointer(matrix.storage.start), rows: matrix.rows, depth: matrix.columns, factors: nil, residuals: true
        )
    }

    /// Rounds rows that lie one after another, each element multiplied by its column's factor first, if there are factors.
    init(_ source: UnsafePointer<Float>, rows: Int, depth: Int, factors: FloatStorage?, residuals: Bool) {
        precondition(depth <= Self.maximumDepth, "\(depth) columns are too many to quantize")
        let padded = (depth + 3) / 4 * 4
        count = rows
        paddedDepth = padded
        var about = [kindred_quantized_row](repeating: kindred_quantized_row(), count: rows)
        var squares = residuals ? [Double](repeating: 0, count: rows) : []
        values = FloatStorage(uninitializedCount: rows * padded / 4)
        nonisolated(unsafe) let (source, target) = (source, Self.bytes(of: values))
        about.withUnsafeMutableBufferPointer { about in
            squares.withUnsafeMutableBufferPointer { squares in
                nonisolated(unsafe) let (about, squares) = (about, squares)
                parallelFor((0..<rows).tileCount(size: 64)) { tile in
                    for row in (0..<rows).tile(tile, size: 64) {
                        kindred_quantize_row(
                            source + row * depth, factors?.start, depth, padded, target + row * padded, &about[row],
                            residuals ? squares.baseAddress.map { $0 + row } : nil)
                    }
                }
            }
        }
        scales = about.map(\.scale)
        sums = about.map(\.sum)
        self.residuals = squares.map(QuantizedColumns.roundedUp)
    }

    /// The whole numbers, rows of ``paddedDepth`` one after another.
    var start: UnsafePointer<Int8> { UnsafePointer(Self.bytes(of: values)) }

    // Memory of floats, because that is used again.
    private static func bytes(of storage: FloatStorage) -> UnsafeMutablePointer<Int8> {
        UnsafeMutableRawPointer(storage.start).assumingMemoryBound(to: Int8.self)
    }
}

/// Many rows in the form of ``QuantizedRows``, packed as the right-hand side of products.
package struct QuantizedColumns: Sendable {
    /// The number of packed rows.
    package let count: Int
    let paddedDepth: Int
    private let panels: [UInt8]
    /// What a whole number stands for, row by row.
    package let scales: [Float]
    /// The length of what rounding took away from each row, rounded up.
    package let residuals: [Float]

    /// - Complexity: O(n · d) time, n · d bytes.
    package init(rowsOf matrix: Matrix) {
        let (count, depth) = (matrix.rows, matrix.columns)
        precondition(depth <= QuantizedRows.maximumDepth, "\(depth) columns are too many to quantize")
        let padded = (depth + 3) / 4 * 4
        let width = Int(KINDRED_PANEL)
        let panelCount = (0..<count).tileCount(size: width)
        self.count = count
        paddedDepth = padded
        var about = [kindred_quantized_row](repeating: kindred_quantized_row(), count: count)
        var squares = [Double](repeating: 0, count: count)
        panels = [UInt8](unsafeUninitializedCapacity: panelCount * width * padded) { panels, initialized in
            matrix.withUnsafeBufferPointer { source in
                about.withUnsafeMutableBufferPointer { about in
                    squares.withUnsafeMutableBufferPointer { squares in
                        nonisolated(unsafe) let (panels, source, about, squares) = (panels, source, about, squares)
                        parallelFor(panelCount, scratch: { [Int8](repeating: 0, count: width * padded) }) {
                            panel, line in
                            guard let source = source.baseAddress, let target = panels.baseAddress else { return }
                            let rows = (0..<count).tile(panel, size: width)
                            line.withUnsafeMutableBufferPointer { line in
                                guard let line = line.baseAddress else { return }
                                for (position, row) in rows.enumerated() {
                                    kindred_quantize_row(
                                        source + row * depth, nil, depth, padded, line + position * padded, &about[row],
                                        &squares[row])
                                }
                                kindred_pack_i8(line, rows.count, padded, padded, target + panel * width * padded)
                            }
                        }
                    }
                }
            }
            initialized = panelCount * width * padded
        }
        scales = about.map(\.scale)
        residuals = squares.map(Self.roundedUp)
    }

    /// A length of which the square is known in double precision, as a float that is not smaller.
    static func roundedUp(_ square: Double) -> Float { Float(square.squareRoot() * (1 + 1e-6)).nextUp }

    /// Exact sums of products of whole numbers: those of some of `rows`, by default all, with the packed rows in `range`,
    /// row by row into `products`, `stride` apart.
    ///
    /// - Precondition: `range` starts at a multiple of ``PackedColumns/panel``.
    package func products(
        with rows: QuantizedRows, _ part: Range<Int>? = nil, in range: Range<Int>,
        into products: UnsafeMutablePointer<Int32>, stride: Int
    ) {
        let part = part ?? 0..<rows.count
        withOperands(rows, part, range) { values, sums, panels in
            kindred_product_i8(
                values, part.count, paddedDepth, sums, panels, range.count, paddedDepth, products, stride)
        }
    }

    /// The products of `rows` with all packed rows as floats, plus `bias`, tile by tile into `target` `[rows × count]`.
    ///
    /// - Parameter epilogue: receives each tile while it lies in the cache: its rows, its columns. Without one, large results
    ///   go past the caches.
    func forEachTile(
        of plan: ProductPlan, with rows: QuantizedRows, bias: UnsafePointer<Float>?,
        into target: UnsafeMutablePointer<Float>, epilogue: ((Range<Int>, Range<Int>) -> Void)?
    ) {
        let streamed: Int32 = epilogue == nil && rows.count * count >= Self.streamedSize ? 1 : 0
        rows.scales.withUnsafeBufferPointer { rowScales in
            scales.withUnsafeBufferPointer { columnScales in
                guard let rowScales = rowScales.baseAddress, let columnScales = columnScales.baseAddress else { return }
                plan.forEachTile { _, part, range in
                    withOperands(rows, part, range) { values, sums, panels in
                        kindred_product_i8_scaled(
                            values, part.count, paddedDepth, sums, panels, range.count, paddedDepth,
                            rowScales + part.lowerBound, columnScales + range.lowerBound,
                            bias.map { $0 + range.lowerBound },
                            target + part.lowerBound * count + range.lowerBound, count, streamed)
                    }
                    epilogue?(part, range)
                }
            }
        }
    }

    /// Results of so many floats, 16 MB, are larger than what caches keep for a thread.
    private static let streamedSize = 1 << 22

    /// Lends the whole numbers of some rows, their sums, and the panels of the packed rows in `range`.
    private func withOperands(
        _ rows: QuantizedRows, _ part: Range<Int>, _ range: Range<Int>,
        _ body: (UnsafePointer<Int8>, UnsafePointer<Int32>, UnsafePointer<UInt8>) -> Void
    ) {
        precondition(rows.paddedDepth == paddedDepth && range.lowerBound % Int(KINDRED_PANEL) == 0)
        panels.withUnsafeBufferPointer { panels in
            rows.sums.withUnsafeBufferPointer { sums in
                guard let panels = panels.baseAddress, let sums = sums.baseAddress else { return }
                body(
                    rows.start + part.lowerBound * paddedDepth, sums + part.lowerBound,
                    panels + range.lowerBound * paddedDepth)
            }
        }
    }
}
