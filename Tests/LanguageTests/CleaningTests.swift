import Language
import Testing
import _TestSupport

@Suite struct EmojiNamesTests {
    struct Case: Decodable {
        let emoji, name: String
    }

    @Test func `Names are Unicode's`() throws {
        let cases: [Case] = try golden("language-emoji")
        #expect(cases.count > 20)
        for sample in cases { #expect(EmojiNames.name(of: sample.emoji) == sample.name) }
    }

    @Test(arguments: [
        ("❤️", "heavy black heart"), ("👩🏽‍🚀", "woman rocket"), ("🇫🇷", "flag fr"), ("🇫🇷🇯🇵", "flag fr flag jp"),
        ("1️⃣", "keycap 1"),
        ("#️⃣", "keycap #"), ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", "flag gbeng"), ("", ""), ("\u{FE0F}", ""), ("🇫", "flag f"),
    ])
    func `Sequences are named by their parts`(emoji: String, name: String) {
        #expect(EmojiNames.name(of: emoji) == name)
    }

    @Test func `Emoji in a text give way to their names`() {
        #expect(EmojiNames.replacing(in: "I ❤️ 🏔️") == "I heavy black heart snow capped mountain")
        #expect(EmojiNames.replacing(in: "我爱🐼！") == "我爱 panda face ！")
        #expect(EmojiNames.replacing(in: "no 1 © here") == "no 1 © here")
        #expect(EmojiNames.replacing(in: "") == "")
    }
}

@Suite struct MarkupTests {
    @Test(arguments: [
        ("<b>Ski</b> &amp; <a href='x'>snow</a>", " Ski  &  snow "), ("a < b & c > d", "a < b & c > d"),
        ("<never closed", "<never closed"), ("&#8217;&#x41;&nbsp;&foo;&#xD800;&", "\u{2019}A\u{A0}&foo;&#xD800;&"),
        ("<!-- x -->y<br/>", " y "), ("", ""), ("我<i>们</i>", "我 们 "), ("<", "<"), ("x<>", "x<>"),
    ])
    func `Tags and entities are resolved, and what is none stays`(text: String, expected: String) {
        #expect(Markup.stripped(text) == expected)
    }
}

@Suite struct TextFieldsTests {
    @Test func `Fields are joined by weight, and empty ones skipped`() {
        #expect(TextFields.titleTagsBody.joined(["Dawn", "#snow,hike", nil]) == "Dawn\nDawn\nsnow, hike")
        #expect(TextFields.titleTagsBody.joined([" ", " ; ", "body "]) == "body")
        #expect(TextFields([]).joined([]) == "")
        let silent = TextFields([TextFields.Field(weight: 0), TextFields.Field()], separator: " | ")
        #expect(silent.joined(["a", "b"]) == "b")
    }

    @Test func `Tags are parted by every usual separator`() {
        #expect(TextFields.tags(in: "#snow #day, hike;旅行、 雪，山\nx,,") == ["snow", "day", "hike", "旅行", "雪", "山", "x"])
        #expect(TextFields.tags(in: "new york, paris") == ["new york", "paris"])
        #expect(TextFields.tags(in: "new york", splitsOnSpaces: true) == ["new", "york"])
    }

    @Test func `No phrase reaches from one field or tag into the next`() {
        let text = TextFields.titleTagsBody.joined(["Snow", "red car,blue bus", "ice"])
        let terms = TextAnalyzer(wordsPerTerm: 2...2).words(in: text)
        #expect(terms == ["red car", "blue bus"])
    }
}

@Suite struct StopWordsTests {
    @Test func `Lists hold normalized words only`() {
        for word in StopWords.standard.words {
            #expect(TextNormalizer().normalized(word).utf8.elementsEqual(word.utf8))
        }
        #expect(StopWords.english.count > 300 && StopWords.chinese.count > 400)
    }

    @Test func `Words are added, removed and united`() {
        var words = StopWords(["a"]).union(StopWords(["b"]))
        words.insert(["c"])
        words.remove(["a", "x"])
        #expect(words.words == ["b", "c"])
        #expect(!words.contains("a") && words.contains("b") && !StopWords.none.contains(""))
    }

    @Test func `Equivalent spellings are different words`() {
        #expect(!StopWords(["\u{E9}"]).contains("e\u{301}"))
    }

    @Test func `A language code finds its list`() {
        #expect(StopWords.forLanguage("en_GB.UTF-8") == .english)
        #expect(StopWords.forLanguage("zh-Hant") == .chinese)
        #expect(StopWords.forLanguage("xx") == nil)
        #expect(StopWords.languages.allSatisfy { StopWords.forLanguage($0) != nil })
        #expect(StopWords.chinese.contains("我们") && StopWords.chinese.contains("我們"))
    }
}

@Suite struct StemmingTests {
    @Test(arguments: [
        ("dogs", "dog"), ("ponies", "pony"), ("movies", "movy"), ("glass", "glass"), ("bus", "bus"),
        ("horses", "horse"),
        ("trees", "trees"), ("shoes", "shoes"), ("gas", "gas"), ("days", "day"), ("été's", "été's"), ("", ""),
        ("滑雪", "滑雪"),
    ])
    func `The S stemmer folds plurals by Harman's three rules`(word: String, stem: String) {
        #expect(Stemming.englishPlurals.stem(word) == stem)
        #expect(Stemming.none.stem(word) == word)
    }
}
