import Tensor

/// Tiles of products of rounded rows: of about half the cost, with larger errors that are known just as well.
extension PreparedRows {
    /// Whether tiles are made of rounded rows: where that is possible and asked for; by default, where it saves time.
    ///
    /// Results never depend on it.
    func rounds(_ rounding: Bool?) -> Bool {
        let isPossible =
            (kind == .euclidean || kind == .cosine) && fitsSinglePrecision && rows.columns <= PackedColumns.roundedDepth
        let pays = PackedColumns.roundingPays && rows.columns >= 9 && rows.rows >= 1024
        return isPossible && (rounding ?? pays)
    }

    /// The rows as the right-hand side of tiles.
    func packedColumns(rounding: Bool?) -> PackedColumns {
        rounds(rounding) ? PackedColumns(roundingRowsOf: rows) : PackedColumns(rowsOf: rows)
    }

    /// Some of the rows, rounded, in a given order.
    func roundedColumns(_ order: [Int32]) -> PackedColumns { PackedColumns(roundingRowsOf: rows, at: order) }

    /// Rows here and there that tell whether the errors of rounded rows are small enough for the others; `nil` where so
    /// few rows are not worth the question.
    func sampleForRounding() -> [Int32]? {
        let count = Matrix.productTileRows
        return rows.rows < 8 * count ? nil : (0..<count).map { Int32($0 * rows.rows / count) }
    }

    /// A bound on how far comparable distances of a tile may be from the exact ones, for row `row` of `queries`, which is
    /// at `position` in the tile, and all rows here.
    @inline(__always)
    func errorBound(_ queries: PreparedRows, _ row: Int, in tile: ProductTile, at position: Int) -> Float {
        errorBound(queries, row) + 2 * tile.error(ofRow: position)
    }
}
