/// A counter-based random number generator (Philox 4×32 with 10 rounds), keyed by seed, stage and item.
///
/// Each (seed, stage, item) names an independent stream, so parallel code draws the same numbers whichever thread
/// draws them, and adding a stage never shifts the numbers of another.
///
/// - Reference: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011, doi:10.1145/2063384.2063405.
public struct RandomSource: RandomNumberGenerator, Sendable {
    private let key: (UInt32, UInt32)
    private let stream: (UInt32, UInt32)
    private var counter: UInt64 = 0
    private var block: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    private var used = 4

    /// The stream named by `seed`, `stage` and `item`.
    ///
    /// - Parameters:
    ///   - seed: the user's seed.
    ///   - stage: what the numbers are for; different text gives a different stream.
    ///   - item: the item (row, restart, tile) that the numbers belong to.
    public init(seed: UInt64, stage: StaticString = "", item: Int = 0) {
        // The stage's name is folded into the key (FNV-1a), the item is the upper half of the counter.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        stage.withUTF8Buffer { bytes in
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        }
        let mixed = seed ^ (hash == 0xcbf2_9ce4_8422_2325 ? 0 : hash)
        key = (UInt32(truncatingIfNeeded: mixed), UInt32(truncatingIfNeeded: mixed >> 32))
        let item = UInt64(bitPattern: Int64(item))
        stream = (UInt32(truncatingIfNeeded: item), UInt32(truncatingIfNeeded: item >> 32))
    }

    /// Philox 4×32-10: the four words that belong to `counter` under `key`.
    package static func philox(
        counter: (UInt32, UInt32, UInt32, UInt32), key: (UInt32, UInt32)
    ) -> (UInt32, UInt32, UInt32, UInt32) {
        var (x0, x1, x2, x3) = counter
        var (k0, k1) = key
        for _ in 0..<10 {
            let p0 = UInt64(x0) &* 0xD251_1F53
            let p1 = UInt64(x2) &* 0xCD9E_8D57
            (x0, x1, x2, x3) = (
                UInt32(truncatingIfNeeded: p1 >> 32) ^ x1 ^ k0, UInt32(truncatingIfNeeded: p1),
                UInt32(truncatingIfNeeded: p0 >> 32) ^ x3 ^ k1, UInt32(truncatingIfNeeded: p0)
            )
            k0 = k0 &+ 0x9E37_79B9
            k1 = k1 &+ 0xBB67_AE85
        }
        return (x0, x1, x2, x3)
    }

    private mutating func nextWord() -> UInt32 {
        if used == 4 {
            block = Self.philox(
                counter: (
                    UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32), stream.0, stream.1
                ), key: key)
            counter &+= 1
            used = 0
        }
        defer { used += 1 }
        switch used {
        case 0: return block.0
        case 1: return block.1
        case 2: return block.2
        default: return block.3
        }
    }

    /// 64 random bits.
    public mutating func next() -> UInt64 {
        let low = UInt64(nextWord())
        return UInt64(nextWord()) << 32 | low
    }
}
