#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads files that may be anything: absent, a directory, a pipe that never ends, or far too large.
public enum FileReader {
    /// The bytes of the regular file at `path`.
    ///
    /// - Parameters:
    ///   - path: the file, or a symbolic link to it.
    ///   - limit: the most bytes it may have; 256 MiB by default.
    /// - Throws: ``ImagingError/unreadable(name:reason:)``, ``ImagingError/notAFile(name:kind:)``,
    ///   ``ImagingError/empty(name:)`` or ``ImagingError/fileTooLarge(name:bytes:limit:)``.
    /// - Complexity: O(bytes of the file).
    public static func bytes(
        ofFile path: String, limit: Int = ImageLimits().fileBytes
    ) throws(ImagingError) -> [UInt8] {
        // Without O_NONBLOCK, opening a pipe would wait for a writer.
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw .unreadable(name: path, reason: errorText()) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .unreadable(name: path, reason: errorText()) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .notAFile(name: path, kind: kind(ofMode: status.st_mode))
        }
        let size = Int(status.st_size)
        guard size <= limit else { throw .fileTooLarge(name: path, bytes: size, limit: limit) }
        let bytes = try read(file, size: size, path: path)
        guard !bytes.isEmpty else { throw .empty(name: path) }
        return bytes
    }

    /// Up to `size` bytes: a file that grows meanwhile is cut, one that shrinks is short.
    private static func read(_ file: Int32, size: Int, path: String) throws(ImagingError) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            while filled < size, let start = buffer.baseAddress {
                #if canImport(Darwin)
                    let count = Darwin.read(file, start + filled, size - filled)
                #elseif canImport(Musl)
                    let count = Musl.read(file, start + filled, size - filled)
                #else
                    let count = Glibc.read(file, start + filled, size - filled)
                #endif
                if count == 0 { return }
                if count > 0 {
                    filled += count
                } else if errno != EINTR {
                    failed = true
                    return
                }
            }
        }
        if failed { throw .unreadable(name: path, reason: errorText()) }
        return bytes
    }

    private static func errorText() -> String { String(cString: strerror(errno)) }

    private static func kind(ofMode mode: mode_t) -> String {
        switch mode & S_IFMT {
        case S_IFDIR: "a directory"
        case S_IFIFO: "a pipe"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }
}
