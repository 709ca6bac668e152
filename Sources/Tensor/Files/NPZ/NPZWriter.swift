/// Collects named arrays and writes them as one `.npz` archive, which `numpy.load` reads.
///
/// Arrays stand in the order in which they were added. Uncompressed archives are the very bytes that `numpy.savez`
/// writes; the same arrays always give the same bytes, and the file appears under its name complete or not at all.
///
/// ```swift
/// var writer = NPZWriter()
/// writer.add(features, named: "features")
/// writer.add(labels, named: "labels")
/// try writer.write(to: "features.npz", compressed: true)
/// ```
public struct NPZWriter: Sendable {
    private var items: [NamedNumbers] = []

    /// A writer without arrays.
    public init() {}

    /// Adds `array`, of type `f4`. Its storage is shared, not copied.
    public mutating func add(_ array: NDArray, named name: String) {
        items.append(NamedNumbers(array, name: name))
    }

    /// Adds `integers`, of type `i8`, in the given shape (by default a vector).
    ///
    /// - Precondition: the product of `shape` is `integers.count`.
    public mutating func add(_ integers: [Int], shape: [Int]? = nil, named name: String) {
        items.append(NamedNumbers(integers, shape: shape, name: name))
    }

    /// Writes all that was added to `path`.
    ///
    /// - Parameters:
    ///   - path: where the archive is written; what is there is replaced.
    ///   - compressed: whether arrays are deflated, one after the other, which needs as much memory as the
    ///     largest becomes.
    /// - Throws: ``TensorError/parameter(name:value:valid:)`` when a name was added twice or is longer than 65,531
    ///   bytes, or for more than 65,536 arrays; ``TensorError/file(path:reason:)``; then what was at `path` is still
    ///   there.
    /// - Complexity: O(bytes).
    public func write(to path: String, compressed: Bool = false) throws(TensorError) {
        try write(to: path, compressed: compressed, largestSmall: ZipWriter.largestSmall)
    }

    /// As ``write(to:compressed:)``; sizes beyond `largestSmall` are written in the form for large archives.
    package func write(to path: String, compressed: Bool, largestSmall: Int) throws(TensorError) {
        try checkNames()
        let file = try AtomicFile(path)
        var archive = ZipWriter(file, largestSmall: largestSmall)
        for item in items {
            let type: ElementType =
                switch item.content {
                case .floats: .float32
                case .doubles: .float64
                case .integers: .int64
                }
            let header = NPYFile.headerBytes(type: type, shape: item.shape)
            try header.withUnsafeBufferPointer { (header) throws(TensorError) in
                try item.withUnsafeBytes { (elements) throws(TensorError) in
                    try archive.add(
                        name: item.name + ".npy", parts: [UnsafeRawBufferPointer(header), elements],
                        compressed: compressed)
                }
            }
        }
        try archive.finish()
        try file.commit()
    }

    private func checkNames() throws(TensorError) {
        do throws(NameTable<Int>.Duplicate) {
            _ = try NameTable(items.map { ($0.name, 0) })
        } catch {
            throw .parameter(name: "name", value: "\(quoted(error.name)), twice", valid: "different for each array")
        }
        for item in items where item.name.utf8.count > 0xFFFF - 4 {
            throw .parameter(name: "name", value: quoted(item.name), valid: "at most 65531 bytes long")
        }
        if items.count > ZipDirectory.mostEntries {
            throw .parameter(
                name: "number of arrays", value: "\(items.count)", valid: "at most \(ZipDirectory.mostEntries)")
        }
    }
}
