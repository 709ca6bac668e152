extension NDArray {
    /// The parts at `indices` along an axis, in that order; negative axes count from the last.
    ///
    /// ```swift
    /// let embedded = table.gathering(tokens)   // [tokens.count × d] out of [vocabulary × d]
    /// ```
    ///
    /// - Precondition: each index lies within the axis.
    /// - Complexity: O(count of the result).
    public func gathering(_ indices: [Int], axis: Int = 0) -> NDArray {
        let axis = resolved(axis: axis)
        let (outer, length, inner) = extents(around: axis)
        var target = shape
        target[axis] = indices.count
        for index in indices {
            precondition(index >= 0 && index < length, "index \(index) of axis \(axis) of \(shape)")
        }
        return withUnsafeBufferPointer { source in
            NDArray(shape: target) { buffer in
                guard let from = source.baseAddress, let to = buffer.baseAddress else { return }
                let pieces = 0..<outer * indices.count
                let size = max(1, StridedLoop.tileSize / max(1, inner))
                parallelFor(pieces.tileCount(size: size)) { tile in
                    for piece in pieces.tile(tile, size: size) {
                        let block = piece / indices.count
                        (to + piece * inner).update(
                            from: from + (block * length + indices[piece % indices.count]) * inner, count: inner)
                    }
                }
            }
        }
    }

    /// The arrays one after another along an axis; negative axes count from the last.
    ///
    /// - Precondition: there is an array, and all have the same shape besides that axis.
    /// - Complexity: O(count of the result).
    public init(concatenating parts: [NDArray], axis: Int = 0) {
        precondition(!parts.isEmpty, "nothing to concatenate")
        let axis = parts[0].resolved(axis: axis)
        var shape = parts[0].shape
        shape[axis] = 0
        for part in parts {
            precondition(
                part.rank == shape.count && shape.indices.allSatisfy { $0 == axis || part.shape[$0] == shape[$0] },
                "shapes \(parts[0].shape) and \(part.shape) differ besides axis \(axis)")
            shape[axis] += part.shape[axis]
        }
        let (outer, total, inner) = (
            Self.elementCount(of: Array(shape[..<axis])), shape[axis],
            Self.elementCount(of: Array(shape[(axis + 1)...]))
        )
        self.init(shape: shape) { buffer in
            guard let to = buffer.baseAddress else { return }
            var start = 0
            for part in parts {
                let size = part.shape[axis] * inner
                part.withUnsafeBufferPointer { source in
                    guard let from = source.baseAddress else { return }
                    for block in 0..<outer {
                        (to + block * total * inner + start).update(from: from + block * size, count: size)
                    }
                }
                start += size
            }
        }
    }

    /// The arrays side by side along a new axis before axis `axis`; −1 puts it last.
    ///
    /// - Precondition: there is an array, and all have the same shape.
    /// - Complexity: O(count of the result).
    public init(stacking parts: [NDArray], axis: Int = 0) {
        precondition(!parts.isEmpty, "nothing to stack")
        let axis = axis < 0 ? axis + parts[0].rank + 1 : axis
        self.init(concatenating: parts.map { $0.insertingAxis(at: axis) }, axis: axis)
    }
}
