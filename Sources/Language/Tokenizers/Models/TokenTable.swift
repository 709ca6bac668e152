/// The tokens of a vocabulary with their ids, found either way.
///
/// A token that occurs twice has the id that came last, as in the reference. Tokens differ when their bytes do.
struct TokenTable: Sendable {
    private var bytes: [UInt8] = []
    /// Where each token's bytes start; one entry more than there are tokens.
    private var starts: [UInt32] = [0]
    private(set) var ids: [Int32] = []
    /// Open addressing: 0 for an empty place, else half of a token's hash, and its index plus 1. The number of places
    /// is a power of 2.
    private var slots: [UInt64]
    /// Indices in order of ids, made by ``finish()`` where the tokens do not stand in that order anyway.
    private var order: [UInt32]?

    init(expecting count: Int = 0) {
        var capacity = 64
        while capacity < count * 2 { capacity *= 2 }
        slots = [UInt64](repeating: 0, count: capacity)
        ids.reserveCapacity(count)
        starts.reserveCapacity(count + 1)
    }

    /// How many tokens stand in the table more than once.
    private(set) var repetitionCount = 0

    /// The number of tokens, repeated ones included.
    var count: Int { ids.count }

    /// All bytes of all tokens.
    var byteCount: Int { bytes.count }

    /// Adds a token. One that is there already keeps its old id, too, but is found by the new one.
    ///
    /// - Returns: `false` when the table has reached its limit of 2³² bytes.
    mutating func insert(_ token: UnsafeBufferPointer<UInt8>, id: Int32) -> Bool {
        guard bytes.count + token.count < UInt32.max, ids.count < Int32.max else { return false }
        bytes.append(contentsOf: token)
        starts.append(UInt32(bytes.count))
        ids.append(id)
        if ids.count * 2 > slots.count {
            slots = [UInt64](repeating: 0, count: slots.count * 2)
            repetitionCount = 0
            for index in ids.indices { place(index) }
        } else {
            place(ids.count - 1)
        }
        return true
    }

    mutating func insert(_ token: String, id: Int32) -> Bool { token.withContiguousUTF8 { insert($0, id: id) } }

    /// To be called after the last token, for ``index(of:)-(Int32)``.
    mutating func finish() {
        let isInOrder = zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 }
        order = isInOrder ? nil : ids.indices.sorted { (ids[$0], $0) < (ids[$1], $1) }.map { UInt32($0) }
    }

    private mutating func place(_ index: Int) {
        let hash = withToken(at: index) { Self.hash($0) }
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let other = Int(slots[slot] & 0xFFFF_FFFF) - 1
            if slots[slot] == Self.slot(hash, other), isSame(index, other) {
                repetitionCount += 1
                break
            }
            slot = (slot + 1) & mask
        }
        slots[slot] = Self.slot(hash, index)
    }

    private func isSame(_ left: Int, _ right: Int) -> Bool {
        length(at: left) == length(at: right)
            && withToken(at: left) { left in withToken(at: right) { ByteHash.areEqual(left, $0) } }
    }

    private static func slot(_ hash: UInt64, _ index: Int) -> UInt64 { hash & ~0xFFFF_FFFF | UInt64(index + 1) }

    @inline(__always)
    private static func hash(_ token: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard let start = token.baseAddress else { return 0 }
        return ByteHash.hash(start, count: token.count)
    }

    /// How many bytes the token at `index` has.
    func length(at index: Int) -> Int { Int(starts[index + 1] - starts[index]) }

    /// Calls `body` with the bytes of the token at `index`.
    func withToken<R>(at index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        bytes.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[Int(starts[index])..<Int(starts[index + 1])]))
        }
    }

    /// The index of a token.
    ///
    /// - Complexity: O(token).
    @inline(__always)
    func index(of token: UnsafeBufferPointer<UInt8>) -> Int? {
        let hash = Self.hash(token)
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let index = Int(slots[slot] & 0xFFFF_FFFF) - 1
            if slots[slot] == Self.slot(hash, index), length(at: index) == token.count,
                withToken(at: index, { ByteHash.areEqual($0, token) })
            {
                return index
            }
            slot = (slot + 1) & mask
        }
        return nil
    }

    func id(of token: UnsafeBufferPointer<UInt8>) -> Int32? { index(of: token).map { ids[$0] } }

    func id(of token: String) -> Int32? { token.withContiguousUTF8 { id(of: $0) } }

    /// The index of a token with the given id.
    ///
    /// - Complexity: O(log count).
    func index(of id: Int32) -> Int? {
        // Where ids are 0, 1, 2, … in order, the first look finds it.
        if order == nil, id >= 0, Int(id) < ids.count, ids[Int(id)] == id { return Int(id) }
        var (low, high) = (0, ids.count)
        while low < high {
            let middle = (low + high) / 2
            if ids[index(inOrder: middle)] < id { low = middle + 1 } else { high = middle }
        }
        guard low < ids.count else { return nil }
        let index = index(inOrder: low)
        return ids[index] == id ? index : nil
    }

    private func index(inOrder place: Int) -> Int { order.map { Int($0[place]) } ?? place }

    func token(of id: Int32) -> String? {
        index(of: id).map { withToken(at: $0) { String(decoding: $0, as: UTF8.self) } }
    }
}
