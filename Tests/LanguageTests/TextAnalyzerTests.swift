import Language
import Tensor
import Testing
import _TestSupport

@Suite struct TextAnalyzerTests {
    @Test func `The default keeps words that say something`() {
        #expect(
            TextAnalyzer().words(in: "The dog's #snow day ❄️ 我们去滑雪 in 2024 x")
                == ["dog", "snow", "day", "snowflake", "滑雪"])
        #expect(TextAnalyzer().words(in: "Don’t say it's what's-his-name").contains("name"))
        #expect(TextAnalyzer().words(in: "don’t it's what's").isEmpty)
    }

    @Test func `Emoji are named, kept or dropped`() {
        #expect(TextAnalyzer(emoji: .names).words(in: "❤️👍🏽") == ["heavy", "black", "heart", "thumbs", "sign"])
        #expect(TextAnalyzer(emoji: .keep).words(in: "❤️❤👍🏽👍") == ["❤", "❤", "👍", "👍"])
        #expect(TextAnalyzer(emoji: .drop).words(in: "❤️ snow").elementsEqual(["snow"]))
    }

    @Test func `An ideograph or a Korean syllable is long enough, a letter is not`() {
        #expect(TextAnalyzer().words(in: "猫 물 b") == ["猫", "물"])
        #expect(TextAnalyzer(stopWords: .none, minimumLength: 1).words(in: "a b") == ["a", "b"])
        #expect(TextAnalyzer(minimumLength: 4).words(in: "cat 猫 滑雪 snow") == ["滑雪", "snow"])
    }

    @Test func `Phrases are made of neighbours only`() {
        let analyzer = TextAnalyzer(wordsPerTerm: 1...3)
        #expect(
            analyzer.words(in: "red snow-cat, cup of tea")
                == ["red", "snow", "cat", "cup", "tea", "red snow", "snow cat", "red snow cat"])
        #expect(TextAnalyzer(wordsPerTerm: 2...2).words(in: "滑雪旅行 snow ❄️ day") == ["滑雪旅行", "旅行 snow"])
        #expect(TextAnalyzer(wordsPerTerm: 2...2).words(in: "snow") == [])
    }

    @Test func `Stems bring plurals together`() {
        #expect(TextAnalyzer(stemming: .englishPlurals).words(in: "Dogs dog") == ["dog", "dog"])
    }

    @Test func `Markup is stripped where asked`() {
        #expect(TextAnalyzer(stripsMarkup: true).words(in: "<p class='x'>snow&amp;ice</p>") == ["snow", "ice"])
    }

    @Test func `Batches give what single texts give, for every number of threads`() {
        let texts = (0..<2000).map { mixedTexts[$0 % mixedTexts.count] + " item \($0 % 7)" }
        let analyzer = TextAnalyzer(wordsPerTerm: 1...2)
        let one = withThreads(1) { analyzer.words(in: texts) }
        let four = withThreads(4) { analyzer.words(in: texts) }
        #expect(one == four)
        #expect(one == texts.map { analyzer.words(in: $0) })
        #expect(analyzer.words(in: [String]()).isEmpty)
    }

    @Test func `No term is empty or holds what was to be left out`() {
        for text in mixedTexts {
            for term in TextAnalyzer(wordsPerTerm: 1...2).words(in: text) {
                #expect(
                    !term.isEmpty && !StopWords.standard.contains(term) && TextNormalizer().normalized(term) == term)
            }
        }
    }
}
