/// Reads numbers from untrusted bytes; past the end every answer is `nil`.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private let bigEndian: Bool
    /// The offset of the next byte from the first. May be set to any number that is not negative.
    var position = 0

    init(_ bytes: ArraySlice<UInt8>, bigEndian: Bool) {
        self.bytes = bytes
        self.bigEndian = bigEndian
    }

    /// The next `count` bytes.
    mutating func slice(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, position <= bytes.count, count <= bytes.count - position else { return nil }
        let start = bytes.startIndex + position
        position += count
        return bytes[start..<start + count]
    }

    mutating func byte() -> UInt8? { slice(1)?.first }

    mutating func uint16() -> UInt16? { number(2).map { UInt16(truncatingIfNeeded: $0) } }

    mutating func uint32() -> UInt32? { number(4) }

    mutating func int32() -> Int32? { number(4).map { Int32(bitPattern: $0) } }

    private mutating func number(_ count: Int) -> UInt32? {
        guard let slice = slice(count) else { return nil }
        return bigEndian
            ? slice.reduce(0) { $0 << 8 | UInt32($1) } : slice.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
