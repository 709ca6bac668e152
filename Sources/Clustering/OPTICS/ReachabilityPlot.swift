/// The landscape of reachability in the order of OPTICS, in which clusters are valleys with steep sides.
///
/// - Reference: Ankerst et al. 1999, section 4.3, figure 19; definitions 9 and 11.4c with the signs that their text asks
///   for; the correction by predecessors is algorithm 2 of Schubert and Gertz 2018.
struct ReachabilityPlot {
    private let ordering: [Int]
    /// Heights by position, and a wall behind the last.
    private let heights: [Double]
    /// The position from which each position is reached, or −1.
    private let reachedFrom: [Int]

    init(ordering: [Int], reachability: [Double], predecessors: [Int?]) {
        var positions = [Int](repeating: 0, count: ordering.count)
        for (position, row) in ordering.enumerated() { positions[row] = position }
        self.ordering = ordering
        heights = ordering.map { reachability[$0] } + [.infinity]
        reachedFrom = ordering.map { predecessors[$0].map { positions[$0] } ?? -1 }
    }

    private enum Slope { case steepDown, down, level, up, steepUp }

    /// A steep area that goes down, and the highest point between its end and where the search is.
    private struct Descent {
        let start: Int
        let end: Int
        var highestSince = 0.0
    }

    /// The valleys, small ones before those around them.
    func valleys(_ parameters: OPTICS) -> [Range<Int>] {
        let keep = 1 - parameters.xi
        let slopes = slopes(keep)
        let minimumSize = parameters.minimumClusterSize ?? parameters.minimumSamples
        var valleys: [Range<Int>] = []
        var descents: [Descent] = []
        var index = 0
        var highest = 0.0
        for position in slopes.indices where slopes[position] == .steepDown || slopes[position] == .steepUp {
            if position < index { continue }
            highest = max(highest, heights[index...position].max() ?? 0)
            descents = highest.isInfinite ? [] : descents.filter { highest <= heights[$0.start] * keep }
            for place in descents.indices { descents[place].highestSince = max(descents[place].highestSince, highest) }
            if slopes[position] == .steepDown {
                let end = extend(slopes, from: position, steep: .steepDown, against: [.up, .steepUp], parameters)
                descents.append(Descent(start: position, end: end))
                index = end + 1
            } else {
                let end = extend(slopes, from: position, steep: .steepUp, against: [.down, .steepDown], parameters)
                index = end + 1
                // The latest descent makes the smallest valley.
                for descent in descents.reversed() {
                    if let valley = valley(
                        from: descent, upFrom: position, to: end, keep: keep,
                        corrects: parameters.correctsPredecessors), valley.count >= minimumSize
                    {
                        valleys.append(valley)
                    }
                }
            }
            highest = heights[index]
        }
        return valleys
    }

    private func slopes(_ keep: Double) -> [Slope] {
        ordering.indices.map { position in
            let ratio = heights[position] / heights[position + 1]
            // Between two walls, or two rows at distance 0, the ratio is no number, and the land is level.
            if ratio <= keep { return .steepUp }
            if ratio >= 1 / keep { return .steepDown }
            return ratio > 1 ? .down : ratio < 1 ? .up : .level
        }
    }

    /// The last steep position of an area that goes one way, with no more than `minimumSamples` others in a row.
    private func extend(
        _ slopes: [Slope], from start: Int, steep: Slope, against: [Slope], _ parameters: OPTICS
    ) -> Int {
        var (end, others) = (start, 0)
        for position in start..<slopes.count {
            if slopes[position] == steep {
                others = 0
                end = position
            } else if against.contains(slopes[position]) {
                break
            } else {
                others += 1
                if others > parameters.minimumSamples { break }
            }
        }
        return end
    }

    /// The valley between a descent and an ascent, if they bound one.
    private func valley(
        from descent: Descent, upFrom ascent: Int, to ascentEnd: Int, keep: Double, corrects: Bool
    ) -> Range<Int>? {
        let rim = heights[ascentEnd + 1]
        guard rim * keep >= descent.highestSince else { return nil }
        var (start, end) = (descent.start, ascentEnd)
        let top = heights[descent.start]
        if top * keep >= rim {
            // The left side is higher: the valley begins where it comes down to the right one.
            while heights[start + 1] > rim && start < descent.end { start += 1 }
        } else if rim * keep >= top {
            while heights[end - 1] > top && end > ascent { end -= 1 }
        }
        if corrects {
            guard let corrected = lastReachedFromWithin(start, end) else { return nil }
            end = corrected
        }
        guard start <= descent.end, end >= ascent else { return nil }
        return start..<end + 1
    }

    /// The end of a valley without the positions at it that were reached from elsewhere.
    private func lastReachedFromWithin(_ start: Int, _ end: Int) -> Int? {
        var end = end
        while start < end {
            if heights[start] > heights[end] || (start..<end).contains(reachedFrom[end]) { return end }
            end -= 1
        }
        return nil
    }
}
