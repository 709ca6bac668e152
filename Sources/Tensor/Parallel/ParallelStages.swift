private import CKernels
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Takes each of `itemCount` items through stages `0 … stageCount − 1`, one after another, on up to
/// ``Parallelism/threadCount`` threads.
///
/// As a ``parallelFor(_:scratch:merge:_:)`` for each stage, but threads do not wait for one another between stages: only
/// an item's own stages are in order. A stage of all items is begun before the next, so that what the stage reads is
/// shared.
///
/// - Complexity: O(stageCount · itemCount) besides `body`.
package func parallelStages<Scratch>(
    _ stageCount: Int, itemCount: Int, scratch: () -> Scratch,
    _ body: (_ stage: Int, _ item: Int, inout Scratch) -> Void
) {
    // How many stages each item has behind it.
    let done = UnsafeMutablePointer<Atomic<Int>>.allocate(capacity: itemCount)
    for item in 0..<itemCount { (done + item).initialize(to: Atomic(0)) }
    defer {
        done.deinitialize(count: itemCount)
        done.deallocate()
    }
    // Tiles are begun in ascending order: who waits for an item waits for a thread that is at work on it.
    parallelFor(stageCount * itemCount, scratch: scratch) { tile, scratch in
        let (stage, item) = tile.quotientAndRemainder(dividingBy: itemCount)
        var glances = 0
        while done[item].load(ordering: .acquiring) < stage {
            glances += 1
            if glances < 1000 { kindred_pause() } else { sched_yield() }
        }
        body(stage, item, &scratch)
        done[item].store(stage + 1, ordering: .releasing)
    }
}
