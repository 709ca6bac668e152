/// A tree of byte strings, each with a number.
///
/// The edges lie in one hash table, keyed by node and byte: as quick to build as to walk, and without room for what is
/// not there.
struct ByteTrie: Sendable {
    static let root: Int32 = 0

    /// Open addressing: node and byte of each edge, and in ``children`` where it leads; 0 where the place is empty, since
    /// no edge leads to the root.
    private var keys: [UInt64]
    private var children: [Int32]
    private var edgeCount = 0
    /// The number of the string that ends at each node; −1 where none does.
    private(set) var values: [Int32] = [-1]

    init(expecting edges: Int = 0) {
        var capacity = 64
        while capacity < edges * 2 { capacity *= 2 }
        keys = [UInt64](repeating: 0, count: capacity)
        children = [Int32](repeating: 0, count: capacity)
    }

    var nodeCount: Int { values.count }

    @inline(__always)
    private static func key(_ node: Int32, _ byte: UInt8) -> UInt64 {
        UInt64(UInt32(bitPattern: node)) << 8 | UInt64(byte)
    }

    /// The child of `node` for `byte`; 0 where there is none.
    @inline(__always)
    func child(_ node: Int32, _ byte: UInt8) -> Int32 {
        let key = Self.key(node, byte)
        let mask = keys.count - 1
        var slot = Int(truncatingIfNeeded: ByteHash.mix(key)) & mask
        while children[slot] != 0 {
            if keys[slot] == key { return children[slot] }
            slot = (slot + 1) & mask
        }
        return 0
    }

    /// The child of `node` for `byte`, made where there is none.
    ///
    /// - Precondition: fewer than 2³¹ nodes.
    mutating func makeChild(_ node: Int32, _ byte: UInt8) -> Int32 {
        let known = child(node, byte)
        if known != 0 { return known }
        let new = Int32(values.count)
        values.append(-1)
        edgeCount += 1
        if edgeCount * 2 > keys.count { grow() }
        place(Self.key(node, byte), new)
        return new
    }

    private mutating func place(_ key: UInt64, _ child: Int32) {
        let mask = keys.count - 1
        var slot = Int(truncatingIfNeeded: ByteHash.mix(key)) & mask
        while children[slot] != 0 { slot = (slot + 1) & mask }
        keys[slot] = key
        children[slot] = child
    }

    private mutating func grow() {
        let (oldKeys, oldChildren) = (keys, children)
        keys = [UInt64](repeating: 0, count: oldKeys.count * 2)
        children = [Int32](repeating: 0, count: oldKeys.count * 2)
        for (key, child) in zip(oldKeys, oldChildren) where child != 0 { place(key, child) }
    }

    /// Adds a string that starts at `node`; one that is there already gets the new number.
    mutating func insert(_ string: UnsafeBufferPointer<UInt8>, value: Int32, below node: Int32 = root) {
        var node = node
        for byte in string { node = makeChild(node, byte) }
        values[Int(node)] = value
    }

    typealias Edge = (node: Int32, byte: UInt8, parent: Int32)

    /// The nodes below `roots`, which may lie below one another, with the edges that lead to them: first those next to
    /// a root, then those two edges away from the root that is nearest above, and so on.
    func nodesByDepth(below roots: [Int32]) -> [Edge] {
        // Nodes are numbered as they are made, so a parent's number is lower than its children's.
        var incoming = [UInt64](repeating: 0, count: values.count)
        for (key, child) in zip(keys, children) where child != 0 { incoming[Int(child)] = key }
        var depths = [Int32](repeating: -1, count: values.count)
        for root in roots { depths[Int(root)] = 0 }
        var counts: [Int] = [0]
        for node in values.indices where depths[node] < 0 {
            let parent = depths[Int(incoming[node] >> 8)]
            guard parent >= 0 else { continue }
            depths[node] = parent + 1
            if counts.count <= Int(parent) + 1 { counts.append(0) }
            counts[Int(parent) + 1] += 1
        }
        var places = [0]
        for count in counts { places.append(places[places.count - 1] + count) }
        var result = [Edge](repeating: (0, 0, 0), count: places[places.count - 1])
        for node in values.indices where depths[node] > 0 {
            let depth = Int(depths[node])
            result[places[depth]] = (Int32(node), UInt8(truncatingIfNeeded: incoming[node]), Int32(incoming[node] >> 8))
            places[depth] += 1
        }
        return result
    }
}
