/// What a digest does with blocks of 64 bytes.
package protocol BlockCompression: Sendable {
    /// The state before the first block.
    static var initial: [UInt32] { get }

    /// Mixes blocks into the state, one after the other.
    ///
    /// - Parameters:
    ///   - state: as many words as ``initial``.
    ///   - blocks: the bytes of `count` whole blocks.
    static func compress(_ state: UnsafeMutablePointer<UInt32>, _ blocks: UnsafePointer<UInt8>, _ count: Int)
}

/// A digest of bytes that come in pieces.
///
/// ```swift
/// var digest = SHA256()
/// digest.update(bytes)
/// print(digest.hexadecimal)
/// ```
///
/// - Reference: FIPS 180-4, section 5.1.1, for how the last block is filled.
package struct Digest<Compression: BlockCompression>: Sendable {
    private static var blockSize: Int { 64 }

    private var state = Compression.initial
    /// Bytes that do not fill a block yet.
    private var rest: [UInt8] = []
    private var length = 0

    package init() { rest.reserveCapacity(Self.blockSize) }

    /// Adds bytes.
    ///
    /// - Complexity: O(bytes).
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        length += bytes.count
        var bytes = bytes[...]
        if !rest.isEmpty {
            let taken = bytes.prefix(Self.blockSize - rest.count)
            rest.append(contentsOf: taken)
            bytes = bytes.dropFirst(taken.count)
            guard rest.count == Self.blockSize else { return }
            rest.withUnsafeBytes { compress($0) }
            rest.removeAll(keepingCapacity: true)
        }
        let whole = bytes.count / Self.blockSize * Self.blockSize
        compress(UnsafeRawBufferPointer(rebasing: bytes.prefix(whole)))
        rest.append(contentsOf: bytes.dropFirst(whole))
    }

    /// Adds bytes.
    package mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    private mutating func compress(_ blocks: UnsafeRawBufferPointer) {
        let bytes = blocks.bindMemory(to: UInt8.self)
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        state.withUnsafeMutableBufferPointer { state in
            guard let state = state.baseAddress else { return }
            Compression.compress(state, start, bytes.count / Self.blockSize)
        }
    }

    /// The digest of all bytes so far.
    package var bytes: [UInt8] {
        var copy = self
        let bits = UInt64(length) * 8
        var ending: [UInt8] = [0x80]
        ending += [UInt8](repeating: 0, count: (2 * Self.blockSize - 9 - rest.count) % Self.blockSize)
        ending += (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
        copy.update(ending)
        return copy.state.flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) }
        }
    }

    /// The digest as text of hexadecimal digits, in lower case.
    package var hexadecimal: String { Self.hexadecimal(bytes) }

    /// Bytes as text of hexadecimal digits, in lower case.
    package static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
