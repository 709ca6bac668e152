/// A word as symbols that merge, pair by pair: always the pair of the lowest rank, and of equal ones the leftmost.
///
/// Working memory, kept from one word to the next.
struct MergingSymbols {
    private(set) var ids: [Int32] = []
    /// How many bytes of the word a symbol covers.
    private(set) var lengths: [Int32] = []

    // For long words: a chain of symbols, and the pairs by rank.
    private var previous: [Int32] = []
    private var following: [Int32] = []
    private var queue: [Candidate] = []
    // For short ones: the merge of each symbol with the one after it.
    private var ranks: [UInt32] = []
    private var targets: [Int32] = []

    private struct Candidate {
        /// Rank, then position.
        var key: UInt64
        var target: Int32
    }

    /// Words up to this length are searched through for each merge, which needs no queue.
    private static let shortWord = 48

    mutating func removeAll() {
        ids.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    mutating func append(_ id: Int32, length: Int) {
        ids.append(id)
        lengths.append(Int32(truncatingIfNeeded: length))
    }

    /// Merges until nothing merges.
    ///
    /// - Complexity: O(n log n).
    mutating func merge(by table: MergeTable) {
        guard ids.count > 1 else { return }
        if ids.count <= Self.shortWord { mergeShort(table) } else { mergeLong(table) }
    }

    private mutating func mergeShort(_ table: MergeTable) {
        ranks.removeAll(keepingCapacity: true)
        targets.removeAll(keepingCapacity: true)
        for index in 0..<ids.count - 1 {
            let merge = table.merge(ids[index], ids[index + 1])
            ranks.append(merge?.rank ?? .max)
            targets.append(merge?.id ?? 0)
        }
        while let (best, rank) = leastRank(), rank != .max {
            ids[best] = targets[best]
            lengths[best] += lengths[best + 1]
            ids.remove(at: best + 1)
            lengths.remove(at: best + 1)
            ranks.remove(at: best)
            targets.remove(at: best)
            if best > 0 { setMerge(at: best - 1, table) }
            if best < ranks.count { setMerge(at: best, table) }
        }
    }

    private func leastRank() -> (Int, UInt32)? {
        guard var least = ranks.first else { return nil }
        var place = 0
        for index in 1..<max(1, ranks.count) where ranks[index] < least {
            least = ranks[index]
            place = index
        }
        return (place, least)
    }

    private mutating func setMerge(at index: Int, _ table: MergeTable) {
        let merge = table.merge(ids[index], ids[index + 1])
        ranks[index] = merge?.rank ?? .max
        targets[index] = merge?.id ?? 0
    }

    private mutating func mergeLong(_ table: MergeTable) {
        let count = Int32(ids.count)
        previous = (0..<count).map { $0 - 1 }
        following = (0..<count).map { $0 + 1 < count ? $0 + 1 : -1 }
        queue.removeAll(keepingCapacity: true)
        for index in 0..<ids.count - 1 {
            guard let merge = table.merge(ids[index], ids[index + 1]) else { continue }
            queue.append(Candidate(key: UInt64(merge.rank) << 32 | UInt64(index), target: merge.id))
        }
        for index in stride(from: queue.count / 2 - 1, through: 0, by: -1) { sink(index) }
        while let candidate = popLeast() {
            let place = Int(candidate.key & 0xFFFF_FFFF)
            // The symbol may have been merged away, or have changed, since the pair was noted.
            guard lengths[place] >= 0, following[place] >= 0 else { continue }
            let next = Int(following[place])
            guard table.merge(ids[place], ids[next])?.id == candidate.target else { continue }
            ids[place] = candidate.target
            lengths[place] += lengths[next]
            lengths[next] = -1
            following[place] = following[next]
            if following[place] >= 0 {
                previous[Int(following[place])] = Int32(place)
                push(place, table)
            }
            if previous[place] >= 0 { push(Int(previous[place]), table) }
        }
        var kept = 0
        for index in ids.indices where lengths[index] >= 0 {
            ids[kept] = ids[index]
            lengths[kept] = lengths[index]
            kept += 1
        }
        ids.removeSubrange(kept...)
        lengths.removeSubrange(kept...)
    }

    private mutating func push(_ place: Int, _ table: MergeTable) {
        guard let merge = table.merge(ids[place], ids[Int(following[place])]) else { return }
        queue.append(Candidate(key: UInt64(merge.rank) << 32 | UInt64(place), target: merge.id))
        var index = queue.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            if queue[parent].key <= queue[index].key { break }
            queue.swapAt(parent, index)
            index = parent
        }
    }

    private mutating func popLeast() -> Candidate? {
        guard let least = queue.first, let last = queue.popLast() else { return nil }
        if !queue.isEmpty {
            queue[0] = last
            sink(0)
        }
        return least
    }

    private mutating func sink(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in 2 * index + 1...2 * index + 2 where child < queue.count && queue[child].key < queue[least].key
            {
                least = child
            }
            if least == index { return }
            queue.swapAt(least, index)
            index = least
        }
    }
}
