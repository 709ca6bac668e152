#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that appears under its name complete, or not at all.
///
/// The bytes go to a hidden file in the same directory, which takes the target's name in one step when ``commit()`` is
/// called. Released before that, the hidden file is removed and the target is as it was. A target that is a symbolic
/// link stays one, and the file it leads to is replaced; an existing file keeps its permissions. A device or pipe, such
/// as `/dev/stdout`, cannot be replaced and is written to directly.
///
/// ```swift
/// let file = try AtomicFile("labels.csv")
/// try file.write("id,label\n")
/// try file.commit()
/// ```
package final class AtomicFile {
    private static let bufferSize = 1 << 16

    package let path: String
    /// The hidden file and the name that it will take; `nil` when a device is written to directly.
    private let move: (from: String, to: String)?
    private var descriptor: Int32
    private var isCommitted = false
    private var buffer: [UInt8] = []

    /// Starts the file that will be found at `path`.
    ///
    /// - Throws: ``TensorError/file(path:reason:)`` when the directory is missing or may not be written to, or when
    ///   `path` is a directory.
    package init(_ path: String) throws(TensorError) {
        try TensorError.checkPath(path)
        self.path = path
        var status = stat()
        let exists = stat(path, &status) == 0
        if !exists, errno != ENOENT { throw .system(path) }
        if exists, FileKind(mode: status.st_mode) == .directory { throw .system(path, code: EISDIR) }
        if exists, FileKind(mode: status.st_mode) == .special {
            descriptor = open(path, O_WRONLY | O_CLOEXEC)
            move = nil
            guard descriptor >= 0 else { throw .system(path) }
            return
        }
        let target = exists ? Self.resolvingLinks(path) : path
        let directory = Self.directory(of: target)
        // Random, because processes in two containers may have one number and one directory; without the target's name,
        // because with it the hidden name could be longer than the system allows.
        let temporary = "\(directory)/.kindred-\(String(UInt64.random(in: .min ... .max), radix: 36)).tmp"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        move = (temporary, target)
        guard descriptor >= 0 else { throw .system(path, doing: "no file can be made in \(directory)") }
        if exists { fchmod(descriptor, status.st_mode & 0o7777) }
        buffer.reserveCapacity(Self.bufferSize)
    }

    /// Adds bytes.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(TensorError) {
        if buffer.count + bytes.count <= Self.bufferSize {
            buffer.append(contentsOf: bytes)
            return
        }
        try flush()
        if bytes.count < Self.bufferSize {
            buffer.append(contentsOf: bytes)
        } else {
            try writeNow(bytes)
        }
    }

    /// Adds bytes.
    package func write(_ bytes: [UInt8]) throws(TensorError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(TensorError) in try write(UnsafeRawBufferPointer(bytes)) }
    }

    /// Adds the UTF-8 bytes of `text`.
    package func write(_ text: String) throws(TensorError) {
        var text = text
        let result = text.withUTF8 { bytes -> Result<Void, TensorError> in
            Result { () throws(TensorError) in try write(UnsafeRawBufferPointer(bytes)) }
        }
        try result.get()
    }

    /// Brings everything to the disk and gives the file its name. Nothing can be written afterwards.
    ///
    /// - Parameter waitingForDisk: whether the file is to be whole even if the machine stops at once.
    package func commit(waitingForDisk: Bool = true) throws(TensorError) {
        precondition(!isCommitted, "a file is committed once")
        try flush()
        // Pipes and devices have nothing to bring to a disk, and say so.
        if waitingForDisk, move != nil, fsync(descriptor) != 0 { throw .system(path) }
        let closed = close(descriptor)
        descriptor = -1
        if closed != 0 { throw .system(path) }
        if let move, rename(move.from, move.to) != 0 { throw .system(path) }
        isCommitted = true
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if let move, !isCommitted { unlink(move.from) }
    }

    private func flush() throws(TensorError) {
        try buffer.withUnsafeBufferPointer { (bytes) throws(TensorError) in try writeNow(UnsafeRawBufferPointer(bytes))
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private func writeNow(_ bytes: UnsafeRawBufferPointer) throws(TensorError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let chunk = UnsafeRawBufferPointer(rebasing: rest)
            #if canImport(Glibc)
                let written = Glibc.write(descriptor, chunk.baseAddress, chunk.count)
            #elseif canImport(Musl)
                let written = Musl.write(descriptor, chunk.baseAddress, chunk.count)
            #else
                let written = Darwin.write(descriptor, chunk.baseAddress, chunk.count)
            #endif
            if written < 0 {
                if errno == EINTR { continue }
                throw .system(path)
            }
            rest = rest.dropFirst(written)
        }
    }

    private static func resolvingLinks(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "" : String(path[..<slash])
    }
}

extension AtomicFile {
    /// Writes `bytes` as the whole file at `path`.
    ///
    /// - Throws: ``TensorError/file(path:reason:)``; then the file at `path` is as it was.
    package static func write(_ bytes: [UInt8], to path: String) throws(TensorError) {
        try write(pieces: CollectionOfOne(bytes), to: path)
    }

    /// Writes `text`, as UTF-8, as the whole file at `path`.
    package static func write(_ text: String, to path: String) throws(TensorError) {
        let file = try AtomicFile(path)
        try file.write(text)
        try file.commit()
    }

    /// Writes `pieces`, one after the other, as the whole file at `path`.
    package static func write(pieces: some Sequence<[UInt8]>, to path: String) throws(TensorError) {
        let file = try AtomicFile(path)
        for piece in pieces { try file.write(piece) }
        try file.commit()
    }
}
