/// Stands for a sequence of bytes; of different ones it differs, but for a chance of one in 2¹²⁸.
///
/// Another in every process, so that nobody can make two that agree.
struct ContentKey: Hashable {
    private let first, second: Int

    init(_ bytes: [UInt8]) { self = bytes.withUnsafeBytes { ContentKey($0) } }

    /// - Parameter length: of a row, where the same bytes may be of another shape.
    init(_ bytes: UnsafeRawBufferPointer, rowLength length: Int = 0) {
        func hash(_ salt: UInt8) -> Int {
            var hasher = Hasher()
            hasher.combine(salt)
            hasher.combine(length)
            hasher.combine(bytes: bytes)
            return hasher.finalize()
        }
        (first, second) = (hash(0), hash(1))
    }
}
