private import CKernels

/// Vectors packed for products: the right-hand side, laid out as the micro-kernel reads it.
///
/// Packing costs O(count · depth) once; the packed vectors serve any number of products. Weights are packed when they
/// are loaded, centroids once in each iteration.
package struct PackedColumns: Sendable {
    /// The number of vectors (columns of the product).
    package let count: Int
    /// The number of elements of each vector.
    package let depth: Int
    private(set) var storage: FloatStorage
    /// What stands for the vectors where they are rounded; `nil` where they are floats.
    let rounding: Rounding?

    /// Vectors rounded to whole numbers of sixteen bits.
    struct Rounding: Sendable {
        /// What a whole number stands for, vector by vector; filled up to whole panels.
        let scales: FloatStorage
        /// The length of the longest vector, and of the most that rounding took away from one; both rounded up.
        let longest: Float
        let residual: Float
    }

    /// Panels of this many columns belong together; tiles of columns start at its multiples.
    package static let panel = Int(KINDRED_PANEL)

    /// Packs the rows of `matrix` `[count × depth]`, for products with its transpose.
    package init(rowsOf matrix: Matrix) {
        self.init(matrix, count: matrix.rows, depth: matrix.columns, vectorStride: matrix.columns, depthStride: 1)
    }

    /// Packs the columns of `matrix` `[depth × count]`, for products with it.
    package init(columnsOf matrix: Matrix) {
        self.init(matrix, count: matrix.columns, depth: matrix.rows, vectorStride: 1, depthStride: matrix.columns)
    }

    private init(_ matrix: Matrix, count: Int, depth: Int, vectorStride: Int, depthStride: Int) {
        self.count = count
        self.depth = depth
        rounding = nil
        let storage = FloatStorage(uninitializedCount: kindred_packed_size(count, depth))
        let panels = (0..<count).tileCount(size: Self.panel)
        matrix.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            // Panels are packed in groups, so that a thread has something to do.
            parallelFor((0..<panels).tileCount(size: 8)) { tile in
                let group = (0..<panels).tile(tile, size: 8)
                kindred_pack(
                    source, count, depth, vectorStride, depthStride, group.lowerBound, group.upperBound, storage.start)
            }
        }
        self.storage = storage
    }

    /// Packs the rows of `matrix` `[count × depth]`, rounded to whole numbers of sixteen bits: where the processor has
    /// instructions for it, products take half the time. ``ProductTile/error(ofRow:)`` tells how far they are from those of
    /// floats.
    ///
    /// - Parameter selection: the rows to pack, in this order; by default all.
    package init(roundingRowsOf matrix: Matrix, at selection: [Int32]? = nil) {
        precondition(matrix.columns <= Self.roundedDepth, "\(matrix.columns) columns are too many to round")
        let (count, depth) = (selection?.count ?? matrix.rows, matrix.columns)
        (self.count, self.depth) = (count, depth)
        let (pairs, panels) = (kindred_pair_count(depth), (0..<count).tileCount(size: Self.panel))
        let storage = FloatStorage(uninitializedCount: panels * Self.panel * pairs)
        let about = RoundedAbout(count: panels * Self.panel)
        matrix.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            parallelFor(panels) { panel in
                let rows = (0..<count).tile(panel, size: Self.panel)
                about.round(
                    source, at: selection, rows, depth: depth, width: Self.panel,
                    into: storage.start + rows.lowerBound * pairs, from: rows.lowerBound)
            }
        }
        self.storage = storage
        rounding = Rounding(
            scales: about.scales, longest: about.lengths.largest(count), residual: about.residuals.largest(count))
    }

    /// Whether the vectors are rounded.
    package var isRounded: Bool { rounding != nil }
    /// The most elements of vectors that can be rounded.
    package static let roundedDepth = 1 << 17
    /// Whether products of rounded vectors are faster than those of floats.
    package static var roundingPays: Bool { SIMDLevel.multipliesBytes }

    /// Replaces vector `index` by the `depth` floats at `values`, in place unless copies share the storage.
    ///
    /// - Complexity: O(depth).
    package mutating func replace(_ index: Int, with values: UnsafePointer<Float>) {
        precondition(index >= 0 && index < count, "vector \(index) of \(count)")
        precondition(rounding == nil, "rounded vectors cannot be replaced")
        if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
        let target = storage.start + index / Self.panel * Self.panel * depth + index % Self.panel
        for k in 0..<depth { target[k * Self.panel] = values[k] }
    }

    /// Where the panel of column `first` starts; `first` is a multiple of ``panel``.
    @inline(__always)
    func start(ofColumn first: Int) -> UnsafePointer<Float> {
        UnsafePointer(storage.start + first * (rounding == nil ? depth : kindred_pair_count(depth)))
    }
}
