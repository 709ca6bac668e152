import Tensor

/// Turns text into terms: the words, and if asked the phrases, that are counted.
///
/// A text is taken out of its markup if asked, cut into words, and each word is normalized; stop words and short words
/// are left out; the rest is stemmed if asked. An analyzer is a value: equal analyzers give equal terms.
///
/// ```swift
/// TextAnalyzer().words(in: "The dog's #snow day ❄️ 我们去滑雪")
/// // ["dog", "snow", "day", "snowflake", "滑雪"]
/// ```
public struct TextAnalyzer: Sendable, Hashable {
    /// What becomes of emoji.
    public enum EmojiHandling: String, Sendable, Hashable, CaseIterable {
        /// An emoji counts as the words of its name (``EmojiNames``).
        case names
        /// An emoji is a word; variants of look and skin tone are the same.
        case keep
        /// Emoji are left out.
        case drop
    }

    /// How words are normalized.
    public var normalizer: TextNormalizer
    /// How text is cut into words. Its `keepsEmoji` is overruled by ``emoji``.
    public var segmenter: WordSegmenter
    /// What becomes of emoji.
    public var emoji: EmojiHandling
    /// Whether HTML tags and entities are resolved first (``Markup``).
    public var stripsMarkup: Bool
    /// Words that are left out.
    public var stopWords: StopWords
    /// How inflected forms are brought together.
    public var stemming: Stemming
    /// The least number of letters that a word has; an ideograph or a Korean syllable counts as two.
    public var minimumLength: Int
    /// How many words make a term, at least 1. `1...2` gives single words and pairs.
    ///
    /// Only words that stand side by side make a pair, with nothing but spaces or a hyphen between them – neither a
    /// stop word nor a comma. Where a script writes no space, the pair has none.
    public var wordsPerTerm: ClosedRange<Int>

    /// An analyzer of the given parts. By default terms are single words of two letters or one ideograph at least, not
    /// stemmed; numbers and stop words are left out, and emoji count by their names.
    public init(
        normalizer: TextNormalizer = TextNormalizer(), segmenter: WordSegmenter = WordSegmenter(keepsNumbers: false),
        emoji: EmojiHandling = .names, stripsMarkup: Bool = false, stopWords: StopWords = .standard,
        stemming: Stemming = .none, minimumLength: Int = 2, wordsPerTerm: ClosedRange<Int> = 1...1
    ) {
        self.normalizer = normalizer
        self.segmenter = segmenter
        self.emoji = emoji
        self.stripsMarkup = stripsMarkup
        self.stopWords = stopWords
        self.stemming = stemming
        self.minimumLength = minimumLength
        self.wordsPerTerm = wordsPerTerm
    }

    /// The terms of `text`: its words in order, then its pairs in order, and so on.
    ///
    /// - Complexity: O(text.utf8.count · wordsPerTerm.upperBound²).
    public func words(in text: String) -> [String] { words(in: text, breaker: WordBreaker()) }

    /// The terms of each text, found in parallel.
    ///
    /// - Complexity: that of ``words(in:)-(String)`` for each text.
    public func words(in texts: [String]) -> [[String]] {
        mapTiles(of: texts) { tile, breaker in texts[tile].map { words(in: $0, breaker: breaker) } }.flatMap { $0 }
    }

    /// Calls `body` with consecutive ranges of `texts`, in parallel; returns its results in order.
    func mapTiles<T>(of texts: [String], _ body: (Range<Int>, WordBreaker) -> T) -> [T] {
        let size = 256
        let tileCount = texts.indices.tileCount(size: size)
        return [T](unsafeUninitializedCapacity: tileCount) { buffer, initialized in
            guard let start = buffer.baseAddress else { return }
            nonisolated(unsafe) let target = start
            parallelFor(tileCount, scratch: { WordBreaker() }) { tile, breaker in
                (target + tile).initialize(to: body(texts.indices.tile(tile, size: size), breaker))
            }
            initialized = tileCount
        }
    }
}
