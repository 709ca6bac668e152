private import CKernels

/// A tile of products a·b that has just been computed and lies in the cache.
package struct ProductTile {
    /// The rows of the left side that the tile covers; with a list of rows, positions in the list.
    package let rows: Range<Int>
    /// The packed columns that the tile covers; the first is a multiple of ``PackedColumns/panel``.
    package let columns: Range<Int>
    /// The products (or what ``TileValues`` puts in their place), row by row. The epilogue may overwrite them.
    package let values: UnsafeMutablePointer<Float>
    /// Floats from one row of `values` to the next.
    package let stride: Int
    /// A bound on the errors of each row's products where columns are rounded.
    fileprivate let errors: UnsafePointer<Float>?

    /// A bound on how far products of row `row` are from those of floats: 0 unless columns are rounded.
    @inline(__always)
    package func error(ofRow row: Int) -> Float { errors?[row - rows.lowerBound] ?? 0 }

    /// The products of row `row` with all columns of the tile.
    @inline(__always)
    package func products(ofRow row: Int) -> UnsafeMutablePointer<Float> {
        values + (row - rows.lowerBound) * stride
    }

    /// Goes on with each row's best and second best score, `offsets[column]` − product; ties keep the lower column.
    ///
    /// - Parameters:
    ///   - best: one for each row of the tile, from its first row on.
    ///   - offsets: one for each packed column.
    @inline(__always)
    package func updateBest(_ best: inout [RowKernel.Best], offsets: [Float]) {
        offsets.withUnsafeBufferPointer { offsets in
            guard let offsets = offsets.baseAddress else { return }
            for row in rows {
                RowKernel.updateBest(
                    &best[row - rows.lowerBound], products: products(ofRow: row),
                    offsets: offsets + columns.lowerBound, count: columns.count, first: columns.lowerBound)
            }
        }
    }
}

extension Matrix {
    /// The most rows in a tile of ``forEachProductTile(of:with:tileRows:columns:scratch:start:isNeeded:epilogue:finish:merge:)``.
    package static var productTileRows: Int { ProductTiling.rows }

    /// Computes the products of the rows of this matrix with packed columns tile by tile, without keeping them.
    ///
    /// The rows are cut into tiles that threads take in any order. For each tile of rows `start` is called, then
    /// `epilogue` for one tile of columns after another in ascending order, then `finish`. State that belongs to the
    /// rows goes through `scratch`, which each thread makes once and `merge` receives at the end (in any order).
    ///
    /// - Parameters:
    ///   - selection: the rows to multiply, by default all. They are gathered tile by tile.
    ///   - tileRows: the most rows of a tile, up to ``productTileRows``: fewer where few rows are to keep all threads busy.
    ///   - columns: which columns a tile of rows needs; all by default. Rounded outwards to whole panels.
    ///   - values: what a tile holds; by default products.
    ///   - isNeeded: asked before each tile of columns whether its products are wanted; a tile that is not is skipped.
    ///   - epilogue: receives each tile of products.
    /// - Complexity: O(n · m · d) time, O(d) memory for each thread.
    package func forEachProductTile<Scratch>(
        of selection: [Int32]? = nil, with packed: PackedColumns, tileRows: Int = Matrix.productTileRows,
        columns columnRange: ((Range<Int>) -> Range<Int>)? = nil, values: TileValues = .products,
        scratch makeScratch: () -> Scratch, start: (Range<Int>, inout Scratch) -> Void = { _, _ in },
        isNeeded: (_ rows: Range<Int>, _ columns: Range<Int>, inout Scratch) -> Bool = { _, _, _ in true },
        epilogue: (ProductTile, inout Scratch) -> Void, finish: (Range<Int>, inout Scratch) -> Void = { _, _ in },
        merge: (Scratch) -> Void = { _ in }
    ) {
        precondition(columns == packed.depth, "a product of depth \(columns) and \(packed.depth)")
        precondition(tileRows > 0 && tileRows <= Matrix.productTileRows, "tiles of \(tileRows) rows")
        let all = 0..<(selection?.count ?? rows)
        withUnsafeBufferPointer { elements in
            parallelFor(
                all.tileCount(size: tileRows),
                scratch: { () -> (TileBuffers, Scratch) in
                    (TileBuffers(packed, gathers: selection != nil), makeScratch())
                }, merge: { merge($0.1) }
            ) { tile, scratch in
                let range = all.tile(tile, size: tileRows)
                start(range, &scratch.1)
                let left = scratch.0.rows(range, of: elements.baseAddress, for: packed, selection: selection)
                let wanted = columnRange?(range) ?? 0..<packed.count
                let firstColumn = wanted.lowerBound / PackedColumns.panel * PackedColumns.panel
                for first in stride(from: firstColumn, to: wanted.upperBound, by: ProductTiling.columns) {
                    let width = min(ProductTiling.columns, wanted.upperBound - first)
                    guard isNeeded(range, first..<first + width, &scratch.1) else { continue }
                    let tile = ProductTile(
                        rows: range, columns: first..<first + width, values: scratch.0.products.start,
                        stride: ProductTiling.columns, errors: left.errors)
                    values.fill(tile, left: left, packed: packed, selection: selection)
                    epilogue(tile, &scratch.1)
                }
                finish(range, &scratch.1)
            }
        }
    }
}

