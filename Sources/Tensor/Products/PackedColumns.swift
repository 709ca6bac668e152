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

    /// Replaces vector `index` by the `depth` floats at `values`, in place unless copies share the storage.
    ///
    /// - Complexity: O(depth).
    package mutating func replace(_ index: Int, with values: UnsafePointer<Float>) {
        precondition(index >= 0 && index < count, "vector \(index) of \(count)")
        if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
        let target = storage.start + index / Self.panel * Self.panel * depth + index % Self.panel
        for k in 0..<depth { target[k * Self.panel] = values[k] }
    }

    /// Where the panel of column `first` starts; `first` is a multiple of ``panel``.
    @inline(__always)
    func start(ofColumn first: Int) -> UnsafePointer<Float> { UnsafePointer(storage.start + first * depth) }
}
