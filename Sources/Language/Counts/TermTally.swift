import Tensor

/// All terms of a collection, numbered by first occurrence, and the terms of each text.
struct TermTally {
    private(set) var terms: [Term] = []
    private var indices: [Term: Int32] = [:]
    /// The terms of all texts, text after text.
    private var occurrences: [Int32] = []
    /// Where the terms of each text start in `occurrences`, and where the last ends.
    private var starts = [0]

    /// One tile's texts, with terms numbered within the tile.
    private struct Part {
        var terms: [Term] = []
        var occurrences: [Int32] = []
        var lengths: [Int] = []
    }

    /// Adds the terms of `texts`.
    mutating func add(_ texts: ArraySlice<String>, analyzer: TextAnalyzer) {
        let texts = Array(texts)
        let parts = analyzer.mapTiles(of: texts) { tile, breaker in
            Self.part(of: texts[tile], analyzer: analyzer, breaker: breaker)
        }
        for part in parts { append(part) }
    }

    private static func part(of texts: ArraySlice<String>, analyzer: TextAnalyzer, breaker: WordBreaker) -> Part {
        var part = Part()
        var indices: [Term: Int32] = [:]
        for text in texts {
            let words = analyzer.words(in: text, breaker: breaker)
            for word in words {
                let term = Term(word)
                let index = indices[term, default: Int32(part.terms.count)]
                if index == part.terms.count {
                    indices[term] = index
                    part.terms.append(term)
                }
                part.occurrences.append(index)
            }
            part.lengths.append(words.count)
        }
        return part
    }

    private mutating func append(_ part: Part) {
        let global = part.terms.map { term in
            if let index = indices[term] { return index }
            let index = Int32(terms.count)
            indices[term] = index
            terms.append(term)
            return index
        }
        occurrences += part.occurrences.lazy.map { global[Int($0)] }
        for length in part.lengths { starts.append((starts.last ?? 0) + length) }
    }

    /// The terms within `limits`, ordered by their bytes.
    func terms(within limits: VocabularyLimits) -> [Int] {
        var totals = [Int](repeating: 0, count: terms.count)
        var documentFrequencies = totals
        var lastText = [Int](repeating: -1, count: terms.count)
        let textCount = starts.count - 1
        for text in 0..<textCount {
            for occurrence in occurrences[starts[text]..<starts[text + 1]] {
                let term = Int(occurrence)
                totals[term] += 1
                if lastText[term] != text { documentFrequencies[term] += 1 }
                lastText[term] = text
            }
        }
        let highest = limits.maximumDocumentFrequencyShare * Double(textCount)
        var kept = terms.indices.filter {
            documentFrequencies[$0] >= limits.minimumDocumentFrequency && Double(documentFrequencies[$0]) <= highest
        }
        kept.sort { terms[$0] < terms[$1] }
        guard let size = limits.maximumSize, size < kept.count else { return kept }
        let byFrequency = kept.indices.sorted { (-totals[kept[$0]], $0) < (-totals[kept[$1]], $1) }
        return byFrequency.prefix(size).sorted().map { kept[$0] }
    }

    /// The counts, with column `newIndex(term)` for each term; negative columns are left out.
    func counts(columns: Int, _ newIndex: (Int32) -> Int32) -> SparseMatrix {
        var offsets = [0]
        var columnIndices: [Int32] = []
        var values: [Float] = []
        var row: [Int32] = []
        for text in 0..<starts.count - 1 {
            row.removeAll(keepingCapacity: true)
            for occurrence in occurrences[starts[text]..<starts[text + 1]] {
                let column = newIndex(occurrence)
                if column >= 0 { row.append(column) }
            }
            row.sort()
            for (position, column) in row.enumerated() {
                if position > 0 && row[position - 1] == column {
                    values[values.count - 1] += 1
                } else {
                    columnIndices.append(column)
                    values.append(1)
                }
            }
            offsets.append(values.count)
        }
        return SparseMatrix(columns: columns, rowOffsets: offsets, columnIndices: columnIndices, values: values)
    }
}
