/// How products are cut into tiles: by their shape alone.
enum ProductTiling {
    /// Rows of a tile: eight micro-tiles of 14.
    static let rows = 112
    /// Columns of a tile: eight panels. A tile's products (112 KB) stay in the second-level cache.
    static let columns = 256
}

extension Matrix {
    /// The matrix product of this matrix, or its transpose, and another, or its transpose.
    ///
    /// Each element of the result is one chain of fused multiply-adds in order of depth: the same bits whatever the
    /// other rows are, however many threads run, and whichever SIMD instructions the processor has.
    ///
    /// ```swift
    /// let similarities = a.times(b, transposingOther: true)   // [n × d] · [m × d]ᵀ = [n × m]
    /// ```
    ///
    /// - Precondition: the inner dimensions agree.
    /// - Complexity: O(n · m · d).
    public func times(_ other: Matrix, transposingSelf: Bool = false, transposingOther: Bool = false) -> Matrix {
        let left = transposingSelf ? transposed() : self
        let packed = transposingOther ? PackedColumns(rowsOf: other) : PackedColumns(columnsOf: other)
        return left.times(packed)
    }

    /// The product of this matrix `[n × depth]` and packed columns: `[n × packed.count]`.
    ///
    /// - Complexity: O(n · depth · packed.count).
    package func times(_ packed: PackedColumns) -> Matrix {
        precondition(columns == packed.depth, "a product of depth \(columns) and \(packed.depth)")
        let width = packed.count
        return withUnsafeBufferPointer { a in
            Matrix(rows: rows, columns: width) { c in
                guard let target = c.baseAddress else { return }
                guard let source = a.baseAddress, columns > 0 else {
                    return target.update(repeating: 0, count: c.count)
                }
                ProductPlan(rows: rows, columns: width, depth: columns).run(
                    left: { _ in source }, leftStride: columns, packed: { _ in packed.start(ofColumn: 0) },
                    into: { _ in target })
            }
        }
    }
}
