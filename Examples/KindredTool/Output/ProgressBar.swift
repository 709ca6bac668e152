import Foundation
import Kindred

/// Shows how far long work is and how long it still takes, on standard error.
///
/// On a terminal it is one line that is drawn anew up to ten times a second; elsewhere a plain line every ten seconds.
/// A quiet bar shows nothing. However it looks, Ctrl-C makes its handler ask the work to stop.
///
/// ```swift
/// let bar = ProgressBar(isQuiet: false)
/// defer { bar.clear() }
/// let model = try algorithm.fit(data, progress: bar.handler)
/// ```
final class ProgressBar: Sendable {
    private enum Style { case hidden, line, plain }

    private struct State {
        var track = ProgressTrack()
        var lastShown: ContinuousClock.Instant?
        var isDrawn = false
    }

    private let style: Style
    private let state = Locked(State())

    init(isQuiet: Bool) {
        style = isQuiet ? .hidden : StandardError.isTerminal ? .line : .plain
    }

    /// What is given to the library's long functions; it may be called from any thread.
    var handler: ProgressHandler {
        ProgressHandler { update in
            self.show(update)
            return !Interrupt.isRequested
        }
    }

    /// Removes the bar from the terminal, so that text can follow.
    func clear() {
        state.withLock { state in
            if state.isDrawn { StandardError.print("\r\u{1B}[K", end: "") }
            state.isDrawn = false
        }
    }

    private func show(_ update: ProgressUpdate) {
        if style == .hidden { return }
        let now = ContinuousClock.now
        state.withLock { state in
            state.track.receive(update, at: now)
            // Work that is done within a first interval shows nothing.
            guard let last = state.lastShown else {
                state.lastShown = now
                return
            }
            if now - last < (style == .line ? .milliseconds(100) : .seconds(10)) { return }
            state.lastShown = now
            if style == .line {
                StandardError.print("\r\u{1B}[K" + state.track.bar(at: now), end: "")
                state.isDrawn = true
            } else {
                StandardError.print("kindred: " + state.track.line(at: now))
            }
        }
    }
}
