/// A block of floats, aligned to 64 bytes, that matrices share until one of them is written to.
///
/// The block either owns its memory or borrows it from a memory-mapped file. Writers must hold the only
/// reference, and a borrowed block is never written: both are the business of ``Matrix``.
package final class FloatStorage: @unchecked Sendable {
    /// The first float. Valid for `count` floats as long as the storage lives.
    package let start: UnsafeMutablePointer<Float>
    package let count: Int
    /// What the storage owns, and gives back at its end; `nil` when it borrows.
    private let block: BlockCache.Block?
    /// What keeps borrowed memory alive.
    private let owner: AnyObject?

    package static let alignment = 64

    /// Memory for `count` floats with undefined content.
    package init(uninitializedCount count: Int) {
        precondition(count >= 0, "a storage cannot hold \(count) floats")
        self.count = count
        owner = nil
        let block = BlockCache.take(bytes: max(1, count) * MemoryLayout<Float>.stride)
        self.block = block
        start = block.start.bindMemory(to: Float.self, capacity: max(1, count))
    }

    /// Read-only memory that `owner` keeps alive.
    package init(borrowing start: UnsafePointer<Float>, count: Int, owner: AnyObject) {
        self.start = UnsafeMutablePointer(mutating: start)
        self.count = count
        self.owner = owner
        block = nil
    }

    /// Whether the memory may be written once the reference is unique.
    package var isOwned: Bool { block != nil }

    package func copy() -> FloatStorage {
        let result = FloatStorage(uninitializedCount: count)
        result.start.update(from: start, count: count)
        return result
    }

    deinit {
        if let block { BlockCache.give(block) }
    }
}
