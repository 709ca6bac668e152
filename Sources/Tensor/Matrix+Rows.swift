extension Matrix {
    /// A row of a matrix: a view that shares the matrix's storage and copies nothing.
    public struct Row: RandomAccessCollection, Sendable {
        let storage: FloatStorage
        let offset: Int
        /// The number of elements, d.
        public let count: Int

        /// The first position, 0.
        public var startIndex: Int { 0 }
        /// The position after the last, d.
        public var endIndex: Int { count }

        /// The element in column `position`.
        ///
        /// - Precondition: 0 ≤ `position` < d.
        public subscript(position: Int) -> Float {
            precondition(position >= 0 && position < count, "index out of range")
            return storage.start[offset + position]
        }

        /// Calls `body` with all elements; never `nil`.
        @inline(__always)
        public func withContiguousStorageIfAvailable<R>(
            _ body: (UnsafeBufferPointer<Float>) throws -> R
        ) rethrows -> R? {
            defer { withExtendedLifetime(storage) {} }
            return try body(UnsafeBufferPointer(start: storage.start + offset, count: count))
        }
    }

    /// Row `index` as a view.
    ///
    /// - Precondition: 0 ≤ `index` < n.
    /// - Complexity: O(1).
    public func row(_ index: Int) -> Row {
        precondition(index >= 0 && index < rows, "row \(index) of \(rows)")
        return Row(storage: storage, offset: index * columns, count: columns)
    }

    /// The rows at `indices`, in that order, as a new matrix `[indices.count × d]`; a row may be named several times.
    ///
    /// - Precondition: each index is in 0 ..< n.
    /// - Complexity: O(indices.count · d).
    public func gatheringRows(_ indices: some Collection<Int>) -> Matrix {
        withUnsafeBufferPointer { source in
            Matrix(rows: indices.count, columns: columns) { target in
                guard columns > 0, let from = source.baseAddress, var to = target.baseAddress else { return }
                for index in indices {
                    precondition(index >= 0 && index < rows, "row \(index) of \(rows)")
                    to.update(from: from + index * columns, count: columns)
                    to += columns
                }
            }
        }
    }

    /// Replaces row `places[i]` by row i of `other`.
    ///
    /// - Precondition: there is a place for each row, each is in 0 ..< n, and the numbers of columns agree.
    /// - Complexity: O(places.count · d).
    public mutating func replaceRows(at places: [Int], with other: Matrix) {
        let (rows, columns) = (rows, columns)
        precondition(other.columns == columns && other.rows == places.count, "\(other) for \(places.count) rows")
        other.withUnsafeBufferPointer { source in
            withUnsafeMutableBufferPointer { target in
                guard columns > 0, var from = source.baseAddress, let to = target.baseAddress else { return }
                for place in places {
                    precondition(place >= 0 && place < rows, "row \(place) of \(rows)")
                    (to + place * columns).update(from: from, count: columns)
                    from += columns
                }
            }
        }
    }

    /// The rows in `range` as a matrix.
    ///
    /// - Precondition: the range lies within 0 ..< n.
    /// - Complexity: O(1); the storage is shared, and stays in memory as long as the part.
    public func rows(in range: some RangeExpression<Int>) -> Matrix { Matrix(NDArray(self)[range]) }

    /// The columns in `range` as a new matrix.
    ///
    /// - Precondition: the range lies within 0 ..< d.
    /// - Complexity: O(n · range.count).
    public func columns(in range: some RangeExpression<Int>) -> Matrix {
        let range = range.relative(to: 0..<columns)
        precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns \(range) of \(columns)")
        return withUnsafeBufferPointer { source in
            Matrix(rows: rows, columns: range.count) { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                for row in 0..<rows {
                    (to + row * range.count).update(from: from + row * columns + range.lowerBound, count: range.count)
                }
            }
        }
    }

    /// The transposed matrix `[d × n]`.
    ///
    /// - Complexity: O(n · d).
    public func transposed() -> Matrix {
        let band = 128
        return withUnsafeBufferPointer { source in
            Matrix(rows: columns, columns: rows) { target in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                parallelFor((0..<rows).tileCount(size: band)) { tile in
                    let range = (0..<rows).tile(tile, size: band)
                    transpose(
                        source + range.lowerBound * columns, rows: range.count, columns: columns, stride: columns,
                        into: target + range.lowerBound, rows)
                }
            }
        }
    }

    /// The matrices side by side: `[n × Σd]`; `[0 × 0]` when there are none.
    ///
    /// - Precondition: all have the same number of rows.
    /// - Complexity: O(n · Σd).
    public init(concatenatingColumns parts: [Matrix]) {
        let arrays = parts.isEmpty ? [NDArray(shape: [0, 0])] : parts.map { NDArray($0) }
        self.init(NDArray(concatenating: arrays, axis: 1))
    }

    /// The matrices one below the other: `[Σn × d]`; `[0 × 0]` when there are none.
    ///
    /// - Precondition: all have the same number of columns.
    /// - Complexity: O(Σn · d).
    public init(concatenatingRows parts: [Matrix]) {
        let arrays = parts.isEmpty ? [NDArray(shape: [0, 0])] : parts.map { NDArray($0) }
        self.init(NDArray(concatenating: arrays, axis: 0))
    }
}
