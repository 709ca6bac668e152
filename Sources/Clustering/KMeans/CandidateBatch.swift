import Tensor

/// The rows on trial, side by side, padded with zeros to whole groups of ``RowKernel/fewCount``.
struct CandidateBatch {
    /// The rows on trial.
    let rows: [Int]
    private let data: PreparedRows
    /// The candidates, and rows of zeros.
    private let vectors: Matrix
    private let norms: [Float]

    /// Working memory for one row's distances.
    struct Scratch {
        var values: [Float]
        var lost: BitRow
    }

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

    var scratch: Scratch {
        Scratch(values: [Float](repeating: 0, count: vectors.rows), lost: BitRow(count: vectors.rows))
    }

    /// The squared distances of a row to all candidates; those that lost digits are computed exactly.
    @inline(__always)
    func squaredDistances(from row: Int, into scratch: inout Scratch) {
        let columns = vectors.columns
        let found = scratch.values.withUnsafeMutableBufferPointer { values in
            vectors.withUnsafeBufferPointer { vectors in
                data.rows.withUnsafeBufferPointer { elements in
                    guard let values = values.baseAddress, let vectors = vectors.baseAddress,
                        let elements = elements.baseAddress
                    else { return 0 }
                    for first in stride(from: 0, to: rows.count, by: RowKernel.fewCount) {
                        RowKernel.fewProducts(
                            elements + row * columns, vectors: vectors + first * columns, depth: columns,
                            into: values + first)
                    }
                    return RowKernel.squaredDistances(
                        values, rowNorm: data.norms[row], columnNorms: norms, count: rows.count, relative: 1e-3,
                        lost: &scratch.lost)
                }
            }
        }
        guard found > 0 else { return }
        scratch.lost.forEachSet(count: rows.count) { index in
            scratch.values[index] = Float(data.exactComparable(row, data, rows[index]))
        }
    }
}
