private import CICU

/// Word boundaries of UTF-8 text, found by ICU.
///
/// A breaker serves one thread at a time. Making one copies a breaker that was opened once: well under a microsecond.
package final class WordBreaker {
    private let handle: OpaquePointer?
    private var ends = [Int32](repeating: 0, count: 256)
    private var wordLike = [Bool](repeating: false, count: 256)
    private let windowSize: Int

    /// - Parameters:
    ///   - windowSize: the most bytes that are handed to ICU at once; ICU counts in 32 bits.
    ///   - usesDictionaries: `false` to break as where ICU is missing.
    package init(windowSize: Int = 1 << 30, usesDictionaries: Bool = true) {
        self.windowSize = windowSize
        handle = usesDictionaries ? Self.original.handle.flatMap { cicu_word_breaker_clone($0) } : nil
    }

    deinit { cicu_word_breaker_close(handle) }

    /// Whether ICU and its dictionaries are there. Without them every segment is a run of letters and digits.
    static var hasDictionaries: Bool { original.handle != nil }

    /// Calls `body` with consecutive segments that cover `text`, and whether each holds a letter, digit or ideograph.
    ///
    /// - Complexity: O(text.count).
    package func forEachSegment(
        of text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>, _ isWordLike: Bool) -> Void
    ) {
        for window in text.windows(of: windowSize) { forEachSegment(of: text, in: window, body) }
    }

    private func forEachSegment(
        of text: UnsafeBufferPointer<UInt8>, in window: Range<Int>, _ body: (Range<Int>, Bool) -> Void
    ) {
        guard let base = text.baseAddress, let handle else { return forEachRun(of: text, in: window, body) }
        let started = (base + window.lowerBound).withMemoryRebound(to: CChar.self, capacity: window.count) {
            cicu_word_breaker_set_text(handle, $0, Int64(window.count))
        }
        guard started else { return forEachRun(of: text, in: window, body) }
        var start = window.lowerBound
        while true {
            let count = Int(cicu_word_breaker_next(handle, &ends, &wordLike, Int32(ends.count)))
            for index in 0..<count {
                let end = window.lowerBound + Int(ends[index])
                body(start..<end, wordLike[index])
                start = end
            }
            if count < ends.count { return }
        }
    }

    /// What remains possible where ICU fails: runs of letters, marks and digits; every ideograph by itself.
    private func forEachRun(
        of text: UnsafeBufferPointer<UInt8>, in window: Range<Int>, _ body: (Range<Int>, Bool) -> Void
    ) {
        var run = window.lowerBound..<window.lowerBound
        var position = window.lowerBound
        while position < window.upperBound {
            let (scalar, length) = text.scalar(at: position)
            let properties = scalar.properties
            let belongs = properties.isAlphabetic || properties.numericType == .decimal || properties.isGraphemeExtend
            if !run.isEmpty && (!belongs || properties.isIdeographic) {
                body(run, true)
                run = position..<position
            }
            position += length
            if belongs && !properties.isIdeographic {
                run = run.lowerBound..<position
            } else {
                body(run.lowerBound..<position, belongs)
                run = position..<position
            }
        }
        if !run.isEmpty { body(run, true) }
    }

    // ICU lets many threads clone one breaker that nobody moves.
    private struct Original: @unchecked Sendable {
        let handle: OpaquePointer?
    }

    private static let original = Original(handle: cicu_word_breaker_open())
}
