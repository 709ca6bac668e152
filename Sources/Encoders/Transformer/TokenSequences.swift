import Tensor

/// Texts as numbers of tokens, one after another, without padding.
package struct TokenSequences: Sendable {
    package private(set) var ids: [Int32]
    /// Where each text starts, and at the end the number of tokens.
    package private(set) var offsets: [Int]

    package init(ids: [Int32] = [], offsets: [Int] = [0]) { (self.ids, self.offsets) = (ids, offsets) }

    package var count: Int { offsets.count - 1 }

    package mutating func append(_ tokens: some Collection<Int32>) {
        ids.append(contentsOf: tokens)
        offsets.append(ids.count)
    }

    /// The tokens of a text.
    package subscript(index: Int) -> ArraySlice<Int32> { ids[offsets[index]..<offsets[index + 1]] }
}

extension TokenSequences {
    /// Texts of random words, to measure how far a model's features range: the same ones each time.
    static func sample(vocabularySize: Int, length: Int, count: Int = 32) -> TokenSequences {
        var random = RandomSource(seed: 0, stage: "sample texts")
        var result = TokenSequences()
        for _ in 0..<count { result.append((0..<length).map { _ in Int32(random.integer(below: vocabularySize)) }) }
        return result
    }
}
