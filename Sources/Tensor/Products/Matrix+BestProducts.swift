extension Matrix {
    /// For each row x the row c of `other` with the greatest score x · c − offset(c), and that score; ties go to the lower
    /// row.
    ///
    /// With offsets of ½‖c‖² that is the row nearest by Euclidean distance, without offsets the greatest inner product. Scores
    /// are looked at while their tile lies in the cache, and never stored.
    ///
    /// - Parameters:
    ///   - other: `[m × d]`, at least one row.
    ///   - offsets: a number for each row of `other`; zeros when `nil`.
    /// - Precondition: the shapes agree.
    /// - Complexity: O(n · m · d) time, O(m · d) memory.
    public func greatestProducts(with other: Matrix, offsets: [Float]? = nil) -> (rows: [Int32], scores: [Float]) {
        precondition(other.rows > 0 && other.columns == columns, "\(other) to score \(self)")
        precondition(offsets.map { $0.count == other.rows } ?? true, "\(offsets?.count ?? 0) offsets for \(other)")
        let offsets = offsets ?? [Float](repeating: 0, count: other.rows)
        var found = [Int32](repeating: 0, count: rows)
        var scores = [Float](repeating: 0, count: rows)
        found.withUnsafeMutableBufferPointer { found in
            scores.withUnsafeMutableBufferPointer { scores in
                nonisolated(unsafe) let (found, scores) = (found, scores)
                forEachProductTile(
                    with: PackedColumns(rowsOf: other),
                    scratch: { [RowKernel.Best](repeating: .init(), count: Matrix.productTileRows) },
                    start: { rows, best in for index in 0..<rows.count { best[index] = .init() } },
                    epilogue: { tile, best in tile.updateBest(&best, offsets: offsets) },
                    finish: { rows, best in
                        for (position, row) in rows.enumerated() {
                            // Where no score is a number, the first row.
                            found[row] = best[position].index == .max ? 0 : best[position].index
                            scores[row] = -best[position].value
                        }
                    })
            }
        }
        return (found, scores)
    }
}
