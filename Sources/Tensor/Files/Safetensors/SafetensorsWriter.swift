private import CKernels

/// Collects named arrays and writes them as one `.safetensors` file.
///
/// The file is as the reference implementation writes it: types in its order, names in byte order within a type, the
/// header padded with spaces to a multiple of 8. The same arrays and metadata give the same bytes, whatever the order
/// in which they were added, and the file appears under its name complete or not at all.
///
/// ```swift
/// var writer = SafetensorsWriter(metadata: ["epoch": "12"])
/// writer.add(weight, named: "linear.weight")
/// writer.add([step], shape: [], named: "step")
/// try writer.write(to: "checkpoint.safetensors")
/// ```
public struct SafetensorsWriter: Sendable {
    private struct Item: Sendable {
        var type: ElementType
        var numbers: NamedNumbers

        var shape: [Int] { numbers.shape }
        var byteCount: Int { NDArray.elementCount(of: shape) * type.size }
    }

    private var items: [Item] = []
    /// Texts to add, such as the epoch of a checkpoint.
    public var metadata: [String: String]

    /// A writer without arrays.
    public init(metadata: [String: String] = [:]) {
        self.metadata = metadata
    }

    /// Adds `array`. Its storage is shared, not copied.
    ///
    /// - Parameters:
    ///   - array: the elements.
    ///   - name: what the array is called; any text but `__metadata__`.
    ///   - type: ``ElementType/float32``, ``ElementType/float16`` or ``ElementType/bfloat16``; to the latter
    ///     two, numbers are rounded to the nearest, ties to even, and those too large become infinite.
    /// - Precondition: `type` is one of these.
    public mutating func add(_ array: NDArray, named name: String, as type: ElementType = .float32) {
        precondition(
            [.float32, .float16, .bfloat16].contains(type), "arrays are written as float32, float16 or bfloat16")
        items.append(Item(type: type, numbers: NamedNumbers(array, name: name)))
    }

    /// Adds a vector of numbers in double precision, of type `F64`.
    public mutating func add(_ doubles: [Double], named name: String) {
        items.append(Item(type: .float64, numbers: NamedNumbers(doubles, name: name)))
    }

    /// Adds `integers`, of type `I64`, in the given shape (by default a vector).
    ///
    /// - Precondition: the product of `shape` is `integers.count`.
    public mutating func add(_ integers: [Int], shape: [Int]? = nil, named name: String) {
        items.append(Item(type: .int64, numbers: NamedNumbers(integers, shape: shape, name: name)))
    }

    /// Writes all that was added to `path`.
    ///
    /// - Throws: ``TensorError/parameter(name:value:valid:)`` when a name was added twice or is `__metadata__`, or when
    ///   what was added is more than ``SafetensorsFile`` reads; ``TensorError/file(path:reason:)``; then what was at
    ///   `path` is still there.
    /// - Complexity: O(n log n + bytes) for n arrays.
    public func write(to path: String) throws(TensorError) {
        let sorted = try sortedItems()
        let header = try headerBytes(sorted)
        let file = try AtomicFile(path)
        try file.write(header)
        for (_, item) in sorted { try Self.write(item, to: file) }
        try file.commit()
    }

    private func sortedItems() throws(TensorError) -> [(name: String, item: Item)] {
        let table: NameTable<Item>
        do throws(NameTable<Item>.Duplicate) {
            table = try NameTable(items.map { ($0.numbers.name, $0) })
        } catch {
            throw .parameter(name: "name", value: "\(quoted(error.name)), twice", valid: "different for each array")
        }
        let byName = zip(table.names, table.values).map { (name: $0, item: $1) }
        for (name, item) in byName {
            if name == "__metadata__" { throw .parameter(name: "name", value: name, valid: "another name") }
            if item.shape.count > SafetensorsHeader.mostDimensions {
                throw .parameter(
                    name: "rank of \(quoted(name))", value: "\(item.shape.count)",
                    valid: "at most \(SafetensorsHeader.mostDimensions)")
            }
        }
        if byName.count > SafetensorsHeader.mostEntries {
            throw .parameter(
                name: "number of arrays", value: "\(byName.count)", valid: "at most \(SafetensorsHeader.mostEntries)")
        }
        // One pass a type keeps the order of names within it.
        return ElementType.safetensorsOrder.reversed().flatMap { type in byName.filter { $0.item.type == type } }
    }

