import Language
import Testing
import _TestSupport

@Suite struct TextNormalizerTests {
    struct Case: Decodable {
        let text, folded, compatible, composed: String
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func `Folding agrees with Python's tables byte by byte`() throws {
        let cases: [Case] = try golden("language-normalization")
        #expect(cases.count > 20)
        for sample in cases {
            #expect(bytes(TextNormalizer().normalized(sample.text)) == bytes(sample.folded))
            #expect(bytes(TextNormalizer(foldsCase: false).normalized(sample.text)) == bytes(sample.compatible))
            let composing = TextNormalizer(foldsCase: false, foldsCompatibility: false)
            // Plain text is passed through, and all plain text is composed.
            #expect(bytes(composing.normalized(sample.text)) == bytes(sample.composed))
        }
    }

    @Test(arguments: [true, false], [true, false])
    func `Normalizing twice changes nothing more`(foldsCompatibility: Bool, stripsAccents: Bool) {
        let normalizer = TextNormalizer(foldsCompatibility: foldsCompatibility, stripsAccents: stripsAccents)
        for text in mixedTexts {
            let once = normalizer.normalized(text)
            #expect(bytes(normalizer.normalized(once)) == bytes(once))
        }
    }

    @Test func `Accents go where asked, and vowel signs of other scripts stay`() {
        let normalizer = TextNormalizer(stripsAccents: true)
        #expect(normalizer.normalized("Crème BRÛLÉE, ÅNGSTRÖM, йод") == "creme brulee, angstrom, иод")
        for text in ["हिन्दी", "ไทย", "ガ", "한국어"] { #expect(bytes(normalizer.normalized(text)) == bytes(text)) }
        #expect(TextNormalizer().normalized("Crème") == "crème")
    }

    @Test func `Case alone can be folded`() {
        let normalizer = TextNormalizer(foldsCompatibility: false)
        #expect(bytes(normalizer.normalized("STRASSE Straße Ａ ﬁ")) == bytes("strasse strasse ａ fi"))
    }

    @Test(arguments: [0, 1, 63, 64, 65, 255, 256, 257, 100_000])
    func `Text of any length is normalized whole`(count: Int) {
        #expect(
            TextNormalizer().normalized(String(repeating: "É", count: count)) == String(repeating: "é", count: count))
        #expect(TextNormalizer().normalized(String(repeating: "ﷺ", count: count)).unicodeScalars.count == 18 * count)
    }
}
