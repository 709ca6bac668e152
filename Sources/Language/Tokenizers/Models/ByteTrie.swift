/// A tree of byte strings, each with a number.
///
/// The edges lie in one hash table, keyed by node and byte: as quick to build as to walk, and without room for what is
/// not there.
struct ByteTrie: Sendable {
    static let root: Int32 = 0
    /// Trees have fewer nodes than this, so that an edge fits into a word.
    static let mostNodes = 1 << 24

    /// Open addressing: the node and byte of each edge in the upper half, and in the lower one where it leads; 0 where
    /// the place is empty, since no edge leads to the root.
    private var edges: [UInt64]
    /// The number of the string that ends at each node; −1 where none does.
    private(set) var values: [Int32] = [-1]

    init(expecting count: Int = 0) {
        var capacity = 64
        while capacity < count * 2 { capacity *= 2 }
        edges = [UInt64](repeating: 0, count: capacity)
    }

    var nodeCount: Int { values.count }

    @inline(__always)
    private static func key(_ node: Int32, _ byte: UInt8) -> UInt64 {
        UInt64(UInt32(bitPattern: node)) << 40 | UInt64(byte) << 32
    }

    /// The place of an edge, or the empty one where it belongs.
    @inline(__always)
    private func slot(_ key: UInt64) -> Int {
        let mask = edges.count - 1
        var slot = Int(truncatingIfNeeded: ByteHash.mix(key)) & mask
        while edges[slot] != 0, (edges[slot] ^ key) >> 32 != 0 { slot = (slot + 1) & mask }
        return slot
    }

    /// The child of `node` for `byte`; 0 where there is none.
    @inline(__always)
    func child(_ node: Int32, _ byte: UInt8) -> Int32 {
        Int32(truncatingIfNeeded: edges[slot(Self.key(node, byte))])
    }

    /// The child of `node` for `byte`, made where there is none.
    ///
    /// - Precondition: fewer than ``mostNodes`` nodes.
    mutating func makeChild(_ node: Int32, _ byte: UInt8) -> Int32 {
        let key = Self.key(node, byte)
        let place = slot(key)
        if edges[place] != 0 { return Int32(truncatingIfNeeded: edges[place]) }
        precondition(values.count < Self.mostNodes, "a tree of bytes is full")
        let new = Int32(values.count)
        values.append(-1)
        edges[place] = key | UInt64(new)
        if values.count * 2 > edges.count { grow() }
        return new
    }

    private mutating func grow() {
        let old = edges
        edges = [UInt64](repeating: 0, count: old.count * 2)
        for edge in old where edge != 0 { edges[slot(edge & ~0xFFFF_FFFF)] = edge }
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
        var incoming = [UInt32](repeating: 0, count: values.count)
        for edge in edges where edge != 0 { incoming[Int(edge & 0xFFFF_FFFF)] = UInt32(edge >> 32) }
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
