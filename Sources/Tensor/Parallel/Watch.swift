import Synchronization

/// Progress of work that runs in parallel, and the wish to stop it.
package final class Watch: Sendable {
    private let progress: ProgressHandler
    private let stage: String
    private let total: Int
    private let done = Atomic<Int>(0)
    private let stopped = Atomic<Bool>(false)

    package init(_ progress: ProgressHandler, _ stage: String, _ total: Int) {
        self.progress = progress
        self.stage = stage
        self.total = total
    }

    /// Whether the work should end; what it has computed is then worthless.
    package var isStopped: Bool { stopped.load(ordering: .relaxed) }

    /// Reports `count` more units. May be called from any thread.
    package func add(_ count: Int) {
        let now = done.add(count, ordering: .relaxed).newValue
        if !isStopped && !progress.advance(stage, now, of: total) { stopped.store(true, ordering: .relaxed) }
    }
}
