/// What becomes of the matches when a text is cut at them.
enum SplitBehavior: String, Sendable, Hashable, CaseIterable {
    case removed = "Removed"
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"

    typealias Section = (range: Range<Int>, isMatch: Bool)

    /// Appends the pieces that `sections`, which cover a text, become.
    func appendPieces(of sections: [Section], to result: inout [(range: Range<Int>, token: Int32)]) {
        switch self {
        case .isolated: for section in sections { result.append((section.range, -1)) }
        case .removed: for section in sections where !section.isMatch { result.append((section.range, -1)) }
        case .mergedWithPrevious, .contiguous:
            var wasMatch = false
            let first = result.count
            for section in sections {
                let joins = self == .contiguous ? section.isMatch == wasMatch : section.isMatch && !wasMatch
                if joins, result.count > first {
                    result[result.count - 1].range =
                        result[result.count - 1].range.lowerBound..<section.range.upperBound
                } else {
                    result.append((section.range, -1))
                }
                wasMatch = section.isMatch
            }
        case .mergedWithNext:
            // A match joins what follows it unless that is a match, too.
            var start: Int?
            for (index, section) in sections.enumerated() {
                let next = index + 1 < sections.count ? sections[index + 1] : nil
                let lower = start ?? section.range.lowerBound
                if section.isMatch, let next, !next.isMatch {
                    start = lower
                } else {
                    result.append((lower..<section.range.upperBound, -1))
                    start = nil
                }
            }
        }
    }
}
