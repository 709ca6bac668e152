/// Working memory that is used again and again, so that repeated work allocates nothing.
///
/// Memory is handed out in order and given back all at once at the end of a scope; scopes nest. The first time, the
/// workspace grows; from then on it hands out what it has.
///
/// ```swift
/// let workspace = Workspace()
/// workspace.scope {
///     let scores = workspace.floats(50 * 50)
///     …
/// }
/// ```
///
/// A workspace belongs to one thread at a time.
package final class Workspace {
    private var blocks: [FloatStorage] = []
    /// Where the next floats come from: a block, and an offset in it.
    private var block = 0
    private var offset = 0

    package init() {}

    /// The floats held, in use or not.
    package var capacity: Int { blocks.reduce(0) { $0 + $1.count } }

    /// Memory for `count` floats with undefined content, aligned to 64 bytes, valid until the scope around ends.
    package func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
        let size = (max(1, count) + 15) / 16 * 16
        while block < blocks.count && offset + size > blocks[block].count {
            block += 1
            offset = 0
        }
        if block == blocks.count {
            blocks.append(FloatStorage(uninitializedCount: max(size, max(1 << 14, capacity))))
            offset = 0
        }
        defer { offset += size }
        return blocks[block].start + offset
    }

    /// Calls `body`; memory handed out meanwhile is free for others afterwards.
    package func scope<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
        let mark = (block, offset)
        defer {
            (block, offset) = mark
            // Once nothing is in use, blocks that came one by one become one.
            if mark == (0, 0) && blocks.count > 1 { blocks = [FloatStorage(uninitializedCount: capacity)] }
        }
        return try body()
    }
}
