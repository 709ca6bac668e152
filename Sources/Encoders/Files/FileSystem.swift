import Tensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What caches, and whoever looks for equal files, ask of the file system.
enum FileSystem {
    /// The system's reason for the call that just failed.
    static var reason: String { String(cString: strerror(errno)) }

    /// Why the file or directory at `path` cannot be made, for the call that just failed.
    static func failure(_ path: String) -> EncoderError {
        .download(name: path, reason: "cannot be written: \(reason)")
    }

    /// The bytes of the regular file that `path` leads to; `nil` when there is none.
    static func size(_ path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & mode_t(S_IFMT) == mode_t(S_IFREG) else { return nil }
        return Int(status.st_size)
    }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR)
    }

    /// When the file at `path` was last changed, in seconds since 1970.
    static func changed(_ path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        #if canImport(Darwin)
            return Int(status.st_mtimespec.tv_sec)
        #else
            return Int(status.st_mtim.tv_sec)
        #endif
    }

    /// What the file at `path` is however it was reached: links to one file have one identity.
    static func identity(_ path: String) -> [UInt64]? {
        var status = stat()
        return stat(path, &status) == 0 ? [UInt64(status.st_dev), UInt64(status.st_ino)] : nil
    }

    /// The text of a small file; `nil` when there is none.
    static func text(_ path: String, most: Int) -> String? {
        guard let size = size(path), size <= most, let content = try? FileBytes(mapping: path) else { return nil }
        return content.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// The names in a directory that are text, in order; none when there is no such directory.
    static func names(_ directory: String) -> [String] {
        ((try? Directory.entries(of: directory)) ?? []).compactMap { String(validating: $0.name, as: UTF8.self) }
    }

    /// Makes a directory and those above it.
    static func makeDirectory(_ path: String) throws(EncoderError) {
        if isDirectory(path) { return }
        if let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex {
            try makeDirectory(String(path[..<slash]))
        }
        guard mkdir(path, 0o777) == 0 || (errno == EEXIST && isDirectory(path)) else { throw failure(path) }
    }

    /// Makes the directories of a path below `root`, none of which may be a link to elsewhere.
    static func makeDirectories(of path: String, below root: String) throws(EncoderError) {
        try makeDirectory(root)
        var directory = root
        for part in path.split(separator: "/").dropLast() {
            directory += "/\(part)"
            guard mkdir(directory, 0o777) == 0 || errno == EEXIST else { throw failure(directory) }
            var status = stat()
            guard lstat(directory, &status) == 0, status.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR) else {
                throw .download(name: directory, reason: "cannot be written: something else has this name")
            }
        }
    }

    /// Puts a link to `target` at `path`, in place of what is there.
    static func link(_ target: String, at path: String) throws(EncoderError) {
        if symlink(target, path) == 0 { return }
        guard errno == EEXIST else { throw failure(path) }
        // Made beside and then renamed, so that at every moment there is a file.
        let temporary = path + ".\(String(UInt32.random(in: .min ... .max), radix: 36)).tmp"
        guard symlink(target, temporary) == 0 else { throw failure(path) }
        guard rename(temporary, path) == 0 else {
            let error = failure(path)
            unlink(temporary)
            throw error
        }
    }

    static func write(_ text: String, to path: String) throws(EncoderError) {
        do { try AtomicFile.write(text, to: path) } catch { throw .download(name: path, reason: "\(error)") }
    }

    /// The bytes that are free for this user where `path` lies; `nil` when the system does not say.
    static func free(_ path: String) -> Int? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return Int(
            clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
    }
}
