/// A text, or a pair of texts, as tokens.
public struct Encoding: Sendable, Hashable {
    /// The tokens' ids in the vocabulary, special tokens included.
    public var ids: [Int32] = []
    /// For each token 0 or 1: which text of a pair it belongs to, as the tokenizer's file says.
    public var typeIDs: [Int32] = []
    /// Which part of its text each token covers, counted in Unicode scalars from 0; `0..<0` for special tokens and for
    /// padding.
    ///
    /// Scalars are what a Python string consists of: these are the reference's offsets. ``utf8Offsets(in:)`` counts in
    /// bytes.
    public var offsets: [Range<Int>] = []
    /// Which tokens were added and stand for no part of a text.
    public var specialTokensMask: [Bool] = []
    /// Which tokens are to be looked at: all but padding.
    public var attentionMask: [Bool] = []
    /// How many tokens of the texts were cut off to keep to the maximum length.
    public var truncatedCount = 0

    /// Whether anything was cut off.
    public var isTruncated: Bool { truncatedCount > 0 }

    /// The number of tokens.
    public var count: Int { ids.count }

    /// An encoding without tokens.
    public init() {}

    /// The offsets in bytes of UTF-8, for an encoding of `text`.
    ///
    /// - Complexity: O(count + text.utf8.count).
    public func utf8Offsets(in text: String) -> [Range<Int>] {
        var starts: [Int] = []
        var position = 0
        for scalar in text.unicodeScalars {
            starts.append(position)
            position += UTF8.width(scalar)
        }
        func byte(_ scalar: Int) -> Int { scalar < starts.count ? starts[scalar] : position }
        return offsets.map { byte($0.lowerBound)..<byte($0.upperBound) }
    }
}

/// The ids of many texts, one after another, without what encoders do not need.
public struct TokenBatch: Sendable, Hashable {
    /// The ids of all texts.
    public internal(set) var ids: [Int32]
    /// Where the ids of each text start; one entry more than there are texts.
    public internal(set) var offsets: [Int]
    /// How many texts were cut to the maximum length.
    public internal(set) var truncatedCount: Int

    /// The number of texts.
    public var count: Int { offsets.count - 1 }

    /// The ids of the text at `index`.
    ///
    /// - Complexity: O(1).
    public subscript(index: Int) -> ArraySlice<Int32> { ids[offsets[index]..<offsets[index + 1]] }
}
