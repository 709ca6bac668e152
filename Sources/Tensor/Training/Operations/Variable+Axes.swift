extension Variable {
    /// The same elements in another shape.
    public func reshaped(to target: [Int]) -> Variable {
        recording(value.reshaped(to: target)) { upstream, gradients in
            gradients.add(upstream.reshaped(to: shape), to: self)
        }
    }

    /// The array with its axes in another order: axis i of the result is axis `order[i]` of this array.
    public func permutingAxes(_ order: [Int]) -> Variable {
        recording(value.permutingAxes(order)) { upstream, gradients in
            var back = order
            for (axis, source) in order.enumerated() { back[source] = axis }
            gradients.add(upstream.permutingAxes(back), to: self)
        }
    }

    /// The array with its last two axes exchanged.
    public func transposed() -> Variable {
        recording(value.transposed()) { upstream, gradients in gradients.add(upstream.transposed(), to: self) }
    }

    /// A part along an axis; negative axes count from the last.
    public func slice(_ range: some RangeExpression<Int>, axis: Int = 0) -> Variable {
        let axis = value.resolved(axis: axis)
        let range = range.relative(to: 0..<shape[axis])
        return recording(value.slice(range, axis: axis)) { upstream, gradients in
            var (before, after) = (shape, shape)
            before[axis] = range.lowerBound
            after[axis] = shape[axis] - range.upperBound
            gradients.add(
                NDArray(concatenating: [NDArray(shape: before), upstream, NDArray(shape: after)], axis: axis), to: self)
        }
    }

    /// The parts at `indices` along the first axis, in that order: rows of an embedding table.
    public func gathering(_ indices: [Int]) -> Variable {
        recording(value.gathering(indices)) { upstream, gradients in
            gradients.add(upstream.scattered(to: indices, count: shape[0]), to: self)
        }
    }

    /// The arrays one after another along an axis; negative axes count from the last.
    ///
    /// - Precondition: there is an array, and all have the same shape besides that axis.
    public init(concatenating parts: [Variable], axis: Int = 0) {
        precondition(!parts.isEmpty, "nothing to concatenate")
        let axis = parts[0].value.resolved(axis: axis)
        let joined = NDArray(concatenating: parts.map(\.value), axis: axis)
        self = .record(joined, from: parts) { upstream, gradients in
            var start = 0
            for part in parts {
                let end = start + part.shape[axis]
                gradients.add(upstream.slice(start..<end, axis: axis), to: part)
                start = end
            }
        }
    }
}

extension NDArray {
    /// Zeros `[count × …]` with the parts of this array added at `indices` along the first axis, in their order.
    func scattered(to indices: [Int], count: Int) -> NDArray {
        let size = Self.elementCount(of: Array(shape.dropFirst()))
        return withUnsafeBufferPointer { source in
            NDArray(shape: [count] + shape.dropFirst()) { buffer in
                guard let from = source.baseAddress, let to = buffer.baseAddress else { return }
                // Threads share columns, not rows: each row is summed in the order of the indices.
                let columns = 0..<size
                parallelFor(columns.tileCount(size: 256)) { tile in
                    let part = columns.tile(tile, size: 256)
                    for row in 0..<count { (to + row * size + part.lowerBound).update(repeating: 0, count: part.count) }
                    for (position, index) in indices.enumerated() {
                        let (target, addition) = (to + index * size, from + position * size)
                        for column in part { target[column] += addition[column] }
                    }
                }
            }
        }
    }
}
