#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension TensorError {
    /// The system's reason for the call that just failed, as an error about `path`. To be made before any other call.
    static func system(_ path: String, code: Int32 = errno, doing action: String? = nil) -> TensorError {
        let reason = String(cString: strerror(code))
        return .file(path: path, reason: action.map { "\($0): \(reason)" } ?? reason)
    }

    /// Throws when the system would see only the part of `path` before a NUL, or nothing at all.
    static func checkPath(_ path: String) throws(TensorError) {
        if path.isEmpty { throw .file(path: path, reason: "the path is empty") }
        if path.utf8.contains(0) { throw .file(path: path, reason: "the path contains a NUL character") }
    }
}

/// What kind of thing a path leads to.
package enum FileKind: Sendable, Equatable {
    case regular
    case directory
    /// A pipe, socket or device.
    case special

    init(mode: mode_t) {
        switch mode & mode_t(S_IFMT) {
        case mode_t(S_IFREG): self = .regular
        case mode_t(S_IFDIR): self = .directory
        default: self = .special
        }
    }

    /// What `path` leads to once symbolic links are followed; `nil` when there is nothing.
    ///
    /// - Throws: ``TensorError/file(path:reason:)`` when the system does not say, as for a loop of links.
    package static func ofPath(_ path: String) throws(TensorError) -> FileKind? {
        try TensorError.checkPath(path)
        var status = stat()
        if stat(path, &status) == 0 { return FileKind(mode: status.st_mode) }
        let code = errno
        if code == ENOENT || code == ENOTDIR { return nil }
        throw .system(path, code: code)
    }
}
