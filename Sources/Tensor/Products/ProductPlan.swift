private import CKernels

/// One or many products of the same shape: `rows × depth` times `depth × columns`, with packed right-hand sides.
///
/// Tiles are cut from rows, columns and the batch alike, so that few rows keep all threads busy, too. What a tile is
/// changes no bit, because each product is a chain of its own.
struct ProductPlan {
    let batch: Int
    let rows: Int
    let columns: Int
    let depth: Int
    private let rowTile: Int
    let columnTile: Int

    /// - Parameter tallestTile: the most rows of a tile, in whole micro-tiles of 14.
    init(batch: Int = 1, rows: Int, columns: Int, depth: Int, tallestTile: Int = ProductTiling.rows) {
        (self.batch, self.rows, self.columns, self.depth) = (batch, rows, columns, depth)
        // Whole micro-tiles of 14 rows, about equally many in each tile.
        let rowTiles = (0..<rows).tileCount(size: tallestTile)
        rowTile = max(1, rowTiles == 0 ? 0 : (0..<rows).tileCount(size: rowTiles * 14)) * 14
        columnTile = ProductTiling.columns / 2
    }

    /// Computes the products.
    ///
    /// - Parameters:
    ///   - left: the left-hand side `[rows × depth]` of an element of the batch; its rows stand `leftStride` apart.
    ///   - packed: the packed right-hand side of an element of the batch.
    ///   - target: where its products `[rows × columns]` go; their rows stand `targetStride` apart, by default `columns`.
    ///   - epilogue: receives each tile while it lies in the cache: the element of the batch, its rows, its columns.
    func run(
        left: (Int) -> UnsafePointer<Float>, leftStride: Int, packed: (Int) -> UnsafePointer<Float>,
        into target: (Int) -> UnsafeMutablePointer<Float>, targetStride: Int? = nil,
        epilogue: (_ element: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> Void = { _, _, _ in }
    ) {
        let targetStride = targetStride ?? self.columns
        forEachTile { element, rows, columns in
            kindred_product(
                left(element) + rows.lowerBound * leftStride, rows.count, leftStride,
                packed(element) + columns.lowerBound * depth, columns.count, depth,
                target(element) + rows.lowerBound * targetStride + columns.lowerBound, targetStride)
            epilogue(element, rows, columns)
        }
    }

    /// The number of tiles that columns are cut into.
    var columnTileCount: Int { (0..<columns).tileCount(size: columnTile) }

    /// Calls `body` for each tile, on all threads: the element of the batch, its rows, its columns.
    func forEachTile(_ body: (_ element: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> Void) {
        let (rowTiles, columnTiles) = ((0..<rows).tileCount(size: rowTile), columnTileCount)
        parallelFor(batch * rowTiles * columnTiles) { tile in
            body(
                tile / (rowTiles * columnTiles),
                (0..<rows).tile(tile / columnTiles % rowTiles, size: rowTile),
                (0..<columns).tile(tile % columnTiles, size: columnTile))
        }
    }

    /// The floats that the packed right-hand side of one element takes.
    var packedSize: Int { kindred_packed_size(columns, depth) }

    /// Packs the right-hand sides of `count` elements, one after another, into `target`.
    ///
    /// - Parameters:
    ///   - source: the right-hand side of an element: `[depth × columns]`, or `[columns × depth]` when `transposed`.
    func pack(
        _ count: Int, transposed: Bool, from source: (Int) -> UnsafePointer<Float>,
        into target: UnsafeMutablePointer<Float>
    ) {
        let panels = (0..<columns).tileCount(size: PackedColumns.panel)
        parallelFor(count * panels) { tile in
            let (element, panel) = (tile / panels, tile % panels)
            kindred_pack(
                source(element), columns, depth, transposed ? depth : 1, transposed ? 1 : columns, panel, panel + 1,
                target + element * packedSize)
        }
    }
}
