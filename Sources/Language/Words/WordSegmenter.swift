/// Cuts text in any script into words.
///
/// Words are found by the rules of Unicode's UAX #29, and by dictionary where a script writes no spaces: Chinese,
/// Japanese, Thai, Lao, Khmer, Burmese. Punctuation and spaces are left out; `#snow` gives `snow`; a full stop between
/// letters parts words (`end.Start`) except in abbreviations (`U.S.A`).
///
/// ```swift
/// WordSegmenter().words(in: "Hiking in #snow! 我们去滑雪")   // ["Hiking", "in", "snow", "我们", "去", "滑雪"]
/// ```
///
/// - Reference: Unicode Standard Annex #29, Unicode Text Segmentation.
public struct WordSegmenter: Sendable, Hashable {
    /// Whether numbers without letters (`25`, `1,000`, `2.5`) are words.
    public var keepsNumbers: Bool
    /// Whether emoji are words.
    public var keepsEmoji: Bool
    /// Whether the words of hashtags are kept.
    public var keepsHashtags: Bool
    /// Whether user names in mentions (`@anna`) are words.
    public var keepsMentions: Bool
    /// Whether the words of web and mail addresses are kept.
    public var keepsLinks: Bool

    /// A segmenter that by default keeps numbers and the words of hashtags, but no emoji, mentions or links.
    public init(
        keepsNumbers: Bool = true, keepsEmoji: Bool = false, keepsHashtags: Bool = true, keepsMentions: Bool = false,
        keepsLinks: Bool = false
    ) {
        self.keepsNumbers = keepsNumbers
        self.keepsEmoji = keepsEmoji
        self.keepsHashtags = keepsHashtags
        self.keepsMentions = keepsMentions
        self.keepsLinks = keepsLinks
    }

    /// Whether the dictionaries for scripts without spaces are installed. Without them words are runs of letters and
    /// digits, and every ideograph is a word.
    public static var hasDictionaries: Bool { WordBreaker.hasDictionaries }

    /// The words of `text`, in order, as they are written there.
    ///
    /// - Complexity: O(text.utf8.count).
    public func words(in text: String) -> [Substring] {
        var text = text
        text.makeContiguousUTF8()
        var result: [Substring] = []
        let view = text.utf8
        text.withContiguousUTF8 { utf8 in
            forEachToken(in: utf8, breaker: WordBreaker()) { token in
                let start = view.index(view.startIndex, offsetBy: token.range.lowerBound)
                result.append(text[start..<view.index(start, offsetBy: token.range.count)])
            }
        }
        return result
    }

    /// A word and where it stands.
    struct Token {
        enum Kind { case word, number, emoji }
        /// The bytes of the word in UTF-8 text.
        let range: Range<Int>
        let kind: Kind
    }

    /// Calls `body` with each word of `utf8`, in order.
    ///
    /// - Complexity: O(utf8.count).
    func forEachToken(in utf8: UnsafeBufferPointer<UInt8>, breaker: WordBreaker, _ body: (Token) -> Void) {
        var references = SocialReference.all(in: utf8).filter { !keeps($0.kind) }[...]
        breaker.forEachSegment(of: utf8) { segment, isWordLike in
            while let next = references.first, next.range.upperBound <= segment.lowerBound { references.removeFirst() }
            if let next = references.first, next.range.overlaps(segment) { return }
            if isWordLike {
                forEachWord(of: segment, in: utf8, body)
            } else if keepsEmoji && Emoji.isEmoji(utf8, in: segment) {
                body(Token(range: segment, kind: .emoji))
            }
        }
    }

    private func keeps(_ kind: SocialReference.Kind) -> Bool {
        switch kind {
        case .hashtag: keepsHashtags
        case .mention: keepsMentions
        case .link: keepsLinks
        }
    }
}
