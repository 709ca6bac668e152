import Tensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Keeps other processes from downloading the same file, for as long as it lives.
///
/// It is the lock that the hub's Python client takes, so that the two wait for each other. Nothing but the work done
/// twice depends on it: on file systems that know no locks, work goes on without.
final class HubLock {
    private let descriptor: Int32

    /// Waits until no other process has the lock at `path`.
    ///
    /// - Parameter wait: called between looks; throws when the work should stop.
    init(_ path: String, wait: () throws(EncoderError) -> Void) throws(EncoderError) {
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o664)
            guard descriptor >= 0 else { throw FileSystem.failure(path) }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                // Some programs remove their lock: then another file has its name by now.
                var (mine, named) = (stat(), stat())
                if fstat(descriptor, &mine) == 0, stat(path, &named) == 0, mine.st_ino == named.st_ino {
                    self.descriptor = descriptor
                    return
                }
            } else if errno != EWOULDBLOCK, errno != EINTR, errno != EACCES {
                self.descriptor = descriptor
                return
            } else {
                close(descriptor)
                try wait()
                continue
            }
            close(descriptor)
        }
    }

    deinit { close(descriptor) }
}
