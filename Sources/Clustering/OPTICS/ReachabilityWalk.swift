import Tensor

/// The order in which OPTICS comes to rows: always to the one that is reached from those before at the least distance.
///
/// Each step measures the row just come to against all that are still open, so the extra memory is O(n).
struct ReachabilityWalk {
    private(set) var ordering: [Int] = []
    /// In the metric's comparable form; ∞ where a row is reached from none. `[n]`
    private(set) var reachability: [Double]
    /// The row from which each is reached, or −1. `[n]`
    private(set) var predecessors: [Int32]

    /// Rows of a block; what blocks find is compared in their order.
    private static let blockSize = 2048

    /// - Parameters:
    ///   - data: the rows.
    ///   - cores: their core distances in the metric's comparable form; ∞ for rows that reach none.
    ///   - radius: in the metric's comparable form; rows farther away are not reached.
    ///   - progress: is told how far the work is, and can stop it.
    /// - Complexity: O(n² · d) time.
    init(
        _ data: PreparedRows, cores: [Double], radius: Double, progress: ProgressHandler
    ) throws(ClusteringError) {
        let n = data.count
        self.init(count: n)
        var open = Array(0..<Int32(n))
        var isDone = [Bool](repeating: false, count: n)
        var doneInList = 0
        var next = 0
        for step in 0..<n {
            if step % 256 == 0, !progress.advance("reachability", step, of: n) { throw .cancelled }
            ordering.append(next)
            isDone[next] = true
            doneInList += 1
            if doneInList * 4 > open.count {
                open.removeAll { isDone[Int($0)] }
                doneInList = 0
            }
            guard step + 1 < n else { break }
            next = advance(from: next, data, core: cores[next], radius: radius, open, isDone)
        }
        _ = progress.advance("reachability", n, of: n)
    }

    init(count: Int) {
        reachability = [Double](repeating: .infinity, count: count)
        predecessors = [Int32](repeating: -1, count: count)
        ordering.reserveCapacity(count)
    }

    mutating func append(_ row: Int) { ordering.append(row) }

    /// Reaches a row at a distance, unless it has been reached at one as short; tells whether it has.
    mutating func reach(_ row: Int, from other: Int, at distance: Double) -> Bool {
        guard distance < reachability[row] else { return false }
        reachability[row] = distance
        predecessors[row] = Int32(other)
        return true
    }

    /// Measures the open rows from `row`, and gives the nearest to reach, the lowest of equals.
    private mutating func advance(
        from row: Int, _ data: PreparedRows, core: Double, radius: Double, _ open: [Int32], _ isDone: [Bool]
    ) -> Int {
        let best = reachability.withUnsafeMutableBufferPointer { reachability in
            predecessors.withUnsafeMutableBufferPointer { predecessors in
                nonisolated(unsafe) let (reachability, predecessors) = (reachability, predecessors)
                return parallelMap(open.indices.tileCount(size: Self.blockSize)) { block in
                    var best = (distance: Double.infinity, row: Int32.max)
                    for place in open.indices.tile(block, size: Self.blockSize) {
                        let other = Int(open[place])
                        if isDone[other] { continue }
                        if core.isFinite {
                            let distance = data.exactComparable(row, data, other)
                            let reached = max(distance, core)
                            if distance <= radius && reached < reachability[other] {
                                reachability[other] = reached
                                predecessors[other] = Int32(row)
                            }
                        }
                        if reachability[other] < best.distance || best.row == .max {
                            best = (reachability[other], Int32(other))
                        }
                    }
                    return best
                }
            }
        }
        var nearest = best[0]
        for other in best.dropFirst() where other.row != .max {
            if nearest.row == .max || other.distance < nearest.distance { nearest = other }
        }
        return Int(nearest.row)
    }
}
