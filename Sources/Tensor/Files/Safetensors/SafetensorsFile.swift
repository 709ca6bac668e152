/// The named arrays in a `.safetensors` file.
///
/// The file is mapped into memory: opening it costs reading its header, whatever its size, and `F32` arrays are used
/// where they lie. All types in ``ElementType`` are read.
///
/// The header is not trusted. A file is refused, with an error that names the array, when its header is longer than 16
/// MiB, is not exactly JSON in UTF-8 of the expected form, or nests deeper than 8; when a key occurs twice; when there
/// are more than 65,536 arrays or one has more than 8 dimensions or an unknown type; and when the arrays' ranges do not
/// fit their types and shapes or do not cover all bytes of the file exactly once.
///
/// ```swift
/// let file = try SafetensorsFile("model.safetensors")
/// print(file.names)                             // ["linear.bias", "linear.weight"]
/// let weight = try file.array(named: "linear.weight", shape: [512, 768])
/// ```
///
/// - SeeAlso: ``SafetensorsCollection`` for models in several files, ``SafetensorsWriter``.
public struct SafetensorsFile: Sendable {
    /// What the header says about one array.
    public struct Entry: Sendable, Hashable {
        /// What the array is called.
        public let name: String
        /// The type of the elements in the file.
        public let elementType: ElementType
        /// The length of each dimension; empty for a single number.
        public let shape: [Int]
        /// Where its numbers lie, counted from the end of the header.
        let range: Range<Int>

        /// The number of elements.
        public var count: Int { range.count / elementType.size }
    }

    private let content: FileBytes
    private let dataOffset: Int
    let table: NameTable<Entry>
    /// The texts that whoever wrote the file added, such as `["format": "pt"]`.
    public let metadata: [String: String]

    /// Opens the file at `path` and checks its header and size.
    ///
    /// - Throws: ``TensorError/file(path:reason:)`` when the file cannot be read; ``TensorError/format(path:reason:)``
    ///   when it is not a whole, valid `.safetensors` file.
    /// - Complexity: O(length of the header + n log n) for n arrays.
    public init(_ path: String) throws(TensorError) {
        try self.init(FileBytes(mapping: path))
    }

    /// The arrays in `content`, in memory.
    package init(_ content: FileBytes) throws(TensorError) {
        let header = try content.withBytes { (bytes) throws(TensorError) in
            try SafetensorsHeader(bytes, path: content.path)
        }
        self.content = content
        dataOffset = header.dataOffset
        table = header.entries
        metadata = header.metadata
    }

    /// Where the file was found.
    public var path: String { content.path }
    /// The arrays' names, in byte order.
    public var names: [String] { table.names }
    /// The arrays, in byte order of their names.
    public var entries: [Entry] { table.values }

    /// The whole file where it is mapped into memory.
    package var map: MemoryMap? { content.owner as? MemoryMap }

    /// The array called `name`, or `nil` when there is none.
    ///
    /// - Complexity: O(log n).
    public func entry(named name: String) -> Entry? { table[name] }

    /// The array called `name`, converted to `Float`.
    ///
    /// `F32` numbers are used where they lie in the file: nothing is copied until the array is changed. Integers above
    /// 2²⁴ and most `F64` values are rounded to the nearest `Float`; an `F64` too large for `Float` becomes infinite.
    ///
    /// - Parameters:
    ///   - name: what the array is called.
    ///   - shape: the shape that the array must have; any when `nil`.
    ///   - requiringFinite: whether NaN and infinities are an error. Checking reads all numbers once; unlike data,
    ///     weights are not checked unless asked for, since masks may hold −∞.
    /// - Throws: ``TensorError/format(path:reason:)`` when there is no such array or its shape differs;
    ///   ``TensorError/notFinite(source:row:column:)``.
    /// - Complexity: O(log n) for `F32` numbers used in place without the check, else also O(count).
    public func array(
        named name: String, shape: [Int]? = nil, requiringFinite: Bool = false
    ) throws(TensorError) -> NDArray {
        let numbers = try numbers(named: name, shape: shape)
        return NDArray(shape: numbers.shape, storage: try numbers.storage(requiringFinite: requiringFinite))
    }

    /// The elements, in C order, of the array of type `F64` or `F32` called `name`, in double precision. NaN and infinities
    /// are let pass.
    ///
    /// - Throws: ``TensorError/format(path:reason:)`` when there is no such array, its shape or its type differs.
    /// - Complexity: O(count).
    public func doubles(named name: String, shape: [Int]? = nil) throws(TensorError) -> [Double] {
        try numbers(named: name, shape: shape).doubles()
    }

    /// The elements, in C order, of the array of integers or booleans called `name`.
    ///
    /// - Throws: ``TensorError/format(path:reason:)`` when there is no such array, its shape differs, its type is a
    ///   floating-point one, or a number is above `Int.max`.
    /// - Complexity: O(count).
    public func integers(named name: String, shape: [Int]? = nil) throws(TensorError) -> [Int] {
        try numbers(named: name, shape: shape).integers()
    }

    private func numbers(named name: String, shape: [Int]?) throws(TensorError) -> StoredNumbers {
        guard let entry = entry(named: name) else { throw .missingArray(name, path: path, names: names) }
        if let shape, shape != entry.shape {
            throw .format(path: path, reason: "the array \(quoted(name)) has shape \(entry.shape); \(shape) is needed")
        }
        let range = dataOffset + entry.range.lowerBound..<dataOffset + entry.range.upperBound
        return StoredNumbers(
            content: content.part(range, path: "\(path): array \(quoted(name))"), type: entry.elementType,
            shape: entry.shape)
    }
}
