/// Whole numbers at given places of untrusted bytes, the least significant byte first.
struct ByteFields {
    let bytes: UnsafeRawBufferPointer

    /// The number at `offset`, or `nil` when it does not lie within the bytes.
    func number<Value: FixedWidthInteger & UnsignedInteger>(at offset: Int, as type: Value.Type) -> Value? {
        guard offset >= 0, offset <= bytes.count - MemoryLayout<Value>.size else { return nil }
        return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// The bytes in `offset..<offset + count`, or `nil` when they do not lie within the bytes.
    func part(at offset: Int, count: Int) -> UnsafeRawBufferPointer? {
        guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }

    func uint16(_ offset: Int) -> Int? { number(at: offset, as: UInt16.self).map(Int.init) }
    func uint32(_ offset: Int) -> Int? { number(at: offset, as: UInt32.self).map(Int.init) }
    /// A 64-bit number, or `nil` also when no `Int` holds it.
    func uint64(_ offset: Int) -> Int? { number(at: offset, as: UInt64.self).flatMap { Int(exactly: $0) } }
}
