import Tensor

/// The bottlenecks between a row and all others in a ``LeafOrder``, block by block of columns.
///
/// For a column q of a block, the bottleneck is the larger of what depends on q alone (the largest gap between q and the
/// block's near end) and what depends on the row alone (the largest gap between it and that end).
struct BottleneckLimits {
    /// Columns of a block: those of a tile of products.
    static let block = 256

    private let gaps: [Float]
    /// For each column, the largest gap between it and the start, or the end, of its block.
    private let fromStart: [Float]
    private let toEnd: [Float]
    /// For each block, the largest gap in it, that to the next block included.
    private let widest: [Float]

    var blockCount: Int { widest.count }

    init(_ order: LeafOrder) {
        let count = order.rows.count
        // Rounded up: what is below a limit is looked at again in double precision.
        let gaps = order.gaps.map { Float($0).nextUp }
        var fromStart = [Float](repeating: -.infinity, count: count)
        var toEnd = fromStart
        let blocks = (0..<count).tileCount(size: Self.block)
        var widest = [Float](repeating: -.infinity, count: blocks)
        for block in 0..<blocks {
            let columns = (0..<count).tile(block, size: Self.block)
            for column in columns.dropFirst() { fromStart[column] = max(fromStart[column - 1], gaps[column - 1]) }
            for column in columns.dropLast().reversed() { toEnd[column] = max(toEnd[column + 1], gaps[column]) }
            widest[block] = max(
                toEnd[columns.lowerBound], columns.upperBound < count ? gaps[columns.upperBound - 1] : -.infinity)
        }
        (self.gaps, self.fromStart, self.toEnd, self.widest) = (gaps, fromStart, toEnd, widest)
    }

    /// What depends on the row at `position`, for each block; nothing for its own.
    func parts(ofRowAt position: Int, into parts: UnsafeMutablePointer<Float>) {
        let own = position / Self.block
        let last = min((own + 1) * Self.block, fromStart.count) - 1
        var largest = toEnd[position]
        if own + 1 < widest.count { largest = max(largest, gaps[last]) }
        for block in own + 1..<max(own + 1, widest.count) {
            parts[block] = largest
            largest = max(largest, widest[block])
        }
        largest = fromStart[position]
        for block in (0..<own).reversed() {
            // The gap to the next block lies between the row and this block's end.
            largest = max(largest, gaps[(block + 1) * Self.block - 1])
            parts[block] = largest
            largest = max(largest, toEnd[block * Self.block])
        }
    }

    /// Calls `body` with the limits of the columns of a block for the row at `position`, and what depends on the row.
    @inline(__always)
    func withLimits(
        of block: Int, forRowAt position: Int, parts: UnsafePointer<Float>, own: inout [Float],
        _ body: (_ limits: UnsafePointer<Float>, _ part: Float) -> Void
    ) {
        let first = block * Self.block
        let side = position / Self.block
        if block != side {
            (block > side ? fromStart : toEnd).withUnsafeBufferPointer { limits in
                guard let start = limits.baseAddress else { return }
                body(start + first, parts[block])
            }
            return
        }
        let columns = first..<min(first + Self.block, fromStart.count)
        own[position - first] = -.infinity
        for column in position + 1..<max(position + 1, columns.upperBound) {
            own[column - first] = max(own[column - 1 - first], gaps[column - 1])
        }
        for column in (first..<position).reversed() {
            own[column - first] = max(own[column + 1 - first], gaps[column])
        }
        body(own, -.infinity)
    }
}
