/// The bytes of a file or of a part of it, with what keeps them in memory.
package struct FileBytes: @unchecked Sendable {
    /// What errors call the bytes: the file's path, with the name of the part.
    package let path: String
    /// The content. Valid as long as the owner lives. Never written to.
    package let bytes: UnsafeRawBufferPointer
    package let owner: AnyObject

    package init(path: String, bytes: UnsafeRawBufferPointer, owner: AnyObject) {
        self.path = path
        self.bytes = bytes
        self.owner = owner
    }

    /// The file at `path`, mapped into memory.
    ///
    /// - Throws: ``TensorError/file(path:reason:)``.
    /// - Complexity: O(1).
    package init(mapping path: String) throws(TensorError) {
        let map = try MemoryMap(path)
        self.init(path: path, bytes: map.bytes, owner: map)
    }

    /// `count` bytes of new memory that `fill` initializes.
    package init<E: Error>(
        path: String, count: Int, filledBy fill: (UnsafeMutableRawBufferPointer) throws(E) -> Void
    ) throws(E) {
        let memory = OwnedBytes(count: count)
        try fill(UnsafeMutableRawBufferPointer(start: memory.start, count: count))
        self.init(path: path, bytes: UnsafeRawBufferPointer(start: memory.start, count: count), owner: memory)
    }

    /// A copy of `bytes`.
    package init(_ bytes: some Collection<UInt8>, path: String) {
        self.init(path: path, count: bytes.count) { $0.copyBytes(from: bytes) }
    }

    /// A part of the bytes.
    ///
    /// - Precondition: `range` lies within the bytes.
    func part(_ range: Range<Int>, path: String) -> FileBytes {
        FileBytes(path: path, bytes: UnsafeRawBufferPointer(rebasing: bytes[range]), owner: owner)
    }

    /// Calls `body` while the bytes are kept in memory.
    package func withBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        defer { withExtendedLifetime(owner) {} }
        return try body(bytes)
    }
}

/// Memory that lives as long as this object.
private final class OwnedBytes {
    let start: UnsafeMutableRawPointer

    init(count: Int) {
        start = .allocate(byteCount: max(1, count), alignment: FloatStorage.alignment)
    }

    deinit { start.deallocate() }
}
