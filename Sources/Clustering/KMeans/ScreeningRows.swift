import Tensor

/// Rows in a quarter of their memory, to tell which of them a candidate certainly does not bring nearer.
///
/// Each row is rounded to whole numbers from −127 to 127 times a scale of its own. What rounding took away is known as a
/// length, so products with the rounded row bound the true ones, and with them the distances from below.
struct ScreeningRows: Sendable {
    private let values: [Int8]
    private let scales: [Float]
    /// The length of what rounding took away from each row. `[n]`
    private let residuals: [Float]
    private let columns: Int

    /// - Complexity: O(n · d) time, n · d bytes.
    init(_ data: PreparedRows) {
        let (rows, columns) = (data.rows, data.rows.columns)
        self.columns = columns
        var values = [Int8](repeating: 0, count: rows.count)
        var scales = [Float](repeating: 0, count: rows.rows)
        var residuals = [Float](repeating: 0, count: rows.rows)
        rows.withUnsafeBufferPointer { source in
            values.withUnsafeMutableBufferPointer { values in
                scales.withUnsafeMutableBufferPointer { scales in
                    residuals.withUnsafeMutableBufferPointer { residuals in
                        nonisolated(unsafe) let (values, scales, residuals) = (values, scales, residuals)
                        parallelFor((0..<rows.rows).tileCount(size: 1024)) { tile in
                            for row in (0..<rows.rows).tile(tile, size: 1024) {
                                let range = row * columns..<(row + 1) * columns
                                var largest: Float = 0
                                for index in range { largest = max(largest, abs(source[index])) }
                                let scale = largest / 127
                                let inverse = scale > 0 && scale.isNormal ? 1 / scale : 0
                                var lost = 0.0
                                for index in range {
                                    let rounded = (source[index] * inverse).rounded()
                                    values[index] = Int8(max(-127, min(127, rounded)))
                                    let rest = Double(source[index]) - Double(scale) * Double(values[index])
                                    lost += rest * rest
                                }
                                scales[row] = scale
                                residuals[row] = Float(lost.squareRoot() * (1 + 1e-6)).nextUp
                            }
                        }
                    }
                }
            }
        }
        self.values = values
        self.scales = scales
        self.residuals = residuals
    }

    /// Whether every one of the vectors is certainly at least `limit`, a squared distance, away from the row.
    ///
    /// - Parameters:
    ///   - norm: the row's squared length.
    ///   - vectors: the vectors, in groups of ``RowKernel/fewCount``.
    ///   - norms: their squared lengths; `lengths` their lengths.
    ///   - products: room for as many numbers.
    @inline(__always)
    func excludes(
        _ row: Int, norm: Float, vectors: UnsafePointer<Float>, norms: [Float], lengths: [Float], limit: Float,
        products: UnsafeMutablePointer<Float>
    ) -> Bool {
        values.withUnsafeBufferPointer { values in
            guard let start = values.baseAddress else { return }
            for first in stride(from: 0, to: norms.count, by: RowKernel.fewCount) {
                RowKernel.fewProducts(
                    start + row * columns, vectors: vectors + first * columns, depth: columns, into: products + first)
            }
        }
        // Besides what was rounded away, the chain of multiply-adds and this expression round.
        let rounding = Float(columns + 16) * 0x1p-23
        let (scale, residual, length) = (scales[row], residuals[row], norm.squareRoot())
        for index in norms.indices {
            let uncertainty = lengths[index] * (residual + rounding * (length + residual))
            let least = norm + norms[index] - 2 * (scale * products[index] + uncertainty)
            if !(least - rounding * (norm + norms[index]) >= limit) { return false }
        }
        return true
    }
}

/// One row screened against another: what tests ask.
package struct ScreeningProbe {
    private let screen: ScreeningRows
    private let data: PreparedRows

    package init(_ data: PreparedRows) {
        screen = ScreeningRows(data)
        self.data = data
    }

    /// Whether row `other` is certainly at least `limit`, a squared distance, away from row `row`.
    package func excludes(_ row: Int, _ other: Int, limit: Float) -> Bool {
        let batch = CandidateBatch([other], data)
        var scratch = batch.scratch
        return batch.isExcluded(row, by: screen, limit: limit, &scratch)
    }
}
