/// A dense matrix of `rows × columns` floats, stored row by row: n items of d features.
///
/// `Matrix` is the currency between Kindred's layers. It is a value type with copy on write; its storage is aligned to
/// 64 bytes, and taking rows (``row(_:)``, ``rows(in:)``) copies nothing. Arithmetic element by element is that of
/// ``NDArray``, which shares its storage: `NDArray(matrix)` and `Matrix(array)` copy nothing either.
///
/// ```swift
/// let points = Matrix([[0, 0], [3, 4]])
/// points[1, 0]             // 3
/// Array(points.row(1))     // [3, 4]
/// ```
public struct Matrix: Sendable {
    /// The number of rows, n.
    public let rows: Int
    /// The number of columns, d.
    public let columns: Int
    package private(set) var storage: FloatStorage

    package init(rows: Int, columns: Int, storage: FloatStorage) {
        precondition(rows >= 0 && columns >= 0 && storage.count == rows * columns, "shape and storage differ")
        self.rows = rows
        self.columns = columns
        self.storage = storage
    }

    /// A matrix whose elements all equal `value`.
    ///
    /// - Precondition: `rows` and `columns` are not negative.
    /// - Complexity: O(rows · columns).
    public init(rows: Int, columns: Int, repeating value: Float = 0) {
        let storage = FloatStorage(uninitializedCount: rows * columns)
        storage.start.update(repeating: value, count: rows * columns)
        self.init(rows: rows, columns: columns, storage: storage)
    }

    /// A matrix whose elements, row by row, are `values`.
    ///
    /// - Precondition: `values.count == rows * columns`.
    /// - Complexity: O(rows · columns).
    public init(rows: Int, columns: Int, values: some Collection<Float>) {
        precondition(values.count == rows * columns, "\(values.count) values do not fill \(rows) × \(columns)")
        self.init(rows: rows, columns: columns) { buffer in
            _ = buffer.update(fromContentsOf: values)
        }
    }

    /// A matrix made of rows of equal length.
    ///
    /// - Precondition: all rows have the same number of elements.
    /// - Complexity: O(rows · columns).
    public init(_ rows: [[Float]]) {
        let columns = rows.first?.count ?? 0
        precondition(rows.allSatisfy { $0.count == columns }, "rows differ in length")
        self.init(rows: rows.count, columns: columns, values: rows.joined().map { $0 })
    }

    /// A matrix that `fill` initializes through a buffer of `rows · columns` floats with undefined content.
    ///
    /// - Complexity: that of `fill`.
    public init<E: Error>(
        rows: Int, columns: Int, filledBy fill: (UnsafeMutableBufferPointer<Float>) throws(E) -> Void
    ) throws(E) {
        precondition(rows >= 0 && columns >= 0, "a matrix of \(rows) × \(columns)")
        let storage = FloatStorage(uninitializedCount: rows * columns)
        try fill(UnsafeMutableBufferPointer(start: storage.start, count: storage.count))
        self.init(rows: rows, columns: columns, storage: storage)
    }

    /// The number of elements.
    public var count: Int { rows * columns }

    /// The element in row `row` and column `column`.
    ///
    /// - Precondition: 0 ≤ `row` < ``rows`` and 0 ≤ `column` < ``columns``.
    /// - Complexity: O(1) to read; the first write to a shared matrix copies it.
    public subscript(row: Int, column: Int) -> Float {
        get {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns, "index out of range")
            return storage.start[row * columns + column]
        }
        set {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns, "index out of range")
            makeUnique()
            storage.start[row * columns + column] = newValue
        }
    }

    /// Calls `body` with all elements, row by row.
    @inline(__always)
    public func withUnsafeBufferPointer<R, E: Error>(
        _ body: (UnsafeBufferPointer<Float>) throws(E) -> R
    ) throws(E) -> R {
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeBufferPointer(start: storage.start, count: count))
    }

    /// Calls `body` with all elements, row by row, to change them in place.
    ///
    /// - Complexity: O(rows · columns) when the storage is shared, else O(1), besides `body`.
    @inline(__always)
    public mutating func withUnsafeMutableBufferPointer<R, E: Error>(
        _ body: (UnsafeMutableBufferPointer<Float>) throws(E) -> R
    ) throws(E) -> R {
        makeUnique()
        return try body(UnsafeMutableBufferPointer(start: storage.start, count: count))
    }

    private mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&storage) || !storage.isOwned { storage = storage.copy() }
    }
}

extension Matrix: Equatable {
    /// Whether shape and all elements are equal (NaN equals nothing).
    ///
    /// - Complexity: O(rows · columns).
    public static func == (left: Matrix, right: Matrix) -> Bool {
        guard left.rows == right.rows, left.columns == right.columns else { return false }
        return left.withUnsafeBufferPointer { l in right.withUnsafeBufferPointer { r in l.elementsEqual(r) } }
    }
}

extension Matrix: CustomStringConvertible {
    /// The shape and the first six elements: `"Matrix[1000 × 64](0.5, −1.0, …)"`.
    public var description: String { "Matrix[\(rows) × \(columns)](\(firstElements))" }
}
