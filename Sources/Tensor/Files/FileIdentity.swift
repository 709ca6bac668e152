#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the system knows a file by: where it is kept, its size, and when it was changed last.
///
/// As long as it stays the same, so has the content, unless it was changed a moment ago: clocks of file systems tick some
/// hundred times a second.
package struct FileIdentity: Sendable, Hashable {
    /// Device, number of the file, size, and seconds and nanoseconds of the last changes of content and of all that is known
    /// of the file.
    package let numbers: [Int]
    /// When anything was changed last, in seconds since 1970.
    package let changed: Int

    init(_ status: stat) {
        #if canImport(Darwin)
            let (content, all) = (status.st_mtimespec, status.st_ctimespec)
        #else
            let (content, all) = (status.st_mtim, status.st_ctim)
        #endif
        numbers = [
            Int(truncatingIfNeeded: status.st_dev), Int(truncatingIfNeeded: status.st_ino), Int(status.st_size),
            content.tv_sec, content.tv_nsec, all.tv_sec, all.tv_nsec,
        ]
        changed = all.tv_sec
    }

    /// That of the file that is at a path now; `nil` where there is none.
    package init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }
}
