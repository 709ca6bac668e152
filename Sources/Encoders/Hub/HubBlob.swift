import Tensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The content of a file on its way into the cache: it gets its name when size and digest are those listed.
///
/// What an earlier try brought is kept and gone on from.
final class HubBlob: HubReceiver {
    private let file: HubFile
    /// What messages call it.
    private let subject: String
    private let path, temporary: String
    private let descriptor: Int32
    private var digest: HubDigest
    private(set) var position = 0
    /// Whether bytes of an earlier try are among those that are there.
    private var isResumed = false
    private let moved: (Int) -> Bool

    /// Opens what is there, and takes its digest.
    ///
    /// - Parameters:
    ///   - path: where the content will be.
    ///   - temporary: where it is before.
    ///   - moved: told how many bytes are there, and asked whether to go on.
    init(
        _ file: HubFile, subject: String, path: String, temporary: String, moved: @escaping (Int) -> Bool
    ) throws(EncoderError) {
        self.file = file
        self.subject = subject
        self.path = path
        self.temporary = temporary
        self.moved = moved
        digest = HubDigest(of: file)
        descriptor = open(temporary, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard descriptor >= 0 else { throw FileSystem.failure(temporary) }
        try takeEarlierBytes()
    }

    deinit { close(descriptor) }

    var isComplete: Bool { position == file.size }

    private func takeEarlierBytes() throws(EncoderError) {
        guard let size = FileSystem.size(temporary), size > 0, size <= file.size else { return try startAgain() }
        var buffer = [UInt8](repeating: 0, count: min(size, 1 << 20))
        while position < size {
            let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, off_t(position)) }
            guard count > 0 else { return try startAgain() }
            let taken = min(count, size - position)
            buffer.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[..<taken])) }
            position += taken
            guard moved(position) else { throw .cancelled }
        }
        isResumed = true
    }

    func startAgain() throws(EncoderError) {
        guard ftruncate(descriptor, 0) == 0 else { throw FileSystem.failure(temporary) }
        digest = HubDigest(of: file)
        position = 0
        isResumed = false
    }

    func begin(_ answer: HubConnection.Answer) throws(EncoderError) {
        var total = answer.headers["content-length"].flatMap { Int($0) }
        if answer.status == 206 {
            // Such as: bytes 100-999/1000
            let range = (answer.headers["content-range"] ?? "").split(separator: " ").last ?? ""
            guard let start = range.split(separator: "-").first.flatMap({ Int($0) }), start == position else {
                throw .download(
                    name: subject,
                    reason: "the hub sends the bytes \(quoted(String(range))), not those from \(position)")
            }
            total = range.split(separator: "/").last.flatMap { Int($0) }
        }
        // Looked at before anything is given up: it may be the page of a network that wants a login.
        if let total, total != file.size { throw wrongSize(total) }
        // A server that does not know ranges sends all.
        if answer.status == 200, position > 0 { try startAgain() }
    }

    func receive(_ bytes: UnsafeRawBufferPointer) throws(EncoderError) {
        guard bytes.count <= file.size - position else {
            unlink(temporary)
            throw wrongSize(nil)
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let chunk = UnsafeRawBufferPointer(rebasing: rest)
            let written = pwrite(descriptor, chunk.baseAddress, chunk.count, off_t(position))
            guard written >= 0 else {
                if errno == EINTR { continue }
                throw FileSystem.failure(temporary)
            }
            digest.update(UnsafeRawBufferPointer(rebasing: chunk.prefix(written)))
            position += written
            rest = rest.dropFirst(written)
        }
        guard moved(position) else { throw .cancelled }
    }

    private func wrongSize(_ size: Int?) -> EncoderError {
        .file(
            path: subject, reason: "the hub sends \(size.map { "\($0)" } ?? "more") bytes, but lists \(file.size)")
    }

    /// What is wrong when all is there: `nil` when it is what was listed; `true` when another try may help, since the
    /// fault may be in what an earlier one left.
    private func problem() -> (digest: String, mayPass: Bool)? {
        let found = digest.hexadecimal
        return found == file.blobName ? nil : (found, isResumed)
    }

    /// Downloads what is missing, checks all, and gives the content its name.
    func fetch(_ address: String, by client: HubClient) throws(EncoderError) {
        while true {
            // A file without bytes has none to be asked for, either.
            if !isComplete { try client.fetch(address, subject: subject, into: self) }
            guard let (found, mayPass) = problem() else { break }
            guard mayPass else {
                unlink(temporary)
                throw .file(
                    path: subject,
                    reason: "its \(file.sha256 == nil ? "SHA-1" : "SHA-256") is \(found), but the hub lists "
                        + "\(file.blobName); nothing was kept")
            }
            try startAgain()
        }
        // All is to be on the disk before there is a name for it.
        guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw FileSystem.failure(path) }
    }
}

/// The digest by which the hub knows a file: of a large one SHA-256, of others git's, which is SHA-1 with the length
/// before.
struct HubDigest {
    private enum Kind {
        case large(SHA256)
        case git(SHA1)
    }

    private var kind: Kind

    init(of file: HubFile) {
        if file.sha256 != nil {
            kind = .large(SHA256())
        } else {
            var digest = SHA1()
            digest.update(Array("blob \(file.size)".utf8) + [0])
            kind = .git(digest)
        }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch kind {
        case .large(var digest):
            digest.update(bytes)
            kind = .large(digest)
        case .git(var digest):
            digest.update(bytes)
            kind = .git(digest)
        }
    }

    var hexadecimal: String {
        switch kind {
        case .large(let digest): digest.hexadecimal
        case .git(let digest): digest.hexadecimal
        }
    }
}
