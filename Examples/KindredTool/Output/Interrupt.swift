import Foundation
import Synchronization

/// Ctrl-C: the first asks the work to stop, the second ends the process at once.
enum Interrupt {
    private static let flag = Atomic<Bool>(false)

    /// Whether the work should stop.
    static var isRequested: Bool { flag.load(ordering: .relaxed) }

    /// Starts to listen.
    static func watch() {
        // The flag exists before the handler can run, which may do no more than set it.
        flag.store(false, ordering: .relaxed)
        signal(SIGINT) { number in
            Interrupt.flag.store(true, ordering: .relaxed)
            signal(number, SIG_DFL)
        }
        // A parent may have handed its own mask down, as a program does that starts this one from a worker thread.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// Throws ``ToolError/interrupted`` when the work should stop: to be asked where results are about to be written.
    static func check() throws {
        if isRequested { throw ToolError.interrupted }
    }
}
