extension Matrix {
    /// A row of a matrix: a view that shares the matrix's storage and copies nothing.
    public struct Row: RandomAccessCollection, Sendable {
        let storage: FloatStorage
        let offset: Int
        /// The number of elements, d.
        public let count: Int

        public var startIndex: Int { 0 }
        public var endIndex: Int { count }

        public subscript(position: Int) -> Float {
            precondition(position >= 0 && position < count, "index out of range")
            return storage.start[offset + position]
        }

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
    /// - Complexity: O(1).
    public func row(_ index: Int) -> Row {
        precondition(index >= 0 && index < rows, "row \(index) of \(rows)")
        return Row(storage: storage, offset: index * columns, count: columns)
    }

    /// The rows at `indices`, in that order, as a new matrix `[indices.count × d]`.
    ///
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

    /// The rows in `range` as a new matrix.
    ///
    /// - Complexity: O(range.count · d).
    public func rows(in range: Range<Int>) -> Matrix { gatheringRows(range) }

    /// The columns in `range` as a new matrix.
    ///
    /// - Complexity: O(n · range.count).
    public func columns(in range: Range<Int>) -> Matrix {
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

    /// The matrices side by side: `[n × Σd]`.
    ///
    /// - Precondition: all have the same number of rows.
    /// - Complexity: O(n · Σd).
    public static func concatenatingColumns(_ parts: [Matrix]) -> Matrix {
        let rows = parts.first?.rows ?? 0
        precondition(parts.allSatisfy { $0.rows == rows }, "matrices differ in their number of rows")
        let columns = parts.reduce(0) { $0 + $1.columns }
        return Matrix(rows: rows, columns: columns) { target in
            var offset = 0
            for part in parts {
                part.withUnsafeBufferPointer { source in
                    for i in 0..<rows where part.columns > 0 {
                        (target.baseAddress! + i * columns + offset)
                            .update(from: source.baseAddress! + i * part.columns, count: part.columns)
                    }
                }
                offset += part.columns
            }
        }
    }
}
