/// An array of floats of any rank, stored row by row (the last index runs fastest): activations and weights.
///
/// `NDArray` is a value type with copy on write and shares its storage with ``Matrix``: converting one into the other
/// copies nothing, and neither does reshaping, nor taking a part along the first axis.
///
/// ```swift
/// let heads = NDArray(shape: [2, 3, 4], repeating: 1)
/// heads.reshaped(to: [6, 4])      // shares the storage
/// Matrix(heads.reshaped(to: [6, 4]))
/// ```
public struct NDArray: Sendable {
    /// The length of each axis; `[]` for a single number.
    public let shape: [Int]
    package private(set) var storage: FloatStorage

    package init(shape: [Int], storage: FloatStorage) {
        precondition(storage.count == Self.elementCount(of: shape), "shape \(shape) and storage differ")
        self.shape = shape
        self.storage = storage
    }

    /// The number of elements of an array of this shape.
    ///
    /// - Precondition: no axis is negative, and the product fits an `Int`.
    package static func elementCount(of shape: [Int]) -> Int {
        shape.reduce(1) { count, length in
            precondition(length >= 0, "shape \(shape) has a negative length")
            let (product, overflows) = count.multipliedReportingOverflow(by: length)
            precondition(!overflows, "shape \(shape) has more elements than there are addresses")
            return product
        }
    }

    /// An array whose elements all equal `value`.
    ///
    /// - Precondition: no length is negative.
    /// - Complexity: O(count).
    public init(shape: [Int], repeating value: Float = 0) {
        self.init(shape: shape) { $0.update(repeating: value) }
    }

    /// An array whose elements, in order of storage, are `values`.
    ///
    /// - Precondition: `values.count` is the product of `shape`.
    /// - Complexity: O(count).
    public init(shape: [Int], values: some Collection<Float>) {
        precondition(values.count == Self.elementCount(of: shape), "\(values.count) values do not fill \(shape)")
        self.init(shape: shape) { _ = $0.update(fromContentsOf: values) }
    }

    /// An array that `fill` initializes through a buffer with undefined content.
    ///
    /// - Complexity: that of `fill`.
    public init<E: Error>(shape: [Int], filledBy fill: (UnsafeMutableBufferPointer<Float>) throws(E) -> Void) throws(E)
    {
        let storage = FloatStorage(uninitializedCount: Self.elementCount(of: shape))
        try fill(UnsafeMutableBufferPointer(start: storage.start, count: storage.count))
        self.init(shape: shape, storage: storage)
    }

    /// The elements of a matrix: shape `[rows, columns]`.
    ///
    /// - Complexity: O(1); the storage is shared.
    public init(_ matrix: Matrix) {
        self.init(shape: [matrix.rows, matrix.columns], storage: matrix.storage)
    }

    /// The number of axes; 0 for a single number.
    public var rank: Int { shape.count }

    /// The number of elements: the product of the lengths, 1 for a single number.
    public var count: Int { storage.count }

    /// The element at one index for each axis.
    ///
    /// - Precondition: there are as many indices as axes, each in 0 ..< the length of its axis.
    /// - Complexity: O(rank) to read; the first write to a shared array copies it.
    public subscript(indices: Int...) -> Float {
        get { storage.start[offset(indices)] }
        set {
            let offset = offset(indices)
            makeUnique()
            storage.start[offset] = newValue
        }
    }

    private func offset(_ indices: [Int]) -> Int {
        precondition(indices.count == rank, "\(indices.count) indices into shape \(shape)")
        return zip(indices, shape).reduce(0) { offset, axis in
            precondition(axis.0 >= 0 && axis.0 < axis.1, "index \(indices) is outside of \(shape)")
            return offset * axis.1 + axis.0
        }
    }

    /// The same elements in another shape.
    ///
    /// - Precondition: the number of elements stays the same.
    /// - Complexity: O(1); the storage is shared.
    public func reshaped(to shape: [Int]) -> NDArray {
        precondition(Self.elementCount(of: shape) == count, "shape \(self.shape) cannot be seen as \(shape)")
        return NDArray(shape: shape, storage: storage)
    }

    /// A part along the first axis: shape `[range.count, …]`.
    ///
    /// ```swift
    /// batch[0..<8]      // the first eight
    /// batch[8...]       // the others
    /// ```
    ///
    /// - Precondition: the rank is at least 1, and the range lies within the axis. Positions count from 0; there are no
    ///   negative ones and no steps.
    /// - Complexity: O(1); the storage is shared, and stays in memory as long as the part.
    public subscript(range: some RangeExpression<Int>) -> NDArray {
        let range = range.relative(to: 0..<(shape.first ?? 0))
        precondition(rank > 0 && range.lowerBound >= 0 && range.upperBound <= shape[0], "\(range) of shape \(shape)")
        let rest = Array(shape.dropFirst())
        let size = Self.elementCount(of: rest)
        return NDArray(
            shape: [range.count] + rest,
            storage: FloatStorage(
                borrowing: storage.start + range.lowerBound * size, count: range.count * size, owner: storage))
    }

    /// Calls `body` with all elements in order of storage.
    @inline(__always)
    public func withUnsafeBufferPointer<R, E: Error>(
        _ body: (UnsafeBufferPointer<Float>) throws(E) -> R
    ) throws(E) -> R {
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeBufferPointer(start: storage.start, count: count))
    }

    /// Calls `body` with all elements in order of storage, to change them in place.
    ///
    /// - Complexity: O(count) when the storage is shared, else O(1), besides `body`.
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

extension Matrix {
    /// The elements of an array of rank 2.
    ///
    /// - Precondition: `array.rank == 2`.
    /// - Complexity: O(1); the storage is shared.
    public init(_ array: NDArray) {
        precondition(array.rank == 2, "a matrix from shape \(array.shape)")
        self.init(rows: array.shape[0], columns: array.shape[1], storage: array.storage)
    }
}

extension NDArray: Equatable {
    /// Whether shape and all elements are equal (NaN equals nothing).
    ///
    /// - Complexity: O(count).
    public static func == (left: NDArray, right: NDArray) -> Bool {
        guard left.shape == right.shape else { return false }
        return left.withUnsafeBufferPointer { l in right.withUnsafeBufferPointer { r in l.elementsEqual(r) } }
    }
}

extension NDArray: CustomStringConvertible {
    /// The shape and the first six elements: `"NDArray[2 × 3 × 4](0.5, -1.0, …)"`.
    public var description: String {
        "NDArray[\(shape.map(String.init).joined(separator: " × "))](\(firstElements))"
    }
}

extension RowMajor {
    /// The first six elements, as text.
    var firstElements: String {
        withUnsafeBufferPointer { $0.prefix(6).map { "\($0)" }.joined(separator: ", ") } + (count > 6 ? ", …" : "")
    }
}
