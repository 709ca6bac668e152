import Tensor

extension SparseMatrix {
    /// The transposed matrix `[columns × rows]`.
    ///
    /// - Complexity: O(rows + columns + values).
    public func transposed() -> SparseMatrix {
        var offsets = [Int](repeating: 0, count: columns + 1)
        for column in columnIndices { offsets[Int(column) + 1] += 1 }
        for column in 0..<columns { offsets[column + 1] += offsets[column] }
        var next = offsets
        var indices = [Int32](repeating: 0, count: values.count)
        var moved = [Float](repeating: 0, count: values.count)
        for row in 0..<rows {
            for position in rowOffsets[row]..<rowOffsets[row + 1] {
                let column = Int(columnIndices[position])
                indices[next[column]] = Int32(row)
                moved[next[column]] = values[position]
                next[column] += 1
            }
        }
        return SparseMatrix(columns: rows, rowOffsets: offsets, columnIndices: indices, values: moved)
    }

    /// The product with a dense matrix `[columns × k]`, as a dense matrix `[rows × k]`.
    ///
    /// A row of the result depends on that row alone: it is the same in every batch and for every number of threads.
    ///
    /// - Precondition: `dense.rows == columns`.
    /// - Complexity: O(values · k + rows · k), in parallel.
    public func times(_ dense: Matrix) -> Matrix {
        precondition(dense.rows == columns, "\(columns) columns do not meet \(dense.rows) rows")
        let width = dense.columns
        let tile = 256
        return Matrix(rows: rows, columns: width) { target in
            nonisolated(unsafe) let target = target
            dense.withUnsafeBufferPointer { dense in
                nonisolated(unsafe) let dense = dense
                parallelFor((0..<rows).tileCount(size: tile)) { index in
                    for row in (0..<rows).tile(index, size: tile) {
                        guard let to = target.baseAddress.map({ $0 + row * width }) else { return }
                        to.initialize(repeating: 0, count: width)
                        guard let from = dense.baseAddress else { continue }
                        for position in rowOffsets[row]..<rowOffsets[row + 1] {
                            let source = from + Int(columnIndices[position]) * width
                            let value = values[position]
                            for j in 0..<width { to[j] += value * source[j] }
                        }
                    }
                }
            }
        }
    }
}
