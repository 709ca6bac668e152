private import CZlib

/// The named arrays in a `.npz` archive, as `numpy.savez` and `numpy.savez_compressed` write it.
///
/// The file is mapped into memory, and opening it reads only its directory. An array is checked, and if need be
/// inflated, when it is asked for. The archive is not trusted: sizes, places and checksums are verified, no array is
/// inflated beyond a limit, and names are never used as paths.
///
/// ```swift
/// let archive = try NPZFile("features.npz")
/// print(archive.names)                          // ["features", "labels"]
/// let features = try archive.array(named: "features")
/// let labels = try archive.integers(named: "labels")
/// ```
///
/// - SeeAlso: ``NPZWriter``.
public struct NPZFile: Sendable {
    private let content: FileBytes
    private let table: NameTable<ZipEntry>
    private let inflatedByteLimit: Int

    /// Deflate cannot shrink anything further than this.
    private static let greatestRatio = 1032

    /// Opens the archive at `path` and checks its directory.
    ///
    /// - Parameters:
    ///   - path: the archive.
    ///   - inflatedByteLimit: the most bytes that one compressed array may become. Arrays that are not
    ///     compressed are bounded by the file itself.
    /// - Throws: ``TensorError/file(path:reason:)`` when the file cannot be read; ``TensorError/format(path:reason:)``
    ///   when it is not a whole archive, or its directory contradicts itself.
    /// - Complexity: O(n log n) for n entries.
    public init(_ path: String, inflatedByteLimit: Int = 4 << 30) throws(TensorError) {
        try self.init(FileBytes(mapping: path), inflatedByteLimit: inflatedByteLimit)
    }

    /// The arrays in `content`, in memory.
    package init(_ content: FileBytes, inflatedByteLimit: Int = 4 << 30) throws(TensorError) {
        let path = content.path
        let directory: ZipDirectory
        do throws(ZipDirectory.Problem) {
            directory = try content.withBytes { (bytes) throws(ZipDirectory.Problem) in try ZipDirectory(bytes) }
        } catch {
            throw .format(path: path, reason: "not a whole .npz archive: \(error.reason)")
        }
        let suffix = Array(".npy".utf8)
        let arrays = directory.entries.filter { $0.name.utf8.suffix(4).elementsEqual(suffix) }
        do throws(NameTable<ZipEntry>.Duplicate) {
            table = try NameTable(arrays.map { (String(decoding: $0.name.utf8.dropLast(4), as: UTF8.self), $0.entry) })
        } catch {
            throw .format(path: path, reason: "the array \(quoted(error.name)) occurs twice")
        }
        self.content = content
        self.inflatedByteLimit = inflatedByteLimit
    }

    /// Where the archive was found.
    public var path: String { content.path }
    /// The arrays' names, in byte order. Entries that are no arrays (whose names do not end with `.npy`) are left out.
    public var names: [String] { table.names }

    /// The array called `name` as a `.npy` file: its type and shape, and its numbers when asked for.
    ///
    /// - Throws: ``TensorError/format(path:reason:)`` when there is no such array, its bytes are damaged or become more
    ///   than the limit allows, or they are not a whole `.npy` file of numbers.
    /// - Complexity: O(bytes).
    public func file(named name: String) throws(TensorError) -> NPYFile {
        guard let entry = table[name] else { throw .missingArray(name, path: path, names: names) }
        return try NPYFile(try bytes(of: entry, path: "\(path): array \(quoted(name))"))
    }

    /// The array called `name`, converted to `Float`, as by ``NPYFile/array(requiringFinite:)``.
    ///
    /// - Throws: as ``file(named:)``, and ``TensorError/notFinite(source:row:column:)``.
    /// - Complexity: O(bytes).
    public func array(named name: String, requiringFinite: Bool = true) throws(TensorError) -> NDArray {
        try file(named: name).array(requiringFinite: requiringFinite)
    }

    /// The elements of the array of integers or booleans called `name`, as by ``NPYFile/integers()``.
    ///
    /// - Throws: as ``file(named:)`` and ``NPYFile/integers()``.
    /// - Complexity: O(bytes).
    public func integers(named name: String) throws(TensorError) -> [Int] {
        try file(named: name).integers()
    }

    private func bytes(of entry: ZipEntry, path: String) throws(TensorError) -> FileBytes {
        let stored = content.part(entry.stored, path: path)
        let result = entry.method == .stored ? stored : try inflated(stored, byteCount: entry.byteCount)
        let checksum = result.withBytes { kindred_crc32(0, $0.baseAddress, $0.count) }
        guard checksum == entry.checksum else {
            throw .format(path: path, reason: "the bytes are damaged: their checksum is not the archive's")
        }
        return result
    }

    private func inflated(_ stored: FileBytes, byteCount: Int) throws(TensorError) -> FileBytes {
        func problem(_ reason: String) -> TensorError { .format(path: stored.path, reason: reason) }
        guard byteCount <= inflatedByteLimit else {
            throw problem("it would inflate to \(byteCount) bytes; the limit is \(inflatedByteLimit)")
        }
        // Checked before the memory is taken: what cannot be true is not tried.
        guard byteCount / Self.greatestRatio <= stored.bytes.count else {
            throw problem("\(stored.bytes.count) bytes cannot inflate to \(byteCount)")
        }
        return try FileBytes(path: stored.path, count: byteCount) { (target) throws(TensorError) in
            let status = stored.withBytes { kindred_inflate($0.baseAddress, $0.count, target.baseAddress, byteCount) }
            switch status {
            case KINDRED_ZLIB_OK: return
            case KINDRED_ZLIB_MEMORY: throw problem("there is not enough memory to inflate it")
            case KINDRED_ZLIB_LENGTH:
                throw problem("it does not inflate to the \(byteCount) bytes that the archive says")
            default: throw problem("its compressed bytes are damaged")
            }
        }
    }
}
