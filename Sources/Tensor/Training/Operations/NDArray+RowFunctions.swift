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

    /// exp(x − max) / Σ exp(x − max) of each row. A row of −∞ alone becomes zeros.
    func softmaxRows() -> NDArray {
        let length = rowExtents.length
        let exponentials = shiftedRows().exponentials
        return exponentials.mappingRows { _, from, to in
            let sum = kindred_sum(from, length)
            let scale = sum > 0 ? Float(1 / sum) : 0
            for j in 0..<length { to[j] = from[j] * scale }
        }
    }

    /// log Σ exp(x) of each row: shape without the last axis.
    func logSumExpRows() -> NDArray {
        let (rows, length) = rowExtents
        let shifted = shiftedRows()
        let exponentials = shifted.exponentials
        var result = NDArray(shape: [rows, 1])
        result.updateRows { row, value in
            exponentials.withUnsafeBufferPointer { e in
                guard let e = e.baseAddress else { return }
                value[0] = Float(naturalLogarithm(kindred_sum(e + row * length, length)) + Double(shifted.shifts[row]))
            }
        }
        return result.reshaped(to: Array(shape.dropLast()))
    }

    /// The exponentials of rows whose largest element was taken away.
    private func shiftedRows() -> (exponentials: NDArray, shifts: [Float]) {
        let length = rowExtents.length
        precondition(length > 0, "rows of nothing: shape \(shape)")
        // A row of −∞ alone is shifted by nothing.
        let shifts = maximum(axes: [-1]).elements.map { $0 == -.infinity ? 0 : $0 }
        let shifted = mappingRows { row, from, to in
            for j in 0..<length { to[j] = from[j] - shifts[row] }
        }
        return (ElementFunction.exp.values(shifted), shifts)
    }

    /// The rows with mean 0 and variance 1 (plus `epsilon`), and what each was divided by, inverted.
    func normalizedRows(epsilon: Float) -> (rows: NDArray, inverseDeviations: [Float]) {
        let length = Double(rowExtents.length)
        let differences = self - mean(axes: [-1], keepingAxes: true)
        let inverse = differences.squares().mean(axes: [-1]).elements.map {
            Float(1 / (Double($0) + Double(epsilon)).squareRoot())
        }
        let scaled = differences.mappingRows { row, from, to in
            for j in 0..<Int(length) { to[j] = from[j] * inverse[row] }
        }
        return (scaled, inverse)
    }
}
