private import CKernels
import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Threads that wait for loops, so that a loop of a millisecond does not spend a tenth of it on waking them.
///
/// A worker that has nothing to do looks out for the next loop for a moment before it sleeps, and a loop never waits for a
/// worker that has not come yet. One loop runs at a time; whoever finds the pool taken must help himself.
final class WorkerPool: Sendable {
    static let shared = WorkerPool()

    /// What workers join: the body, and the numbers of threads not yet given away.
    private final class Loop: Sendable {
        // Called only while the caller waits.
        nonisolated(unsafe) let body: (Int) -> Void
        let threads: Int
        let nextThread = Atomic<Int>(1)

        init(threads: Int, body: @escaping (Int) -> Void) {
            self.body = body
            self.threads = threads
        }
    }

    private let isTaken = Atomic<Bool>(false)
    /// The loop to join, kept alive by its caller. Written before the state says that it may be joined.
    nonisolated(unsafe) private var loop: Unmanaged<Loop>?
    /// Counts loops; workers see by it that there is a new one.
    private let generation = Atomic<Int>(0)
    /// Whether the loop may be joined, whether its caller sleeps, and how many workers are in it.
    private let state = Atomic<Int>(0)
    private static let isOpen = 1
    private static let callerSleeps = 2
    private static let oneWorker = 4

    private let workerCount = Atomic<Int>(0)
    private let sleeperCount = Atomic<Int>(0)
    private let alarm = DispatchSemaphore(value: 0)
    private let allHaveLeft = DispatchSemaphore(value: 0)

    /// Looks for about 50 µs, and not at all where threads outnumber processors.
    private static let mostGlances = 1500
    private let processorCount = Environment.processorCount

    /// Calls `body` on up to `threads` threads at once, each with a number of its own below `threads`; the caller is number
    /// 0. Each call is to take all the work that it finds, since it may be the only one.
    ///
    /// - Returns: `false`, without any call, if a loop is running.
    func run(threads: Int, _ body: (_ thread: Int) -> Void) -> Bool {
        guard isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
            return false
        }
        defer { isTaken.store(false, ordering: .releasing) }
        while workerCount.load(ordering: .relaxed) < threads - 1, addWorker() {}
        withoutActuallyEscaping(body) { body in
            let current = Loop(threads: threads, body: body)
            withExtendedLifetime(current) {
                loop = Unmanaged.passUnretained(current)
                state.store(Self.isOpen, ordering: .releasing)
                generation.wrappingAdd(1, ordering: .sequentiallyConsistent)
                wake(threads - 1)
                body(0)
                waitUntilAllHaveLeft()
            }
        }
        return true
    }

    private func waitUntilAllHaveLeft() {
        var now = state.bitwiseAnd(~Self.isOpen, ordering: .acquiringAndReleasing).newValue
        var glances = 0
        while now >= Self.oneWorker {
            if glances < Self.mostGlances {
                glances += 1
                kindred_pause()
                now = state.load(ordering: .acquiring)
            } else {
                let change = state.compareExchange(
                    expected: now, desired: now | Self.callerSleeps, ordering: .acquiringAndReleasing)
                if change.exchanged { allHaveLeft.wait() }
                now = state.load(ordering: .acquiring) & ~Self.callerSleeps
            }
        }
    }

    private func wake(_ most: Int) {
        var sleepers = sleeperCount.load(ordering: .sequentiallyConsistent)
        while sleepers > 0 {
            let count = min(sleepers, most)
            let change = sleeperCount.compareExchange(
                expected: sleepers, desired: sleepers - count, ordering: .sequentiallyConsistent)
            if change.exchanged {
                for _ in 0..<count { alarm.signal() }
                return
            }
            sleepers = change.original
        }
    }

    // MARK: Workers

    private func addWorker() -> Bool {
        // Signals are for the threads of the program.
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let status = pthread_create(
            &thread, nil,
            { _ in
                WorkerPool.shared.work()
                return nil
            }, nil)
        guard status == 0 else { return false }
        workerCount.wrappingAdd(1, ordering: .relaxed)
        return true
    }

    private func work() {
        var seen = 0
        while true {
            waitForLoop(after: seen)
            // Entered or not: what is new now has been looked at.
            seen = generation.load(ordering: .acquiring)
            guard enter() else { continue }
            seen = generation.load(ordering: .acquiring)
            if let loop = loop?.takeUnretainedValue() {
                let thread = loop.nextThread.wrappingAdd(1, ordering: .relaxed).oldValue
                if thread < loop.threads { loop.body(thread) }
            }
            let left = state.wrappingSubtract(Self.oneWorker, ordering: .acquiringAndReleasing).newValue
            if left == Self.callerSleeps { allHaveLeft.signal() }
        }
    }

    private func enter() -> Bool {
        var now = state.load(ordering: .acquiring)
        while now & Self.isOpen != 0 {
            let change = state.compareExchange(
                expected: now, desired: now + Self.oneWorker, ordering: .acquiringAndReleasing)
            if change.exchanged { return true }
            now = change.original
        }
        return false
    }

    private func waitForLoop(after seen: Int) {
        var glances = 0
        while generation.load(ordering: .acquiring) == seen {
            if glances < Self.mostGlances, workerCount.load(ordering: .relaxed) < processorCount {
                glances += 1
                kindred_pause()
                continue
            }
            glances = 0
            sleeperCount.wrappingAdd(1, ordering: .sequentiallyConsistent)
            if generation.load(ordering: .sequentiallyConsistent) == seen {
                alarm.wait()
            } else {
                // A loop has begun meanwhile. If its caller has counted on this thread's sleep already, the alarm rings once
                // in vain later.
                var sleepers = sleeperCount.load(ordering: .relaxed)
                while sleepers > 0 {
                    let change = sleeperCount.compareExchange(
                        expected: sleepers, desired: sleepers - 1, ordering: .sequentiallyConsistent)
                    if change.exchanged { break }
                    sleepers = change.original
                }
            }
        }
    }
}