/// What a tile of pairs of rows and columns holds.
///
/// Distances are kept as −½ of them: what makes squared distances of products, ‖x‖² + ‖y‖² − 2 · product, then makes these
/// of them where 0 stands for the lengths. So one algorithm serves products and distances.
package enum TileValues: Sendable {
    /// Products.
    case products
    /// −½ Σ |x − y|.
    case manhattan
    /// −½ max |x − y|.
    case chebyshev
    /// −½ of the share of places where x and y differ.
    case differing
    /// −½ of what is given for a row and a column by their numbers; for any other distance.
    case computed(@Sendable (_ row: Int, _ column: Int) -> Float)

    @inline(__always)
    fileprivate func fill(_ tile: ProductTile, left: TileRows, packed: PackedColumns, selection: [Int32]?) {
        let depth = packed.depth
        let floats = left.floats
        func distances(_ kind: Int, scale: Float) {
            guard let floats else { return fillWithZeros() }
            kindred_tile_distances(
                Int32(kind), floats, tile.rows.count, packed.start(ofColumn: tile.columns.lowerBound),
                tile.columns.count,
                depth, scale, tile.values, tile.stride)
        }
        func fillWithZeros() { tile.values.update(repeating: 0, count: tile.rows.count * tile.stride) }
        switch self {
        case .products:
            guard let floats else { return fillWithZeros() }
            if let rounded = left.rounded, let rounding = packed.rounding {
                return rounded.products(
                    tile.rows.count, with: packed, tile.columns, rounding, into: tile.values, stride: tile.stride)
            }
            kindred_product(
                floats, tile.rows.count, depth, packed.start(ofColumn: tile.columns.lowerBound), tile.columns.count,
                depth, tile.values, tile.stride)
        case .manhattan: distances(KINDRED_TILE_MANHATTAN, scale: -0.5)
        case .chebyshev: distances(KINDRED_TILE_CHEBYSHEV, scale: -0.5)
        case .differing: distances(KINDRED_TILE_DIFFERENT, scale: -0.5 / Float(max(1, depth)))
        case .computed(let distance):
            for position in tile.rows {
                let row = selection.map { Int($0[position]) } ?? position
                let target = tile.products(ofRow: position)
                for (place, column) in tile.columns.enumerated() { target[place] = -0.5 * distance(row, column) }
            }
        }
    }
}

/// The left-hand side of a tile.
private struct TileRows {
    /// The rows, one after another; with rounded columns those of the whole matrix; `nil` when rows have no elements.
    var floats: UnsafePointer<Float>?
    /// The rows rounded, where columns are.
    var rounded: RoundedRows?
    var errors: UnsafePointer<Float>?
}

/// Where a thread keeps the products of a tile, and the rows that it gathers or rounds for one.
private struct TileBuffers {
    let products = FloatStorage(uninitializedCount: ProductTiling.rows * ProductTiling.columns)
    private let gathered: FloatStorage?
    private let rounded: RoundedRows?

    init(_ packed: PackedColumns, gathers: Bool) {
        let isRounded = packed.rounding != nil
        gathered =
            gathers && !isRounded ? FloatStorage(uninitializedCount: ProductTiling.rows * packed.depth) : nil
        rounded = isRounded ? RoundedRows(count: ProductTiling.rows, depth: packed.depth) : nil
    }

    /// The rows of a tile.
    func rows(
        _ range: Range<Int>, of elements: UnsafePointer<Float>?, for packed: PackedColumns, selection: [Int32]?
    ) -> TileRows {
        let depth = packed.depth
        guard let elements, depth > 0 else { return TileRows() }
        if let rounded, let rounding = packed.rounding {
            let errors = rounded.round(elements, at: selection, range, for: packed, rounding)
            return TileRows(floats: elements, rounded: rounded, errors: errors)
        }
        guard let selection, let gathered else { return TileRows(floats: elements + range.lowerBound * depth) }
        for (position, index) in range.enumerated() {
            (gathered.start + position * depth).update(from: elements + Int(selection[index]) * depth, count: depth)
        }
        return TileRows(floats: UnsafePointer(gathered.start))
    }
}
