/// A NumPy array in a `.npy` file: its shape and type at once, its numbers when asked for.
///
/// The file is mapped into memory, so opening a large one is immediate. Every length in it is checked against the file's
/// size before it is used. Read: versions 1.0 to 3.0 of the format, the types in ``NPYElement``, both byte orders, C and
/// Fortran order. Refused with an error that says so: Python objects, records, text, complex numbers, files cut short and
/// files with bytes left over.
///
/// ```swift
/// let file = try NPYFile("images.npy")
/// print(file.shape)               // [10000, 28, 28]
/// let pixels = try file.floats()  // 7,840,000 numbers, row by row
/// ```
public struct NPYFile: Sendable {
    let map: MemoryMap
    let header: NPYHeader

    /// Opens the file at `path` and checks its header and size.
    ///
    /// - Throws: ``TensorError/file(path:reason:)`` when the file cannot be read; ``TensorError/format(path:reason:)`` when
    ///   it is not a whole `.npy` file of numbers.
    /// - Complexity: O(1).
    public init(_ path: String) throws(TensorError) {
        map = try MemoryMap(path)
        header = try NPYHeader(map.bytes, path: path)
    }

    /// Where the file was found.
    public var path: String { map.path }
    /// The length of each dimension; empty for a single number.
    public var shape: [Int] { header.shape }
    /// The number of elements.
    public var count: Int { header.count }
    /// The type of the elements.
    public var element: NPYElement { header.element }

    /// All elements in C order (the last index runs fastest), converted to `Float`.
    ///
    /// Integers above 2²⁴ and most `f8` values are rounded to the nearest `Float`; an `f8` too large for `Float`
    /// becomes infinite.
    ///
    /// - Parameter requireFinite: whether NaN and infinities are an error.
    /// - Throws: ``TensorError/notFinite(source:row:column:)`` with the first dimension's index as the row and the position
    ///   within that row as the column, both from 0.
    /// - Complexity: O(count).
    public func floats(requireFinite: Bool = true) throws(TensorError) -> [Float] {
        let storage = try storage(requireFinite: requireFinite)
        return withExtendedLifetime(storage) {
            Array(UnsafeBufferPointer(start: storage.start, count: storage.count))
        }
    }

    /// All elements in C order. Needs an integer type, or `b1` read as 0 and 1.
    ///
    /// - Throws: ``TensorError/format(path:reason:)`` for floating-point types, and for `u8` values above `Int.max`.
    /// - Complexity: O(count).
    public func integers() throws(TensorError) -> [Int] {
        guard !element.isFloatingPoint else {
            throw .format(path: path, reason: "whole numbers are needed; the file holds type \(element.rawValue)")
        }
        var result = [Int](repeating: 0, count: count)
        var fits = true
        result.withUnsafeMutableBufferPointer { target in
            switch element {
            case .boolean: convert(into: target) { (bits: UInt8) in bits == 0 ? 0 : 1 }
            case .int8: convert(into: target) { (bits: Int8) in Int(bits) }
            case .uint8: convert(into: target) { (bits: UInt8) in Int(bits) }
            case .int16: convert(into: target) { (bits: Int16) in Int(bits) }
            case .uint16: convert(into: target) { (bits: UInt16) in Int(bits) }
            case .int32: convert(into: target) { (bits: Int32) in Int(bits) }
            case .uint32: convert(into: target) { (bits: UInt32) in Int(bits) }
            case .int64: convert(into: target) { (bits: Int64) in Int(bits) }
            case .uint64:
                convert(into: target) { (bits: UInt64) in
                    fits = fits && bits <= UInt64(Int.max)
                    return Int(truncatingIfNeeded: bits)
                }
            case .float16, .float32, .float64: break
            }
        }
        guard fits else { throw .format(path: path, reason: "a number is larger than \(Int.max)") }
        return result
    }

    /// All elements as floats in C order: the file's own memory where it already is just that, else converted.
    package func storage(requireFinite: Bool) throws(TensorError) -> FloatStorage {
        let storage = borrowedStorage() ?? convertedStorage()
        if requireFinite, element.isFloatingPoint,
            let index = UnsafeBufferPointer(start: storage.start, count: storage.count).firstNonFiniteIndex()
        {
            let rowLength = max(1, shape.dropFirst().reduce(1, *))
            throw .notFinite(source: path, row: index / rowLength, column: index % rowLength)
        }
        return storage
    }
}
