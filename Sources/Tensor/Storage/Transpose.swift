/// Writes the transpose of a part of a matrix; `stride` and `targetStride` lead from one row to the next.
///
/// Squares of 16 are gathered in between: so each line of the cache is read once and written once, even where rows lie
/// pages apart and compete for the same lines.
func transpose(
    _ source: UnsafePointer<Float>, rows: Int, columns: Int, stride sourceStride: Int,
    into target: UnsafeMutablePointer<Float>, _ targetStride: Int
) {
    let side = 16
    withUnsafeTemporaryAllocation(of: Float.self, capacity: side * side) { square in
        guard let square = square.baseAddress else { return }
        for firstRow in stride(from: 0, to: rows, by: side) {
            let height = min(side, rows - firstRow)
            for firstColumn in stride(from: 0, to: columns, by: side) {
                let width = min(side, columns - firstColumn)
                let from = source + firstRow * sourceStride + firstColumn
                let to = target + firstColumn * targetStride + firstRow
                if height == side && width == side {
                    for i in 0..<16 { (square + i * 16).update(from: from + i * sourceStride, count: 16) }
                    for j in 0..<16 {
                        for i in 0..<16 { to[j * targetStride + i] = square[i * 16 + j] }
                    }
                } else {
                    for j in 0..<width {
                        for i in 0..<height { to[j * targetStride + i] = from[i * sourceStride + j] }
                    }
                }
            }
        }
    }
}
