import Tensor

/// The rows on trial, side by side, padded with zeros to whole groups of ``RowKernel/fewCount``.
struct CandidateBatch {
    /// The rows on trial.
    let rows: [Int]
    private let data: PreparedRows
    /// The candidates, and rows of zeros.
    private let vectors: Matrix
    private let norms: [Float]

    init(_ rows: [Int], _ data: PreparedRows) {
        self.rows = rows
        self.data = data
        let group = RowKernel.fewCount
        var vectors = Matrix(rows: (rows.count + group - 1) / group * group, columns: data.rows.columns)
        for (index, row) in rows.enumerated() {
            for (column, value) in data.rows.row(row).enumerated() { vectors[index, column] = value }
        }
        self.vectors = vectors
        norms = rows.map { data.norms[$0] }
    }

    /// The candidates as a screen compares rows with them.
    func screened(by screen: DistanceScreen) -> DistanceScreen.Vectors {
        DistanceScreen.Vectors(data.rows.gatheringRows(rows), norms: norms, for: screen)
    }

    /// The squared distances of rows to all candidates, row by row; those that lost digits are computed exactly.
    ///
    /// - Returns: the distances, and how many floats apart rows of them are.
    /// - Complexity: O(indices.count · c · d) for c candidates.
    func squaredDistances(from indices: [Int32]) -> (values: [Float], stride: Int) {
        let (columns, stride) = (vectors.columns, vectors.rows)
        var lost = BitRow(count: stride)
        let values = [Float](unsafeUninitializedCapacity: indices.count * stride) { values, initialized in
            initialized = indices.count * stride
            vectors.withUnsafeBufferPointer { vectors in
                data.rows.withUnsafeBufferPointer { elements in
                    guard let values = values.baseAddress, let vectors = vectors.baseAddress,
                        let elements = elements.baseAddress
                    else { return }
                    for first in Swift.stride(from: 0, to: rows.count, by: RowKernel.fewCount) {
                        RowKernel.fewProducts(
                            elements, at: indices, vectors: vectors + first * columns, depth: columns,
                            into: values + first, stride: stride)
                    }
                    for (position, row) in indices.enumerated() {
                        let found = RowKernel.squaredDistances(
                            values + position * stride, rowNorm: data.norms[Int(row)], columnNorms: norms,
                            count: rows.count, relative: 1e-3, lost: &lost)
                        guard found > 0 else { continue }
                        lost.forEachSet(count: rows.count) { index in
                            values[position * stride + index] = Float(
                                data.exactComparable(Int(row), data, rows[index]))
                        }
                    }
                }
            }
        }
        return (values, stride)
    }
}
