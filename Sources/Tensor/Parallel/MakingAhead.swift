import Dispatch

/// Makes parts one after another, each on another thread while the one before it is used.
///
/// For parts that come from files: while one is computed with, the next is read. No more than two are there at a time. With
/// one thread (``Parallelism/threadCount``) parts are made and used in turn.
///
/// - Parameters:
///   - count: the number of parts.
///   - make: makes part i. Called in order, never twice at once; may use ``parallelFor(_:_:)``.
///   - use: is given part i, in order, on the calling thread. When it throws, no further part is begun, and the one that
///     is under way is waited for.
package func makingAhead<Part, Failure: Error>(
    _ count: Int, make: @escaping (Int) -> Part, use: (Int, Part) throws(Failure) -> Void
) throws(Failure) {
    guard Parallelism.threadCount > 1, count > 1 else {
        for index in 0..<count { try use(index, make(index)) }
        return
    }
    var next = PartInTheMaking { make(0) }
    for index in 0..<count {
        let part = next.wait()
        if index + 1 < count { next = PartInTheMaking { make(index + 1) } }
        do throws(Failure) { try use(index, part) } catch {
            if index + 1 < count { _ = next.wait() }
            throw error
        }
    }
}

/// A value that another thread makes.
private final class PartInTheMaking<Part>: @unchecked Sendable {
    /// Written before the signal, read after it.
    private var part: Part?
    private let isMade = DispatchSemaphore(value: 0)

    init(_ make: @escaping () -> Part) {
        // Whoever made this waits for it, and does nothing with what `make` uses until then.
        nonisolated(unsafe) let make = make
        DispatchQueue.global().async {
            self.part = make()
            self.isMade.signal()
        }
    }

    /// The value, once it is there. To be called once.
    func wait() -> Part {
        isMade.wait()
        guard let part else { preconditionFailure("a part is there before it is signalled") }
        self.part = nil
        return part
    }
}
