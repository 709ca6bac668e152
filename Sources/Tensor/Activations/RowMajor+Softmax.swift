private import CKernels

extension RowMajor {
    /// The softmax of each row: eˣ / Σ eˣ, without overflow.
    ///
    /// ```swift
    /// scores.softmax()                                  // each row adds up to one
    /// scores.softmax(mask: .kept([true, true, false]))  // the last column becomes zero
    /// ```
    ///
    /// A row of which nothing is kept becomes zeros. A row with NaN among what is kept becomes NaN.
    ///
    /// - Parameter mask: one mark for each column, for all rows alike, or one for each element.
    /// - Complexity: O(count).
    public func softmax(mask: ScoreMask = .none) -> Self {
        withSoftmax(mask, rowLength: rowLength, count: count) { result(of: $0) }
    }

    /// Replaces each row by its softmax, as ``softmax(mask:)``.
    ///
    /// - Complexity: O(count).
    public mutating func formSoftmax(mask: ScoreMask = .none) {
        withSoftmax(mask, rowLength: rowLength, count: count) { perform($0) }
    }

    /// Writes the softmax of each row into `target`, whose memory is used again.
    ///
    /// - Precondition: `target` has the same shape.
    /// - Complexity: O(count).
    public func formSoftmax(mask: ScoreMask = .none, into target: inout Self) {
        withSoftmax(mask, rowLength: rowLength, count: count) { perform($0, into: &target) }
    }

    /// ln Σ eˣ of each row, without overflow; −∞ where nothing is kept.
    ///
    /// - Parameter mask: one mark for each column, for all rows alike, or one for each element.
    /// - Complexity: O(count).
    public func logSumExp(mask: ScoreMask = .none) -> [Float] {
        let length = rowLength
        precondition(length > 0, "the sum of rows without elements")
        checkMask(mask, rowLength: length, count: count)
        let repeats = mask.count == length
        return withUnsafeBufferPointer { source in
            mask.withPointers { added, kept in
                [Float](unsafeUninitializedCapacity: count / length) { buffer, initialized in
                    initialized = count / length
                    guard let source = source.baseAddress, let target = buffer.baseAddress else { return }
                    nonisolated(unsafe) let (from, to, added, kept) = (source, target, added, kept)
                    let rows = 0..<count / length
                    let size = max(1, 16384 / length)
                    parallelFor(rows.tileCount(size: size)) { tile in
                        for row in rows.tile(tile, size: size) {
                            let shift = repeats ? 0 : row * length
                            to[row] = kindred_log_sum_exp(
                                from + row * length, length, added.map { $0 + shift }, kept.map { $0 + shift })
                        }
                    }
                }
            }
        }
    }
}

private func checkMask(_ mask: ScoreMask, rowLength: Int, count: Int) {
    guard let marks = mask.count else { return }
    precondition(
        marks == rowLength || marks == count, "a mask of \(marks) for rows of \(rowLength), \(count) elements in all")
}

/// Calls `body` with the operation softmax.
private func withSoftmax<R>(_ mask: ScoreMask, rowLength: Int, count: Int, _ body: (RowOperation) -> R) -> R {
    checkMask(mask, rowLength: rowLength, count: count)
    let repeats = mask.count == rowLength
    return mask.withPointers { added, kept in
        nonisolated(unsafe) let (added, kept) = (added, kept)
        return body(
            .rows(ofLength: rowLength) { row, from, to in
                let shift = repeats ? 0 : row * rowLength
                kindred_softmax(from, to, rowLength, added.map { $0 + shift }, kept.map { $0 + shift })
            })
    }
}
