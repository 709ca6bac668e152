private import CKernels

// What gradients need of rows (the last axis): one function each, so that faster ones can take their place.
extension NDArray {
    /// The number of rows and their length.
    var rowExtents: (rows: Int, length: Int) {
        let length = shape.last ?? 1
        return (Self.elementCount(of: Array(shape.dropLast())), length)
    }

    /// An array of the same shape whose rows are made one from each row of this one, in parallel.
    func mappingRows(
        _ body: (_ row: Int, _ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>) -> Void
    ) -> NDArray {
        let (rows, length) = rowExtents
        return withUnsafeBufferPointer { source in
            NDArray(shape: shape) { buffer in
                guard let from = source.baseAddress, let to = buffer.baseAddress, !buffer.isEmpty else { return }
                Self.forEachRow(rows, length: length) { body($0, from + $0 * length, to + $0 * length) }
            }
        }
    }

    /// Changes the rows in place, in parallel.
    mutating func updateRows(_ body: (_ row: Int, _ values: UnsafeMutablePointer<Float>) -> Void) {
        let (rows, length) = rowExtents
        withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress, !buffer.isEmpty else { return }
            Self.forEachRow(rows, length: length) { body($0, start + $0 * length) }
        }
    }

    private static func forEachRow(_ rows: Int, length: Int, _ body: (Int) -> Void) {
        let group = max(1, StridedLoop.tileSize / max(1, length))
        parallelFor((0..<rows).tileCount(size: group)) { tile in
            for row in (0..<rows).tile(tile, size: group) { body(row) }
        }
    }

    /// exp(x) / Σ exp(x) of each row. A row of −∞ alone becomes zeros.
    func softmaxRows() -> NDArray {
        let length = rowExtents.length
        precondition(length > 0 || count == 0, "rows of nothing: shape \(shape)")
        return mappingRows { _, from, to in kindred_softmax(from, to, length, nil, nil) }
    }

    /// log Σ exp(x) of each row: shape without the last axis.
    func logSumExpRows() -> NDArray {
        let (rows, length) = rowExtents
        var result = NDArray(shape: [rows, 1])
        withUnsafeBufferPointer { x in
            guard let x = x.baseAddress else { return }
            result.updateRows { row, value in value[0] = kindred_log_sum_exp(x + row * length, length, nil, nil) }
        }
        return result.reshaped(to: Array(shape.dropLast()))
    }

    /// The rows with mean 0 and variance 1 (plus `epsilon`), and what each was divided by, inverted.
    func normalizedRows(epsilon: Double) -> (rows: NDArray, inverseDeviations: NDArray) {
        let (rows, length) = rowExtents
        var inverse = NDArray(shape: [rows])
        let normalized = inverse.withUnsafeMutableBufferPointer { inverse in
            nonisolated(unsafe) let inverse = inverse
            return mappingRows { row, from, to in
                var moments = (0.0, 0.0)
                withUnsafeMutableBytes(of: &moments) { bytes in
                    guard let moments = bytes.bindMemory(to: Double.self).baseAddress else { return }
                    kindred_moments(from, length, moments)
                    kindred_normalize(from, to, length, moments, nil, nil, epsilon)
                }
                let mean = moments.0 / Double(length)
                let variance = max(0, moments.1 / Double(length) - mean * mean)
                inverse[row] = Float(1 / (variance + epsilon).squareRoot())
            }
        }
        return (normalized, inverse)
    }
}
