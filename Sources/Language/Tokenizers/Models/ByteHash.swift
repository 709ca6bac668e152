/// Hashes short runs of bytes.
///
/// The seed differs from process to process, so that no file can be made whose tokens all collide; nothing that is
/// answered depends on it.
enum ByteHash {
    static let seed = UInt64.random(in: 0 ... .max)
    private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15

    @inline(__always)
    static func mix(_ value: UInt64) -> UInt64 {
        let (high, low) = (value ^ seed).multipliedFullWidth(by: multiplier)
        return high ^ low
    }

    @inline(__always)
    static func hash(_ start: UnsafePointer<UInt8>, count: Int) -> UInt64 {
        var result = seed &+ UInt64(truncatingIfNeeded: count)
        var position = 0
        let raw = UnsafeRawPointer(start)
        while count - position >= 8 {
            result = fold(result ^ raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            position += 8
        }
        return fold(result ^ tail(raw + position, count: count - position))
    }

    /// The last, fewer than eight bytes in one number, none of them lost.
    @inline(__always)
    private static func tail(_ start: UnsafeRawPointer, count: Int) -> UInt64 {
        if count >= 4 {
            let low = UInt64(start.loadUnaligned(as: UInt32.self))
            return low | UInt64(start.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)) << 32
        }
        if count == 0 { return 0 }
        let bytes = start.assumingMemoryBound(to: UInt8.self)
        return UInt64(bytes[0]) | UInt64(bytes[count >> 1]) << 8 | UInt64(bytes[count - 1]) << 16
    }

    @inline(__always)
    private static func fold(_ value: UInt64) -> UInt64 {
        let (high, low) = (value ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: multiplier)
        return high ^ low
    }

    /// Whether two runs of the same length hold the same bytes.
    @inline(__always)
    static func areEqual(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let a = UnsafeRawPointer(left.baseAddress), let b = UnsafeRawPointer(right.baseAddress) else {
            return true
        }
        var position = 0
        while left.count - position >= 8 {
            if a.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                != b.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            {
                return false
            }
            position += 8
        }
        let count = left.count - position
        return tail(a + position, count: count) == tail(b + position, count: count)
    }
}
