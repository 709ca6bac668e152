/// Which pairs of tokens merge: how early, and to what.
struct MergeTable: Sendable {
    /// The pair's ids in the upper and lower half. Nothing merges with id −1, which marks an empty place.
    private var keys: [UInt64]
    private var merges: [Merge]
    private(set) var count = 0

    struct Merge: Sendable, Hashable {
        var rank: UInt32
        var id: Int32
    }

    private static let empty = UInt64.max

    init(expecting count: Int = 0) {
        var capacity = 64
        while capacity < count * 2 { capacity *= 2 }
        keys = [UInt64](repeating: Self.empty, count: capacity)
        merges = [Merge](repeating: Merge(rank: 0, id: 0), count: capacity)
    }

    @inline(__always)
    private static func key(_ first: Int32, _ second: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
    }

    /// Sets the merge of a pair; a pair that occurs twice has the last, as in the reference.
    mutating func insert(_ first: Int32, _ second: Int32, _ merge: Merge) {
        if (count + 1) * 2 > keys.count { grow() }
        if place(Self.key(first, second), merge) { count += 1 }
    }

    /// - Returns: whether the pair is new.
    private mutating func place(_ key: UInt64, _ merge: Merge) -> Bool {
        let mask = keys.count - 1
        var slot = Int(truncatingIfNeeded: ByteHash.mix(key)) & mask
        while keys[slot] != Self.empty && keys[slot] != key { slot = (slot + 1) & mask }
        let isNew = keys[slot] == Self.empty
        keys[slot] = key
        merges[slot] = merge
        return isNew
    }

    private mutating func grow() {
        let (oldKeys, oldMerges) = (keys, merges)
        keys = [UInt64](repeating: Self.empty, count: oldKeys.count * 2)
        merges = [Merge](repeating: Merge(rank: 0, id: 0), count: oldKeys.count * 2)
        for (key, merge) in zip(oldKeys, oldMerges) where key != Self.empty { _ = place(key, merge) }
    }

    /// The merge of a pair, if it merges.
    ///
    /// - Complexity: O(1).
    @inline(__always)
    func merge(_ first: Int32, _ second: Int32) -> Merge? {
        let key = Self.key(first, second)
        let mask = keys.count - 1
        var slot = Int(truncatingIfNeeded: ByteHash.mix(key)) & mask
        while keys[slot] != Self.empty {
            if keys[slot] == key { return merges[slot] }
            slot = (slot + 1) & mask
        }
        return nil
    }
}
