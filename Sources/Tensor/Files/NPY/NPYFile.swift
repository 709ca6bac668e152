/// A NumPy array in a `.npy` file: its shape and type at once, its numbers when asked for.
///
/// The file is mapped into memory, so opening a large one is immediate. Every length in it is checked against the
/// file's size before it is used. Read: versions 1.0 to 3.0 of the format, the types in ``ElementType`` but bfloat16,
/// both byte orders, C and Fortran order. Refused with an error that says so: Python objects, records, text, complex
/// numbers, files cut short and files with bytes left over.
///
/// ```swift
/// let file = try NPYFile("images.npy")
/// print(file.shape)               // [10000, 28, 28]
/// let pixels = try file.floats()  // 7,840,000 numbers, row by row
/// ```
public struct NPYFile: Sendable {
    private let numbers: StoredNumbers

    /// Opens the file at `path` and checks its header and size.
    ///
    /// - Throws: ``TensorError/file(path:reason:)`` when the file cannot be read; ``TensorError/format(path:reason:)``
    ///   when it is not a whole `.npy` file of numbers.
    /// - Complexity: O(1).
    public init(_ path: String) throws(TensorError) {
        try self.init(FileBytes(mapping: path))
    }

    /// The array that is the whole of `content`, in memory.
    package init(_ content: FileBytes) throws(TensorError) {
        let header = try content.withBytes { (bytes) throws(TensorError) in try NPYHeader(bytes, path: content.path) }
        numbers = StoredNumbers(
            content: content.part(header.dataOffset..<content.bytes.count, path: content.path), type: header.element,
            shape: header.shape, isBigEndian: header.isBigEndian, isFortranOrder: header.isFortranOrder)
    }

    /// Where the file was found.
    public var path: String { numbers.content.path }
    /// The length of each dimension; empty for a single number.
    public var shape: [Int] { numbers.shape }
    /// The number of elements.
    public var count: Int { numbers.count }
    /// The type of the elements.
    public var elementType: ElementType { numbers.type }

    /// All elements in C order (the last index runs fastest), converted to `Float`.
    ///
    /// Integers above 2²⁴ and most `f8` values are rounded to the nearest `Float`; an `f8` too large for `Float`
    /// becomes infinite.
    ///
    /// - Parameter requiringFinite: whether NaN and infinities are an error.
    /// - Throws: ``TensorError/notFinite(source:row:column:)`` with the first dimension's index as the row and the
    ///   position within that row as the column, both from 0.
    /// - Complexity: O(count).
    public func floats(requiringFinite: Bool = true) throws(TensorError) -> [Float] {
        let storage = try storage(requiringFinite: requiringFinite)
        return withExtendedLifetime(storage) {
            Array(UnsafeBufferPointer(start: storage.start, count: storage.count))
        }
    }

    /// All elements in C order. Needs an integer type, or `b1` read as 0 and 1.
    ///
    /// - Throws: ``TensorError/format(path:reason:)`` for floating-point types, and for `u8` values above `Int.max`.
    /// - Complexity: O(count).
    public func integers() throws(TensorError) -> [Int] {
        try numbers.integers()
    }

    /// The array, converted to `Float` as by ``floats(requiringFinite:)``. Little-endian `f4` numbers in C order, which
    /// is what Kindred writes, are used in place: nothing is copied until the array is changed.
    ///
    /// - Throws: ``TensorError/notFinite(source:row:column:)``.
    /// - Complexity: O(count); O(1) for numbers used in place without the check.
    public func array(requiringFinite: Bool = true) throws(TensorError) -> NDArray {
        NDArray(shape: shape, storage: try storage(requiringFinite: requiringFinite))
    }

    /// All elements as floats in C order: the file's own memory where it already is just that, else converted.
    package func storage(requiringFinite: Bool) throws(TensorError) -> FloatStorage {
        try numbers.storage(requiringFinite: requiringFinite)
    }
}
