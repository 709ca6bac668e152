/// Products of bytes step by step, for those who do several things with a block of rows while it lies in the cache.
extension LinearLayer {
    /// Rounds a row of inputs, for ``multiply(_:count:inParallel:into:)``.
    ///
    /// - Precondition: the layer's ``precision`` is ``Precision/int8``.
    @inline(__always)
    package func round(_ values: UnsafePointer<Float>, asRow row: Int, of rows: QuantizedRows) {
        rows.round(values, factors: bytes.factors, asRow: row)
    }

    /// The outputs for the first `count` rows, before the activation, row by row into `target`.
    ///
    /// - Parameter inParallel: whether columns are shared among threads, which pays where nothing else is.
    /// - Precondition: the layer's ``precision`` is ``Precision/int8``.
    package func multiply(
        _ rows: QuantizedRows, count: Int, inParallel: Bool, into target: UnsafeMutablePointer<Float>
    ) {
        let (columns, start) = (bytes.columns, bias.map { UnsafePointer($0.start) })
        let size = inParallel ? ProductTiling.columns / 2 : max(1, outputs)
        nonisolated(unsafe) let (target, bias) = (target, start)
        let multiply = { (range: Range<Int>) in
            columns.floats(
                of: rows, 0..<count, in: range, bias: bias, into: target + range.lowerBound, stride: outputs)
        }
        if !inParallel { return multiply(0..<outputs) }
        parallelFor((0..<outputs).tileCount(size: size)) { multiply((0..<outputs).tile($0, size: size)) }
    }

    /// The outputs for rows, before the activation. `[rows × outputs]`
    ///
    /// - Precondition: the layer's ``precision`` is ``Precision/int8``.
    package func multiply(_ rows: QuantizedRows) -> Matrix {
        let (columns, start) = (bytes.columns, bias.map { UnsafePointer($0.start) })
        let plan = ProductPlan(
            rows: rows.count, columns: outputs, depth: inputs, tallestTile: 2 * ProductTiling.rows)
        return Matrix(rows: rows.count, columns: outputs) { target in
            guard let target = target.baseAddress else { return }
            columns.forEachTile(of: plan, with: rows, bias: start, into: target, stride: outputs, epilogue: nil)
        }
    }

    private var bytes: (columns: QuantizedColumns, factors: FloatStorage?) {
        guard case .int8(let columns, let factors) = weights else {
            preconditionFailure("\(self) does not compute with bytes")
        }
        return (columns, factors)
    }
}
