import Foundation
import Language
import Tensor
import Testing
import _TestSupport

/// What tokenizers say about themselves, and what is asked of them besides ids.
struct TokenizerTests {
    private func bert() throws -> Tokenizer { try Tokenizer(json: tokenizerPath("bert-uncased")) }

    @Test func `Tokens are found by their text and by their id`() throws {
        let tokenizer = try bert()
        #expect(tokenizer.id(of: "[CLS]") == 2 && tokenizer.token(of: 2) == "[CLS]")
        #expect(tokenizer.id(of: "no such token") == nil && tokenizer.token(of: 1 << 30) == nil)
        #expect(tokenizer.token(of: -1) == nil)
        for id in 0..<Int32(tokenizer.vocabularySize) {
            let token = try #require(tokenizer.token(of: id))
            #expect(tokenizer.id(of: token) == id)
        }
    }

    @Test func `The limits of the file hold until others are set`() throws {
        var tokenizer = try bert()
        #expect(tokenizer.maximumLength == 40 && tokenizer.padding?.fixedLength == 40)
        let text = String(repeating: "the ", count: 100)
        #expect(tokenizer.encode(text).count == 40)
        #expect(tokenizer.encode(text).truncatedCount == 62)
        tokenizer.maximumLength = nil
        #expect(tokenizer.encode(text).count == 102 && !tokenizer.encode(text).isTruncated)
        tokenizer.maximumLength = 0
        #expect(tokenizer.encode(text).ids == [2, 3])
        #expect(try tokenizer.batch([text, "", "the"]).ids == [2, 3, 2, 3, 2, 3])
        #expect(try tokenizer.batch([text, "", "the"]).truncatedCount == 2)
    }

    @Test func `Offsets count scalars, and bytes where asked`() throws {
        let text = "é日 x"
        let encoding = try bert().encode(text)
        let utf8 = encoding.utf8Offsets(in: text)
        #expect(encoding.offsets == [0..<0, 0..<1, 1..<2, 3..<4, 0..<0])
        #expect(utf8 == [0..<0, 0..<2, 2..<5, 6..<7, 0..<0])
        #expect(encoding.specialTokensMask == [true, false, false, false, true])
        #expect(encoding.attentionMask.allSatisfy { $0 })
    }

    @Test func `Padding is applied where asked, on either side, to a multiple`() throws {
        let tokenizer = try bert()
        var encodings = [tokenizer.encode("the"), tokenizer.encode("the of and to")]
        var padding = TokenPadding(multiple: 4, id: 7, typeID: 1)
        let plain = encodings
        padding.pad(&encodings)
        #expect(encodings.map(\.count) == [8, 8])
        #expect(encodings[0].ids == plain[0].ids + [7, 7, 7, 7, 7])
        #expect(encodings[0].attentionMask == [true, true, true, false, false, false, false, false])
        #expect(encodings[0].typeIDs.suffix(5) == [1, 1, 1, 1, 1])
        #expect(encodings[0].specialTokensMask.suffix(5).allSatisfy { $0 })
        padding.padsBeginning = true
        padding.fixedLength = 2
        padding.multiple = nil
        var others = plain
        padding.pad(&others)
        #expect(others == plain)
        padding.fixedLength = 4
        padding.pad(&others)
        #expect(others[0].ids == [7] + plain[0].ids && others[1] == plain[1])
        var none: [Encoding] = []
        padding.pad(&none)
        #expect(none.isEmpty)
    }

    @Test func `No text and empty texts have their special tokens`() throws {
        let tokenizer = try bert()
        #expect(try tokenizer.encode([]).isEmpty)
        let batch = try tokenizer.batch([])
        #expect(batch.count == 0 && batch.ids.isEmpty && batch.offsets == [0])
        #expect(tokenizer.encode("").ids == [2, 3])
        #expect(tokenizer.encode("", "").ids == [2, 3, 3])
        #expect(try Array(tokenizer.batch(["", "the"])[0]) == [2, 3])
    }

    @Test func `Work stops when it is told to`() throws {
        let tokenizer = try bert()
        let texts = [String](repeating: "the of and", count: 1000)
        #expect(throws: LanguageError.cancelled) {
            try tokenizer.batch(texts, progress: ProgressHandler { _ in false })
        }
        #expect(throws: LanguageError.cancelled) {
            try tokenizer.encode(texts, progress: ProgressHandler { _ in false })
        }
    }

    @Test(arguments: ["bert-uncased", "roberta", "clip", "xlm-roberta", "llama"])
    func `A letter a million times takes time that grows with the length`(kind: String) throws {
        var tokenizer = try Tokenizer(json: tokenizerPath(kind))
        tokenizer.maximumLength = nil
        let text = String(repeating: "a", count: 1 << 20)
        var count = 0
        let time = try ContinuousClock().measure { count = try tokenizer.batch([text]).count }
        // Work that grew with the square of the length would take minutes.
        #expect(count == 1 && time < .seconds(10), "\(time)")
    }

    @Test func `A text of ten megabytes is encoded like any other`() throws {
        var tokenizer = try bert()
        tokenizer.maximumLength = nil
        let part = try TokenizerCorpus.texts()[..<2000].joined(separator: " ")
        let text = String(repeating: part + " ", count: 10_000_000 / part.utf8.count + 1)
        let ids = try tokenizer.batch([text]).ids
        #expect(text.utf8.count > 10_000_000 && ids.count > 1_000_000)
        let once = try tokenizer.batch([part + " "]).ids
        #expect(ids.prefix(once.count - 1) == once.dropLast())
    }
}
