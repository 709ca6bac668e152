private import CKernels

extension Variable {
    /// LayerNorm over the last axis: (x − mean) / √(variance + epsilon) · weight + bias.
    ///
    /// - Parameters:
    ///   - weight: `[d]`; none leaves the rows at variance 1.
    ///   - bias: `[d]`; none leaves the rows at mean 0.
    ///   - epsilon: at least 0.
    /// - Reference: Ba, Kiros and Hinton, "Layer normalization", 2016, arXiv:1607.06450.
    public func layerNormalized(weight: Variable? = nil, bias: Variable? = nil, epsilon: Double = 1e-5) -> Variable {
        let (normalized, inverse) = value.normalizedRows(epsilon: epsilon)
        let length = value.rowExtents.length
        for vector in [weight, bias].compactMap({ $0 }) {
            precondition(vector.shape == [length], "a weight or bias of shape \(vector.shape) for rows of \(length)")
        }
        var result = normalized
        if let weight { result *= weight.value }
        if let bias { result += bias.value }
        return .record(result, from: [self] + [weight, bias].compactMap { $0 }) { upstream, gradients in
            if let bias { gradients.add(upstream, to: bias) }
            if let weight { gradients.add(upstream.columnProductSums(with: normalized), to: weight) }
            guard gradients.isNeeded(for: self) else { return }
            normalized.withUnsafeBufferPointer { normalized in
                upstream.updateRows { row, values in
                    guard let normalized = normalized.baseAddress else { return }
                    kindred_normalization_gradient(
                        normalized + row * length, inverse.storage.start[row], values, weight?.value.storage.start,
                        values, length)
                }
            }
            gradients.add(upstream, to: self)
        }
    }

    /// The rows (the last axis) scaled to Euclidean length 1: x / max(‖x‖, epsilon).
    public func normalizedRows(epsilon: Float = 1e-12) -> Variable {
        let length = value.rowExtents.length
        let (rows, _) = value.rowExtents
        let norms: [Float] = value.withUnsafeBufferPointer { x in
            guard let x = x.baseAddress else { return [] }
            return parallelMap(rows) { Float(kindred_squared_norm(x + $0 * length, length).squareRoot()) }
        }
        let result = value.mappingRows { row, from, to in
            let norm = max(norms[row], epsilon)
            for j in 0..<length { to[j] = from[j] / norm }
        }
        return recording(result) { upstream, gradients in
            result.withUnsafeBufferPointer { result in
                upstream.updateRows { row, values in
                    guard let unit = result.baseAddress.map({ $0 + row * length }) else { return }
                    // Below epsilon the divisor is constant.
                    let along = norms[row] > epsilon ? Float(kindred_dot(values, unit, length)) : 0
                    let norm = max(norms[row], epsilon)
                    for j in 0..<length { values[j] = (values[j] - unit[j] * along) / norm }
                }
            }
            gradients.add(upstream, to: self)
        }
    }
}

extension NDArray {
    /// Σ over rows of this array times another of the same shape: `[d]`, in double precision.
    fileprivate func columnProductSums(with other: NDArray) -> NDArray {
        let (rows, length) = rowExtents
        return withUnsafeBufferPointer { a in
            other.withUnsafeBufferPointer { b in
                NDArray(shape: [length]) { buffer in
                    guard let a = a.baseAddress, let b = b.baseAddress, let to = buffer.baseAddress else { return }
                    parallelFor((0..<length).tileCount(size: 256)) { tile in
                        let columns = (0..<length).tile(tile, size: 256)
                        var sums = [Double](repeating: 0, count: columns.count)
                        for row in 0..<rows {
                            let start = row * length + columns.lowerBound
                            kindred_accumulate_product(&sums, a + start, b + start, columns.count)
                        }
                        for j in columns { to[j] = Float(sums[j - columns.lowerBound]) }
                    }
                }
            }
        }
    }
}
