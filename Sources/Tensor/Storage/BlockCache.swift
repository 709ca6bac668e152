/// Large blocks of memory that were given back and wait to be used again.
///
/// Fresh memory is slow: the operating system clears each page when it is first touched, which takes longer than most
/// work on it. The cache holds few blocks and at most 64 MB. `KINDRED_BLOCK_CACHE=0` turns it off, so that a sanitizer
/// sees each block come and go.
enum BlockCache {
    struct Block {
        let start: UnsafeMutableRawPointer
        let bytes: Int
    }

    /// Smaller blocks are the allocator's own business.
    private static let smallest = 1 << 18
    private static let mostBytes = 1 << 26
    private static let mostBlocks = 16

    /// Oldest first.
    private struct Blocks {
        var list: [Block] = []
        var bytes: Int { list.reduce(0) { $0 + $1.bytes } }
    }

    private static let blocks = Locked(Blocks())
    private static let isOn = Environment.value(of: "KINDRED_BLOCK_CACHE") != "0"

    /// A block of at least `bytes`, aligned for ``FloatStorage``, with undefined content.
    static func take(bytes: Int) -> Block {
        if isOn && bytes >= smallest {
            let found = blocks.withLock { blocks -> Block? in
                // The latest that fits is the likeliest to be in the processor's cache.
                let fits = blocks.list.lastIndex { $0.bytes >= bytes && $0.bytes - bytes <= bytes / 4 }
                return fits.map { blocks.list.remove(at: $0) }
            }
            if let found { return found }
        }
        return Block(
            start: UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: FloatStorage.alignment), bytes: bytes)
    }

    /// Gives a block back that ``take(bytes:)`` made.
    static func give(_ block: Block) {
        guard isOn && block.bytes >= smallest && block.bytes <= mostBytes else { return block.start.deallocate() }
        let excess = blocks.withLock { blocks -> [Block] in
            blocks.list.append(block)
            var excess: [Block] = []
            while blocks.list.count > mostBlocks || blocks.bytes > mostBytes {
                excess.append(blocks.list.removeFirst())
            }
            return excess
        }
        for block in excess { block.start.deallocate() }
    }

    /// Gives all blocks back to the system.
    static func empty() {
        let all = blocks.withLock { blocks -> [Block] in
            defer { blocks.list = [] }
            return blocks.list
        }
        for block in all { block.start.deallocate() }
    }
}
