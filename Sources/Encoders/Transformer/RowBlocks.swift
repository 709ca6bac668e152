import Tensor

/// Rows cut into blocks, of which a thread takes one after another.
///
/// Large blocks at first, because weights are read anew for each, and smaller ones towards the end, so that threads end
/// together. Where there is but one, threads must find their work within it.
struct RowBlocks: Sendable {
    private(set) var ranges: [Range<Int>] = []

    /// Rows of the largest block.
    static let most = 56
    /// Products take so many rows at a time.
    private static let step = 14

    init(_ count: Int) {
        var start = 0
        while start < count {
            let left = count - start
            let size =
                left > 8 * Self.most
                ? Self.most : left > 8 * Self.step || left <= 2 * Self.step ? 2 * Self.step : Self.step
            ranges.append(start..<min(count, start + size))
            start += size
        }
    }
}
