private import CKernels

extension NDArray {
    /// The matrix products over the last two axes: `[… × n × k] · [… × k × m] = [… × n × m]`. The axes before them
    /// broadcast.
    ///
    /// As for ``Matrix/times(_:transposingSelf:transposingOther:)``, each element is one chain of fused multiply-adds
    /// in order of depth: the same bits in any batch, on any processor, with any number of threads.
    ///
    /// ```swift
    /// let scores = queries.times(keys, transposingOther: true)   // [b × h × t × d] · [b × h × s × d]ᵀ
    /// ```
    ///
    /// - Parameters:
    ///   - other: the right-hand side.
    ///   - transposingSelf: whether the matrices of this array are transposed first.
    ///   - transposingOther: whether those of `other` are.
    /// - Precondition: both have rank 2 at least, the inner dimensions agree, and the axes before them broadcast.
    /// - Complexity: O(batch · n · k · m) time; the right-hand side is packed, which takes as much memory as it has.
    public func times(_ other: NDArray, transposingSelf: Bool = false, transposingOther: Bool = false) -> NDArray {
        times(other, transposingSelf: transposingSelf, transposingOther: transposingOther, bias: nil)
    }

    /// As ``times(_:transposingSelf:transposingOther:)``, with a bias `[m]` added to each row while it lies in the
    /// cache.
    func times(_ other: NDArray, transposingSelf: Bool, transposingOther: Bool, bias: NDArray?) -> NDArray {
        precondition(rank >= 2 && other.rank >= 2, "a matrix product of shapes \(shape) and \(other.shape)")
        var left = transposingSelf ? transposed() : self
        let depth = left.shape[left.rank - 1]
        let (otherRows, columns) = (other.shape[other.rank - 2], other.shape[other.rank - 1])
        let width = transposingOther ? otherRows : columns
        precondition(
            depth == (transposingOther ? columns : otherRows),
            "inner dimensions of shapes \(shape) and \(other.shape) differ")
        let batch = Self.broadcastShape(Array(left.shape.dropLast(2)), Array(other.shape.dropLast(2)))
        let target = batch + [left.shape[left.rank - 2], width]
        let otherCount = Self.elementCount(of: Array(other.shape.dropLast(2)))
        // One matrix on the right meets all rows at once.
        if otherCount == 1 { left = left.reshaped(to: [Self.elementCount(of: Array(left.shape.dropLast())), depth]) }
        let elements = otherCount == 1 ? [] : batch
        let plan = ProductPlan(
            batch: Self.elementCount(of: elements), rows: left.shape[left.rank - 2], columns: width, depth: depth)
        let leftOffsets = left.matrixOffsets(in: elements)
        let otherOffsets = other.matrixOffsets(in: elements)
        return NDArray(shape: target) { buffer in
            left.withUnsafeBufferPointer { l in
                other.withUnsafeBufferPointer { r in
                    guard let l = l.baseAddress, let r = r.baseAddress, let to = buffer.baseAddress else { return }
                    let packed = FloatStorage(uninitializedCount: otherCount * plan.packedSize)
                    let size = max(1, depth * width)
                    plan.pack(otherCount, transposed: transposingOther, from: { r + $0 * size }, into: packed.start)
                    plan.run(
                        left: { l + leftOffsets[$0] * plan.rows * depth }, leftStride: depth,
                        packed: { UnsafePointer(packed.start) + otherOffsets[$0] * plan.packedSize },
                        into: { to + $0 * plan.rows * width },
                        epilogue: { element, rows, columns in
                            guard let bias else { return }
                            for row in rows {
                                let start = to + (element * plan.rows + row) * width + columns.lowerBound
                                kindred_combine(
                                    Int32(KINDRED_ADD), start, 1, bias.storage.start + columns.lowerBound, 1, start,
                                    columns.count)
                            }
                        })
                }
            }
        }
    }

    /// For each element of a batch, which of this array's matrices belongs to it.
    private func matrixOffsets(in batch: [Int]) -> [Int] {
        guard !batch.isEmpty else { return [0] }
        let strides = Self.strides(of: Array(shape.dropLast(2)), broadcastTo: batch)
        var result: [Int] = []
        let loop = StridedLoop(shape: batch, strides: [strides])
        loop.forEachRun(in: 0..<loop.runCount) { _, offsets in
            for index in 0..<loop.runLength { result.append(offsets[0] + index * loop.runStrides[0]) }
        }
        return result
    }
}
