/// SHA-1, by which git names files. It tells accidents, not attacks.
///
/// - Reference: FIPS 180-4, section 6.1.
package typealias SHA1 = Digest<SHA1Compression>

package enum SHA1Compression: BlockCompression {
    package static let initial: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]

    package static func compress(
        _ state: UnsafeMutablePointer<UInt32>, _ blocks: UnsafePointer<UInt8>, _ count: Int
    ) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 80) { schedule in
            for block in 0..<count { compress(state, blocks + 64 * block, schedule) }
        }
    }

    @inline(__always)
    private static func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 { x &<< n | x &>> (32 &- n) }

    @inline(__always)
    private static func compress(
        _ state: UnsafeMutablePointer<UInt32>, _ block: UnsafePointer<UInt8>, _ w: UnsafeMutableBufferPointer<UInt32>
    ) {
        let words = UnsafeRawPointer(block)
        for t in 0..<16 { w[t] = UInt32(bigEndian: words.loadUnaligned(fromByteOffset: 4 &* t, as: UInt32.self)) }
        for t in 16..<80 { w[t] = rotate(w[t &- 3] ^ w[t &- 8] ^ w[t &- 14] ^ w[t &- 16], 1) }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        func rounds(_ range: Range<Int>, _ constant: UInt32, _ mix: (UInt32, UInt32, UInt32) -> UInt32) {
            for t in range {
                let next = rotate(a, 5) &+ mix(b, c, d) &+ e &+ constant &+ w[t]
                (e, d, c, b, a) = (d, c, rotate(b, 30), a, next)
            }
        }
        rounds(0..<20, 0x5a82_7999) { $2 ^ ($0 & ($1 ^ $2)) }
        rounds(20..<40, 0x6ed9_eba1) { $0 ^ $1 ^ $2 }
        rounds(40..<60, 0x8f1b_bcdc) { ($0 & $1) | ($2 & ($0 | $1)) }
        rounds(60..<80, 0xca62_c1d6) { $0 ^ $1 ^ $2 }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
    }
}
