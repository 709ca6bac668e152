/// Words that say nothing about what a text is about: articles, pronouns, prepositions, auxiliaries.
///
/// ```swift
/// var words = StopWords.english.union(.chinese)
/// words.insert(["lol", "photo"])
/// words.remove(["not"])
/// ```
///
/// Words are compared after ``TextNormalizer`` folded them, byte by byte, so own words are given in lower case.
public struct StopWords: Sendable, Hashable {
    private var terms: Set<Term>

    /// The given words.
    public init(_ words: some Sequence<String>) { terms = Set(words.map(Term.init)) }

    /// No word at all.
    public static let none = StopWords([])
    /// English function words, with and without apostrophes.
    public static let english = StopWords(list: englishList)
    /// Chinese function words and measure words, in simplified and traditional characters.
    public static let chinese = StopWords(list: simplifiedChineseList + " " + traditionalChineseList)
    /// English and Chinese.
    public static let standard = english.union(chinese)

    /// The list for a language code such as `en`, `zh`, `zh-Hant` or `zh_TW`; `nil` when there is none.
    public static func forLanguage(_ code: String) -> StopWords? {
        let language = code.lowercased().prefix { $0 != "-" && $0 != "_" && $0 != "." }
        switch language {
        case "en": return english
        case "zh", "cmn", "yue": return chinese
        default: return nil
        }
    }

    /// The language codes of which ``forLanguage(_:)`` has a list.
    public static let languages = ["en", "zh"]

    /// The number of words.
    public var count: Int { terms.count }

    /// The words, in order of their bytes.
    ///
    /// - Complexity: O(count · log count).
    public var words: [String] { terms.sorted().map(\.text) }

    /// Whether `word`, in the form that ``TextNormalizer`` gives it, is one of the words.
    ///
    /// - Complexity: O(word.utf8.count).
    public func contains(_ word: String) -> Bool { !terms.isEmpty && terms.contains(Term(word)) }

    /// The words of both.
    public func union(_ other: StopWords) -> StopWords {
        var result = self
        result.terms.formUnion(other.terms)
        return result
    }

    /// Adds `words`.
    public mutating func insert(_ words: some Sequence<String>) { terms.formUnion(words.lazy.map(Term.init)) }

    /// Removes `words`.
    public mutating func remove(_ words: some Sequence<String>) { terms.subtract(words.lazy.map(Term.init)) }

    private init(list: String) { self.init(list.split(whereSeparator: \.isWhitespace).map(String.init)) }
}
