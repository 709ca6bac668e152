private import CKernels

extension NDArray {
    /// The array with its last two axes exchanged: each matrix transposed.
    ///
    /// - Precondition: `rank >= 2`.
    /// - Complexity: O(count); the elements are copied.
    public func transposed() -> NDArray { exchangingAxes(-2, -1) }

    /// The array with two axes exchanged; negative axes count from the last.
    ///
    /// - Complexity: O(count); the elements are copied unless nothing moves.
    public func exchangingAxes(_ first: Int, _ second: Int) -> NDArray {
        var order = Array(0..<rank)
        order.swapAt(resolved(axis: first), resolved(axis: second))
        return permutingAxes(order)
    }

    /// The array with its axes in another order: axis i of the result is axis `order[i]` of this array.
    ///
    /// ```swift
    /// let heads = tokens.reshaped(to: [b, t, h, d]).permutingAxes([0, 2, 1, 3])   // [b × h × t × d]
    /// ```
    ///
    /// - Precondition: `order` names each axis once.
    /// - Complexity: O(count); the elements are copied unless nothing moves.
    public func permutingAxes(_ order: [Int]) -> NDArray {
        precondition(order.sorted() == Array(0..<rank), "\(order) is no order of the axes of shape \(shape)")
        let target = order.map { shape[$0] }
        // Axes of length 1 may stand anywhere.
        let moving = order.filter { shape[$0] != 1 }
        guard moving != moving.sorted() else { return reshaped(to: target) }
        let strides = Self.strides(of: shape)
        return withUnsafeBufferPointer { source in
            NDArray(shape: target) { buffer in
                guard let from = source.baseAddress, let to = buffer.baseAddress, count > 0 else { return }
                Self.copy(from, strides: order.map { strides[$0] }, shape: target, into: to)
            }
        }
    }

    /// Copies elements that are read with `strides` into a contiguous array of `shape`.
    private static func copy(
        _ from: UnsafePointer<Float>, strides: [Int], shape: [Int], into to: UnsafeMutablePointer<Float>
    ) {
        let loop = StridedLoop(shape: shape, strides: [strides, Self.strides(of: shape)])
        let contiguous = shape.indices.first { shape[$0] != 1 && strides[$0] == 1 }
        guard loop.runStrides[0] != 1, let contiguous, let last = shape.lastIndex(where: { $0 != 1 }) else {
            return loop.parallelForEachPart { offsets, start, count, position in
                (to + position).update(from: from + offsets[0] + start, count: count)
            }
        }
        // The axis that is contiguous in the source and the one that is in the target span matrices to transpose; the
        // other axes count them.
        var others = shape
        (others[contiguous], others[last]) = (1, 1)
        let targetStrides = Self.strides(of: shape)
        let matrices = StridedLoop(
            shape: others + [1], strides: [strides + [0], targetStrides + [0]])
        let rows = shape[last]
        let columns = 0..<shape[contiguous]
        let size = max(16, StridedLoop.tileSize / max(1, rows) / 16 * 16)
        let parts = columns.tileCount(size: size)
        parallelFor(matrices.runCount * matrices.runLength * parts) { tile in
            let part = columns.tile(tile % parts, size: size)
            let matrix = tile / parts
            matrices.forEachRun(in: matrix / matrices.runLength..<matrix / matrices.runLength + 1) { _, offsets in
                let inner = matrix % matrices.runLength
                kindred_transpose(
                    from + offsets[0] + inner * matrices.runStrides[0] + part.lowerBound, rows, part.count,
                    strides[last],
                    to + offsets[1] + inner * matrices.runStrides[1] + part.lowerBound * targetStrides[contiguous],
                    targetStrides[contiguous])
            }
        }
    }

    /// A part along an axis; negative axes count from the last.
    ///
    /// - Precondition: `range` lies within the axis.
    /// - Complexity: O(1) along the first axis, or where all axes before are of length 1: the storage is shared; else
    ///   O(count of the result).
    public func slice(_ range: some RangeExpression<Int>, axis: Int = 0) -> NDArray {
        let axis = resolved(axis: axis)
        let range = range.relative(to: 0..<shape[axis])
        precondition(range.lowerBound >= 0 && range.upperBound <= shape[axis], "\(range) of axis \(axis) of \(shape)")
        let (outer, length, inner) = extents(around: axis)
        if outer == 1 {
            var part = shape
            part[axis] = range.count
            return reshaped(to: Array(shape[axis...]))[range].reshaped(to: part)
        }
        var target = shape
        target[axis] = range.count
        return withUnsafeBufferPointer { source in
            NDArray(shape: target) { buffer in
                guard let from = source.baseAddress, let to = buffer.baseAddress else { return }
                let size = range.count * inner
                for block in 0..<outer {
                    (to + block * size).update(
                        from: from + (block * length + range.lowerBound) * inner, count: size)
                }
            }
        }
    }

    /// The array with an axis of length 1 before axis `axis`; `rank` or −1 puts it last.
    ///
    /// - Precondition: `axis` is in −`rank` − 1 ... `rank`.
    /// - Complexity: O(1); the storage is shared.
    public func insertingAxis(at axis: Int) -> NDArray {
        let position = axis < 0 ? axis + rank + 1 : axis
        precondition(position >= 0 && position <= rank, "no axis can be inserted at \(axis) of shape \(shape)")
        var target = shape
        target.insert(1, at: position)
        return reshaped(to: target)
    }

    /// The array without an axis of length 1; negative axes count from the last.
    ///
    /// - Precondition: the axis has length 1.
    /// - Complexity: O(1); the storage is shared.
    public func removingAxis(at axis: Int) -> NDArray {
        let axis = resolved(axis: axis)
        precondition(shape[axis] == 1, "axis \(axis) of shape \(shape) has length \(shape[axis]), not 1")
        var target = shape
        target.remove(at: axis)
        return reshaped(to: target)
    }

    /// The elements as one axis.
    ///
    /// - Complexity: O(1); the storage is shared.
    public func flattened() -> NDArray { reshaped(to: [count]) }

    /// The array repeated along axes that it lacks or has with length 1.
    ///
    /// - Precondition: the shape broadcasts to `shape`.
    /// - Complexity: O(count of the result).
    public func broadcast(to shape: [Int]) -> NDArray {
        guard shape != self.shape else { return self }
        let loop = StridedLoop(shape: shape, strides: [Self.strides(of: self.shape, broadcastTo: shape)])
        let moves = loop.runStrides[0] == 1
        return withUnsafeBufferPointer { source in
            NDArray(shape: shape) { buffer in
                guard let from = source.baseAddress, let to = buffer.baseAddress else { return }
                loop.parallelForEachPart { offsets, start, count, position in
                    if moves {
                        (to + position).update(from: from + offsets[0] + start, count: count)
                    } else {
                        (to + position).update(repeating: from[offsets[0]], count: count)
                    }
                }
            }
        }
    }
}
