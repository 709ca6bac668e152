import Language
import Testing
import _TestSupport

@Suite struct WordSegmenterTests {
    private func words(_ text: String, _ segmenter: WordSegmenter = WordSegmenter()) -> [String] {
        segmenter.words(in: text).map(String.init)
    }

    @Test(arguments: [
        ("Hiking, in the snow!", ["Hiking", "in", "the", "snow"]),
        ("我们去北海道滑雪。", ["我们", "去", "北海道", "滑雪"]),
        ("蘋果電腦很貴", ["蘋果", "電腦", "很", "貴"]),
        ("日本語の単語を分割する", ["日本語", "の", "単語", "を", "分割", "する"]),
        ("ภาษาไทย", ["ภาษา", "ไทย"]),
        ("한국어 단어", ["한국어", "단어"]),
        ("हिन्दी में लिखना", ["हिन्दी", "में", "लिखना"]),
        ("الكتابة بالعربية", ["الكتابة", "بالعربية"]),
        ("ice-cream don’t", ["ice", "cream", "don’t"]),
    ])
    func `Words are found in every script`(text: String, expected: [String]) {
        #expect(words(text) == expected)
    }

    @Test func `Chinese is cut by dictionary and not into characters`() {
        #expect(WordSegmenter.hasDictionaries)
        #expect(words("这是留学生") == ["这", "是", "留学生"])
    }

    @Test(arguments: [
        "", " ", " \n\t\r ", "...!?—", "\u{0}\u{1}\u{7F}", "\u{200B}\u{200D}\u{FEFF}", "\u{301}", "，。！（）",
    ])
    func `Text without words gives none`(text: String) {
        #expect(words(text).isEmpty)
    }

    @Test func `A full stop parts words but not abbreviations and numbers`() {
        #expect(words("end.Start U.S.A v2.0 3.5 1,000") == ["end", "Start", "U.S.A", "v2.0", "3.5", "1,000"])
    }

    @Test func `Numbers are kept or left out`() {
        #expect(words("25 years, 1,000 2D ٣") == ["25", "years", "1,000", "2D", "٣"])
        #expect(words("25 years, 1,000 2D ٣", WordSegmenter(keepsNumbers: false)) == ["years", "2D"])
    }

    @Test func `Underscores around a word are emphasis`() {
        #expect(words("_so_ __good__ snow_day ___") == ["so", "good", "snow_day"])
    }

    @Test func `Hashtags count as words unless they are dropped`() {
        #expect(words("#snow and #滑雪 ＃トマト c#") == ["snow", "and", "滑雪", "トマト", "c"])
        #expect(words("#snow and #滑雪 ＃トマト c#", WordSegmenter(keepsHashtags: false)) == ["and", "c"])
    }

    @Test func `Mentions are dropped unless they are kept`() {
        #expect(words("hi @anna_b, 你好@张三 ok") == ["hi", "你好", "ok"])
        #expect(words("hi @anna_b", WordSegmenter(keepsMentions: true)) == ["hi", "anna_b"])
    }

    @Test func `Web and mail addresses are dropped unless they are kept`() {
        let text = "see https://x.com/a?b=c，好看 mail a.b+c@d.org or WWW.Foo.de/x, done://"
        #expect(words(text) == ["see", "好看", "mail", "or"])
        #expect(words("at www.foo.de", WordSegmenter(keepsLinks: true)) == ["at", "www", "foo", "de"])
    }

    @Test func `Emoji are words where they are asked for, whole sequences at a time`() {
        let segmenter = WordSegmenter(keepsEmoji: true)
        #expect(words("I ❤️ 👩🏽‍🚀🇫🇷1️⃣!", segmenter) == ["I", "❤️", "👩🏽‍🚀", "🇫🇷", "1️⃣"])
        #expect(words("I ❤️ 👩🏽‍🚀🇫🇷1️⃣!") == ["I"])
        #expect(words("© ↔ + =", segmenter).isEmpty)
    }

    @Test func `Words stand in the text in order without overlap`() {
        for text in mixedTexts {
            let found = WordSegmenter(keepsEmoji: true, keepsMentions: true, keepsLinks: true).words(in: text)
            for (left, right) in zip(found, found.dropFirst()) { #expect(left.endIndex <= right.startIndex) }
            #expect(found.allSatisfy { !$0.isEmpty && text.contains($0) })
        }
    }

    /// A quadratic step would take minutes here.
    @Test(arguments: [
        "a", "a.", "@", "#a", "a@", "我", "กา", "👩‍", "🇫",
        "\u{301}", "<a", "www.", "://", "&", "_", "1", "\u{200B}", "'",
    ])
    func `A million repetitions take linear time`(piece: String) {
        let text = String(repeating: piece, count: 1_000_000 / piece.utf8.count)
        let segmenter = WordSegmenter(keepsEmoji: true)
        let duration = ContinuousClock().measure {
            _ = TextAnalyzer(segmenter: segmenter, stripsMarkup: true).words(in: text)
        }
        #expect(duration < .seconds(20))
    }
}
