private import CKernels

/// What is known of rows that have been rounded to whole numbers of sixteen bits.
struct RoundedAbout: Sendable {
    /// What a whole number stands for, row by row; 0 from the last row on.
    let scales: FloatStorage
    /// The rows' lengths, and those of what rounding took away; rounded up.
    let lengths: FloatStorage
    let residuals: FloatStorage

    init(count: Int) {
        scales = FloatStorage(uninitializedCount: count)
        lengths = FloatStorage(uninitializedCount: count)
        residuals = FloatStorage(uninitializedCount: count)
        scales.start.update(repeating: 0, count: count)
    }

    /// Rounds and packs the rows in `range`, or those that a selection has there, into blocks of `width`, and keeps what is
    /// known of them from place `first` on.
    ///
    /// - Parameter elements: row 0 of all.
    func round(
        _ elements: UnsafePointer<Float>, at selection: [Int32]?, _ range: Range<Int>, depth: Int, width: Int,
        into packed: UnsafeMutablePointer<Float>, from first: Int
    ) {
        let pairs = UnsafeMutableRawPointer(packed).assumingMemoryBound(to: Int32.self)
        func round(_ rows: UnsafePointer<Float>, _ indices: UnsafePointer<Int32>?) {
            kindred_round_pairs(
                rows, indices, range.count, depth, width, pairs, scales.start + first, lengths.start + first,
                residuals.start + first)
        }
        guard let selection else { return round(elements + range.lowerBound * depth, nil) }
        selection.withUnsafeBufferPointer { round(elements, $0.baseAddress.map { $0 + range.lowerBound }) }
    }
}

extension FloatStorage {
    /// The largest of the first values, none of which is negative.
    func largest(_ count: Int) -> Float { UnsafeBufferPointer(start: start, count: count).max() ?? 0 }
}

/// The rows of a tile of products, rounded to whole numbers of sixteen bits.
struct RoundedRows: Sendable {
    private let blocks: FloatStorage
    private let about: RoundedAbout
    /// Bounds on the errors of each row's products.
    private let bounds: FloatStorage

    init(count: Int, depth: Int) {
        let height = Int(KINDRED_PAIR_ROWS)
        blocks = FloatStorage(
            uninitializedCount: (0..<count).tileCount(size: height) * height * kindred_pair_count(depth))
        about = RoundedAbout(count: count)
        bounds = FloatStorage(uninitializedCount: count)
    }

    /// Rounds the rows in `range`, or those that a selection has there, for products with packed columns.
    ///
    /// With x ≈ x̂ and y ≈ ŷ, x·y differs from x̂·ŷ by no more than ‖x − x̂‖·‖y‖ + ‖x̂‖·‖y − ŷ‖; and that is rounded a few
    /// times.
    ///
    /// - Returns: for each row a bound on the errors of its products.
    func round(
        _ elements: UnsafePointer<Float>, at selection: [Int32]?, _ range: Range<Int>, for packed: PackedColumns,
        _ rounding: PackedColumns.Rounding
    ) -> UnsafePointer<Float> {
        about.round(
            elements, at: selection, range, depth: packed.depth, width: Int(KINDRED_PAIR_ROWS), into: blocks.start,
            from: 0)
        let (longest, residual) = (rounding.longest, rounding.residual)
        for row in 0..<range.count {
            let (lost, length) = (about.residuals.start[row], about.lengths.start[row] + about.residuals.start[row])
            let bound = lost * longest + length * (residual + (longest + residual) * 0x1p-21)
            bounds.start[row] = bound * (1 + 0x1p-20) + .leastNormalMagnitude
        }
        return UnsafePointer(bounds.start)
    }

    /// The products of `rows` rows with the columns from `first` on, up to whole panels, row by row.
    func products(
        _ rows: Int, with packed: PackedColumns, _ columns: Range<Int>, _ rounding: PackedColumns.Rounding,
        into values: UnsafeMutablePointer<Float>, stride: Int
    ) {
        kindred_product_pairs(
            Self.pairs(blocks.start), rows, about.scales.start, Self.pairs(packed.start(ofColumn: columns.lowerBound)),
            columns.count, rounding.scales.start + columns.lowerBound, kindred_pair_count(packed.depth), values, stride)
    }

    private static func pairs(_ start: UnsafePointer<Float>) -> UnsafePointer<Int32> {
        UnsafeRawPointer(start).assumingMemoryBound(to: Int32.self)
    }
}
