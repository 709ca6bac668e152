import Language

/// Chooses the few words that name a topic.
enum TopicLine {
    /// The first `count` of `ranked` of which none says nearly the same as one before, joined by ` + `.
    ///
    /// A single ideograph is more often a piece of a name than a word of its own, so it enters with half its weight. A
    /// word that a single text holds names the topic only where there are few texts, or no other words.
    static func line(from words: [TopicSummary.Word], size: Int, count: Int) -> String {
        let shared = words.filter { $0.documentShare * Double(size) > 1.5 || $0.documentShare >= 0.2 }
        let ranked = shared.isEmpty ? words : shared
        let weights = ranked.map { isSingleIdeograph($0.term) ? $0.weight / 2 : $0.weight }
        var chosen: [String] = []
        for index in ranked.indices.sorted(by: { (weights[$1], $0) < (weights[$0], $1) }) {
            if chosen.count >= count { break }
            let term = ranked[index].term
            if !chosen.contains(where: { areNearlyTheSame($0, term) }) { chosen.append(term) }
        }
        return chosen.joined(separator: " + ")
    }

    private static func isSingleIdeograph(_ term: String) -> Bool {
        term.unicodeScalars.count == 1 && isIdeographic(term)
    }

    private static func isIdeographic(_ term: String) -> Bool {
        term.unicodeScalars.allSatisfy(\.properties.isIdeographic)
    }

    /// Whether a longer term holds `term` between spaces, or, in ideographs, anywhere.
    static func phrase(_ phrase: String, holds term: String) -> Bool {
        let (long, short) = (phrase.utf8, term.utf8)
        guard long.count > short.count else { return false }
        let isFree = isIdeographic(term)
        let space = UInt8(ascii: " ")
        return long.indices.contains { start in
            guard long[start...].starts(with: short) else { return false }
            if isFree { return true }
            let end = long.index(start, offsetBy: short.count)
            return (start == long.startIndex || long[long.index(before: start)] == space)
                && (end == long.endIndex || long[end] == space)
        }
    }

    /// Whether the term may be one that holds another: it has a space, or several ideographs.
    static func mayHoldOthers(_ term: String) -> Bool {
        term.utf8.contains(UInt8(ascii: " "))
            || term.utf8.count > 3 && term.unicodeScalars.contains(where: \.properties.isIdeographic)
    }

    /// Whether one term adds nearly nothing to the other: they share a word, up to its plural or to an ending; or one
    /// holds the other in ideographs.
    static func areNearlyTheSame(_ first: String, _ second: String) -> Bool {
        if phrase(first, holds: second) || phrase(second, holds: first) { return true }
        let stems = [first, second].map { $0.split(separator: " ").map { Stemming.englishPlurals.stem(String($0)) } }
        return stems[0].contains { one in stems[1].contains { areForms(one, $0) } }
    }

    /// Whether two words are equal or share their first five letters or more, two thirds of the longer (`translate`,
    /// `translation`).
    private static func areForms(_ first: String, _ second: String) -> Bool {
        if first == second { return true }
        let common = zip(first.unicodeScalars, second.unicodeScalars).prefix { $0 == $1 }.count
        return common >= 5 && 3 * common >= 2 * max(first.unicodeScalars.count, second.unicodeScalars.count)
    }
}
