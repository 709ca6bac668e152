import Language

/// Counts and weights of terms in groups of texts, from which topics are read.
struct TopicTable {
    /// The texts of each group, ascending.
    let members: [[Int]]
    private let analyzer: TextAnalyzer
    private let counts: TermCounts
    private let groupCounts: SparseMatrix
    private let groupTexts: SparseMatrix
    private let weights: SparseMatrix

    init(texts: [String], analyzer: TextAnalyzer, groups: [Int?], groupCount: Int, weighting: ClassTFIDF) {
        var members = [[Int]](repeating: [], count: groupCount)
        for (row, group) in groups.enumerated() { if let group { members[group].append(row) } }
        self.members = members
        self.analyzer = analyzer
        counts = TermCounts(of: texts, analyzer: analyzer)
        groupCounts = counts.matrix.summingRows(by: groups, count: groupCount)
        groupTexts = counts.matrix.mapValues { _, _, _ in 1 }.summingRows(by: groups, count: groupCount)
        weights = weighting.weights(of: groupCounts)
    }

    /// The first `count` terms of a group: those that several of its texts hold by descending weight, then those of a
    /// single text; equal ones by their bytes.
    ///
    /// Left out are phrases of a single text, which are as rare as they are accidental, and words that mostly occur
    /// within a phrase that is ranked too: of `solar`, `system` and `solar system` the phrase says it all.
    func ranking(of group: Int, count: Int) -> [TopicSummary.Word] {
        var ranked: [TopicSummary.Word] = []
        var phrases: [TopicSummary.Word] = []
        let order = weights.row(group).indices.sorted { first, second in
            let (firstShared, secondShared) = (groupTexts.values[first] > 1, groupTexts.values[second] > 1)
            if firstShared != secondShared { return firstShared }
            return (weights.values[second], first) < (weights.values[first], second)
        }
        for position in order {
            if ranked.count >= 4 * count { break }
            let word = word(at: position, in: group)
            let isShared = groupTexts.values[position] > 1
            guard isShared || !isPhrase(word.term) else { continue }
            ranked.append(word)
            if isShared && TopicLine.mayHoldOthers(word.term) { phrases.append(word) }
        }
        let distinct = ranked.lazy.filter { word in
            !phrases.contains { 10 * $0.count >= 7 * word.count && TopicLine.phrase($0.term, holds: word.term) }
        }
        return Array(distinct.prefix(count))
    }

    private func word(at position: Int, in group: Int) -> TopicSummary.Word {
        TopicSummary.Word(
            term: counts.vocabulary.terms[Int(weights.columnIndices[position])], weight: weights.values[position],
            count: Int(groupCounts.values[position]),
            documentShare: Double(groupTexts.values[position]) / Double(max(1, members[group].count)))
    }

    private func isPhrase(_ term: String) -> Bool {
        if analyzer.wordsPerTerm.upperBound == 1 { return false }
        var single = analyzer
        single.wordsPerTerm = 1...1
        return single.words(in: term).count > 1
    }

    /// The texts of a group by how much of the topic their words carry for their length: Σ count · weight / ‖counts‖,
    /// the cosine between text and topic but for a factor that the group's texts share.
    func representatives(of group: Int, count: Int, texts: [String]) -> [Int] {
        var topic = [Float](repeating: 0, count: counts.vocabulary.count)
        for (column, weight) in weights.row(group) { topic[column] = weight }
        let scored = members[group].map { row in (row: row, score: score(of: row, topic)) }
            .filter { $0.score > 0 }
            .sorted { (-$0.score, $0.row) < (-$1.score, $1.row) }
        var chosen: [Int] = []
        for (row, _) in scored where chosen.count < count {
            if !chosen.contains(where: { texts[$0] == texts[row] }) { chosen.append(row) }
        }
        return chosen
    }

    private func score(of row: Int, _ topic: [Float]) -> Double {
        var product = 0.0
        var squares = 0.0
        for (column, count) in counts.matrix.row(row) {
            product += Double(count) * Double(topic[column])
            squares += Double(count) * Double(count)
        }
        return squares > 0 ? product / squares.squareRoot() : 0
    }
}
