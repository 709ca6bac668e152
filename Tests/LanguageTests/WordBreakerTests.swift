import Language
import Testing
import _TestSupport

@Suite struct WordBreakerTests {
    private func segments(_ text: String, _ breaker: WordBreaker) -> [(range: Range<Int>, isWordLike: Bool)] {
        var text = text
        var result: [(range: Range<Int>, isWordLike: Bool)] = []
        text.withUTF8 { utf8 in breaker.forEachSegment(of: utf8) { result.append(($0, $1)) } }
        return result
    }

    private func words(_ text: String, _ breaker: WordBreaker) -> [String] {
        segments(text, breaker).filter(\.isWordLike).map { String(decoding: Array(text.utf8)[$0.range], as: UTF8.self) }
    }

    @Test(arguments: [true, false], [4, 5, 16, 1 << 30])
    func `Segments cover every text, between scalars`(usesDictionaries: Bool, windowSize: Int) {
        let breaker = WordBreaker(windowSize: windowSize, usesDictionaries: usesDictionaries)
        for text in mixedTexts {
            let found = segments(text, breaker)
            #expect(found.map(\.range).reduce(0) { $1.lowerBound == $0 ? $1.upperBound : -1 } == text.utf8.count)
            let bytes = Array(text.utf8)
            for (range, _) in found { #expect(!range.isEmpty && bytes[range.lowerBound] & 0xC0 != 0x80) }
        }
    }

    @Test func `Windows end at spaces, so small ones find the same words`() {
        let text = (0..<200).map { "snow 滑雪 \($0)" }.joined(separator: " ")
        #expect(words(text, WordBreaker(windowSize: 32)) == words(text, WordBreaker()))
    }

    @Test func `Without dictionaries words are runs of letters, and ideographs stand alone`() {
        let breaker = WordBreaker(usesDictionaries: false)
        #expect(words("Snow, 2 naïve हिन्दी 滑雪x!", breaker) == ["Snow", "2", "naïve", "हिन्दी", "滑", "雪", "x"])
    }
}
