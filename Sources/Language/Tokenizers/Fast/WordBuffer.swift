/// A word that grows byte by byte in memory of its caller's.
struct WordBuffer {
    /// Words that come near this length are left to the exact way.
    static let capacity = 4096
    /// More bytes than any character becomes.
    private static let reserve = 256

    private let memory: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    /// - Precondition: `memory` has room for ``capacity`` bytes.
    init(_ memory: UnsafeMutableBufferPointer<UInt8>) { self.memory = memory }

    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: memory[..<count]) }

    /// Whether another character may be appended.
    @inline(__always)
    var hasRoom: Bool { count < Self.capacity - Self.reserve }

    @inline(__always)
    mutating func removeAll() { count = 0 }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        memory[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func append(utf8Of scalar: UInt32) { UTF8Bytes.forEach(of: scalar) { append($0) } }
}
