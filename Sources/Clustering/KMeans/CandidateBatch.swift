import Tensor

/// The rows on trial, side by side, padded with zeros to whole groups of ``RowKernel/fewCount``.
struct CandidateBatch {
    private let rows: [Int]
    private let data: PreparedRows
    private let vectors: Matrix
    private let norms: [Float]
    private let lengths: [Float]

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
        lengths = norms.map { $0.squareRoot().nextUp }
    }

    /// Whether no candidate is nearer to the row than `limit`, a squared distance, as far as the screen can tell.
    @inline(__always)
    func isExcluded(_ row: Int, by screen: ScreeningRows, limit: Float, _ scratch: inout Scratch) -> Bool {
        scratch.values.withUnsafeMutableBufferPointer { values in
            vectors.withUnsafeBufferPointer { vectors in
                guard let values = values.baseAddress, let vectors = vectors.baseAddress else { return false }
                return screen.excludes(
                    row, norm: data.norms[row], vectors: vectors, norms: norms, lengths: lengths, limit: limit,
                    products: values)
            }
        }
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
