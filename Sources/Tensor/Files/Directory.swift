#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a directory holds.
package enum Directory {
    /// One entry, by its name's bytes: names of files need not be text.
    package struct Entry: Sendable {
        package let name: [UInt8]
        package let isLink: Bool
        /// What the entry itself is; for a link, see ``FileKind/ofPath(_:)``.
        package let kind: FileKind
    }

    /// The entries of the directory at `path` without `.` and `..`, in byte order of their names.
    ///
    /// An entry that vanishes while the directory is read is left out.
    ///
    /// - Throws: ``TensorError/file(path:reason:)`` with the system's reason.
    package static func entries(of path: String) throws(TensorError) -> [Entry] {
        try TensorError.checkPath(path)
        guard let directory = opendir(path) else { throw .system(path) }
        defer { closedir(directory) }
        var result: [Entry] = []
        while true {
            errno = 0
            guard let entry = readdir(directory) else {
                if errno != 0 { throw .system(path) }
                break
            }
            // The record may be shorter than its type says, so that it must not be copied as a whole.
            guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { break }
            let name = (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)
            if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { continue }
            var status = stat()
            guard fstatat(dirfd(directory), name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            let bytes = Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
            let isLink = status.st_mode & mode_t(S_IFMT) == mode_t(S_IFLNK)
            result.append(Entry(name: bytes, isLink: isLink, kind: FileKind(mode: status.st_mode)))
        }
        return result.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }
}

extension FileKind {
    /// Whether this process may read what is at `path`; the system's reason when not.
    package static func reasonAgainstReading(_ path: String) -> String? {
        access(path, R_OK) == 0 ? nil : String(cString: strerror(errno))
    }
}