    private func headerBytes(_ sorted: [(name: String, item: Item)]) throws(TensorError) -> [UInt8] {
        var text: [UInt8] = [UInt8](repeating: 0, count: 8) + [UInt8(ascii: "{")]
        func append(_ part: String) { text.append(contentsOf: part.utf8) }
        func separate() { if text.count > 9 { append(",") } }
        if !metadata.isEmpty {
            append("\"__metadata__\":{")
            let keys = metadata.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            for (index, key) in keys.enumerated() {
                if index > 0 { append(",") }
                JSONText.append(key, to: &text)
                append(":")
                JSONText.append(metadata[key] ?? "", to: &text)
            }
            append("}")
        }
        var offset = 0
        for (name, item) in sorted {
            separate()
            JSONText.append(name, to: &text)
            let shape = item.shape.map(String.init).joined(separator: ",")
            let end = offset + item.byteCount
            append(
                ":{\"dtype\":\"\(item.type.safetensorsCode)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
            )
            offset = end
        }
        append("}")
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
        let length = text.count - 8
        if length > SafetensorsHeader.longestHeader {
            throw .parameter(name: "length of the header", value: "\(length) bytes", valid: "at most 16 MiB")
        }
        withUnsafeBytes(of: UInt64(length).littleEndian) { text.replaceSubrange(0..<8, with: $0) }
        return text
    }

    private static func write(_ item: Item, to file: AtomicFile) throws(TensorError) {
        switch item.numbers.content {
        case .doubles(let doubles):
            try doubles.withUnsafeBufferPointer { (doubles) throws(TensorError) in
                try write(doubles, to: file) { (from, to: UnsafeMutablePointer<UInt64>, count) in
                    to.update(from: UnsafeRawPointer(from).assumingMemoryBound(to: UInt64.self), count: count)
                }
            }
        case .integers(let integers):
            try integers.withUnsafeBufferPointer { (integers) throws(TensorError) in
                try write(integers, to: file) { (from, to: UnsafeMutablePointer<Int64>, count) in
                    to.update(from: from, count: count)
                }
            }
        case .floats(let array):
            try array.withUnsafeBufferPointer { (floats) throws(TensorError) in
                switch item.type {
                case .float16: try write(floats, to: file) { kindred_float_to_float16($0, $1, $2) }
                case .bfloat16: try write(floats, to: file) { kindred_float_to_bfloat16($0, $1, $2) }
                default:
                    try write(floats, to: file) {
                        $1.update(from: UnsafeRawPointer($0).assumingMemoryBound(to: UInt32.self), count: $2)
                    }
                }
            }
        }
    }

    /// Writes numbers a block at a time, each converted by `convert`, so that no second copy of a large array is made.
    private static func write<Value, Bits: FixedWidthInteger>(
        _ values: UnsafeBufferPointer<Value>, to file: AtomicFile,
        _ convert: (UnsafePointer<Value>, UnsafeMutablePointer<Bits>, Int) -> Void
    ) throws(TensorError) {
        guard let start = values.baseAddress else { return }
        let blockSize = 1 << 16
        let block = UnsafeMutableBufferPointer<Bits>.allocate(capacity: blockSize)
        defer { block.deallocate() }
        guard let target = block.baseAddress else { return }
        for position in stride(from: 0, to: values.count, by: blockSize) {
            let length = min(blockSize, values.count - position)
            convert(start + position, target, length)
            for index in 0..<length { target[index] = target[index].littleEndian }
            try file.write(UnsafeRawBufferPointer(start: target, count: length * MemoryLayout<Bits>.size))
        }
    }
}
