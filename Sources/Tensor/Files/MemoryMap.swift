#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The bytes of a regular file, mapped into memory for reading until the map is released.
///
/// Opening costs the same for every size; pages are read when they are touched. A file that is replaced by rename, as
/// ``AtomicFile`` does, keeps its old content here. A file that another program cuts short while it is mapped ends this
/// process when the missing part is touched: that is the system's rule for maps.
package final class MemoryMap: @unchecked Sendable {
    /// Where the file was found.
    package let path: String
    /// What the system knew the file by when it was opened.
    package let identity: FileIdentity
    /// The content. Valid as long as the map lives.
    package let bytes: UnsafeRawBufferPointer

    /// Maps the file at `path`.
    ///
    /// - Throws: ``TensorError/file(path:reason:)`` with the system's reason, or when `path` is a directory, pipe,
    ///   socket or device: those are refused at once, without waiting for a writer.
    /// - Complexity: O(1).
    package init(_ path: String) throws(TensorError) {
        try TensorError.checkPath(path)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(path) }
        switch FileKind(mode: status.st_mode) {
        case .regular: break
        case .directory: throw .system(path, code: EISDIR)
        case .special: throw .file(path: path, reason: "it is a pipe, socket or device; a regular file is needed")
        }
        self.path = path
        identity = FileIdentity(status)
        guard status.st_size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let count = Int(exactly: status.st_size),
            let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
        else { throw .system(path, doing: "the file cannot be mapped into memory") }
        bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    /// Lets the system drop what has been read; it is read again when it is touched.
    package func releasePages() {
        if let start = bytes.baseAddress {
            _ = madvise(UnsafeMutableRawPointer(mutating: start), bytes.count, Int32(MADV_DONTNEED))
        }
    }

    deinit {
        if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
    }
}
