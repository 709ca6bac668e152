import Dispatch
import Synchronization

/// How many threads Kindred's loops use. It never changes a result, only the time.
public enum Parallelism {
    private static let chosen = Atomic<Int>(0)

    /// The number of threads, at least 1. By default the number of processors, or `KINDRED_THREADS` when that
    /// environment variable holds a positive number.
    public static var threadCount: Int {
        get {
            let value = chosen.load(ordering: .relaxed)
            return value > 0 ? value : defaultThreadCount
        }
        set { chosen.store(max(1, newValue), ordering: .relaxed) }
    }

    private static let defaultThreadCount: Int = {
        if let text = Environment.value(of: "KINDRED_THREADS"), let count = Int(text), count > 0 { return count }
        return max(1, Environment.processorCount)
    }()
}

/// Runs `body(0) … body(tileCount − 1)` on up to ``Parallelism/threadCount`` threads: begun in this order, ended in any.
///
/// The caller chooses tiles by the problem's size alone, never by the number of threads, and combines what
/// they produce in tile order: then results are the same bits for every number of threads. Here, and where files are
/// read ahead, Kindred starts threads, and nowhere else.
///
/// - Complexity: O(tileCount) besides `body`.
public func parallelFor(_ tileCount: Int, _ body: (Int) -> Void) {
    parallelFor(tileCount, scratch: { () }, { tile, _ in body(tile) })
}

/// As ``parallelFor(_:_:)``, with working memory made once per thread by `scratch` and handed to each of its tiles.
///
/// The scratch must carry nothing that changes a result from one tile to the next. Where it collects something whose
/// order does not matter (counts, a forest of joined items), `merge` receives each thread's scratch at the end, one
/// after another, on the calling thread.
public func parallelFor<Scratch>(
    _ tileCount: Int, scratch makeScratch: () -> Scratch, merge: (Scratch) -> Void = { _ in },
    _ body: (Int, inout Scratch) -> Void
) {
    let threads = min(Parallelism.threadCount, tileCount)
    guard threads > 1 else {
        guard tileCount > 0 else { return }
        var scratch = makeScratch()
        for tile in 0..<tileCount { body(tile, &scratch) }
        return merge(scratch)
    }
    // None of the closures outlives the loop, each tile is taken exactly once, and each thread leaves its scratch in a
    // place of its own: this is what makes it safe to call them from several threads.
    var scratches = [Scratch?](repeating: nil, count: threads)
    withoutActuallyEscaping(makeScratch) { makeScratch in
        withoutActuallyEscaping(body) { body in
            scratches.withUnsafeMutableBufferPointer { places in
                nonisolated(unsafe) let (makeScratch, body, places) = (makeScratch, body, places)
                let next = Atomic<Int>(0)
                let takeTiles = { @Sendable (thread: Int) in
                    var tile = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    // A thread that comes late makes no scratch.
                    guard tile < tileCount else { return }
                    var scratch = makeScratch()
                    while tile < tileCount {
                        body(tile, &scratch)
                        tile = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    }
                    places[thread] = scratch
                }
                // A loop within a loop, or beside one of another thread, is Dispatch's.
                if !WorkerPool.shared.run(threads: threads, takeTiles) {
                    DispatchQueue.concurrentPerform(iterations: threads, execute: takeTiles)
                }
            }
        }
    }
    for case let scratch? in scratches { merge(scratch) }
}

/// The values of `body(0) … body(count − 1)`, computed in parallel, in order.
///
/// - Complexity: O(count) besides `body`.
public func parallelMap<T>(_ count: Int, _ body: (Int) -> T) -> [T] {
    parallelMap(count, scratch: { () }, { index, _ in body(index) })
}

/// As ``parallelMap(_:_:)``, with working memory made once per thread by `scratch`.
package func parallelMap<T, Scratch>(
    _ count: Int, scratch: () -> Scratch, _ body: (Int, inout Scratch) -> T
) -> [T] {
    [T](unsafeUninitializedCapacity: count) { buffer, initialized in
        nonisolated(unsafe) let start = buffer.baseAddress
        parallelFor(count, scratch: scratch) { index, scratch in
            (start! + index).initialize(to: body(index, &scratch))
        }
        initialized = count
    }
}

extension Range<Int> {
    /// The range cut into consecutive tiles of `size` (the last may be shorter).
    package func tile(_ index: Int, size: Int) -> Range<Int> {
        let start = lowerBound + index * size
        return start..<Swift.min(upperBound, start + size)
    }

    /// How many tiles of `size` cover the range.
    package func tileCount(size: Int) -> Int { (count + size - 1) / size }
}
