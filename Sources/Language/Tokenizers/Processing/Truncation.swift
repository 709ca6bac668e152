/// How texts that are too long are cut.
struct Truncation: Sendable, Hashable {
    enum Strategy: String, Sendable, Hashable, CaseIterable {
        case longestFirst = "LongestFirst"
        case onlyFirst = "OnlyFirst"
        case onlySecond = "OnlySecond"
    }

    var strategy = Strategy.longestFirst
    /// Whether the beginning of a text is cut off instead of its end.
    var cutsBeginning = false

    /// How many tokens of a text, or of the two of a pair, are kept so that they are at most `limit` together.
    ///
    /// Where the text that is to be cut is not there, or too short, the reference gives an error; here the longest is
    /// cut.
    func keptCounts(_ counts: [Int], limit: Int) -> [Int] {
        let limit = max(0, limit)
        let excess = counts.reduce(0, +) - limit
        guard excess > 0 else { return counts }
        guard counts.count == 2 else { return [limit] }
        switch strategy {
        case .onlyFirst where counts[0] > excess: return [counts[0] - excess, counts[1]]
        case .onlySecond where counts[1] > excess: return [counts[0], counts[1] - excess]
        default: break
        }
        let isSwapped = counts[0] > counts[1]
        var shorter = min(counts[0], counts[1])
        var longer = shorter > limit ? shorter : max(shorter, limit - shorter)
        if shorter + longer > limit {
            shorter = limit / 2
            longer = shorter + limit % 2
        }
        return isSwapped ? [longer, shorter] : [shorter, longer]
    }

    /// The part of `count` tokens that stays when `kept` of them do.
    func range(keeping kept: Int, of count: Int) -> Range<Int> {
        cutsBeginning ? count - kept..<count : 0..<kept
    }
}
