import Language
import Testing
import _TestSupport

/// Tokenizers against Hugging Face `tokenizers`, over 12,000 lines in many scripts.
struct TokenizerReferenceTests {
    static let kinds = [
        "bert-uncased", "bert-cased", "roberta", "gpt2", "clip", "xlm-roberta", "unigram-bytes", "llama", "pieces",
        "words",
        "expressions",
    ]

    @Test func `The lines are those that the reference read`() throws {
        let corpus = try TokenizerCorpus.shared.get()
        let texts = try TokenizerCorpus.texts()
        #expect(texts.count == corpus.lines && corpus.lines >= 10_000)
        #expect(Fingerprint.of(texts.joined(separator: "\0").utf8) == corpus.fingerprint)
    }

    @Test(arguments: kinds)
    func `Ids, offsets, types and masks are the reference's`(kind: String) throws {
        let goldens = try golden("tokenizers", as: TokenizerGoldens.self)
        let expected = try #require(goldens.kinds[kind])
        let tokenizer = try Tokenizer(json: tokenizerPath(kind))
        #expect(tokenizer.vocabularySize == expected.size)
        let texts = try TokenizerCorpus.texts()
        let encodings = try tokenizer.encode(texts)
        #expect(encodings.count == expected.single.count * goldens.block)
        for (block, fingerprint) in expected.single.enumerated() {
            let lines = block * goldens.block..<(block + 1) * goldens.block
            #expect(Fingerprint.of(encodings[lines]) == fingerprint, "\(kind), lines \(lines)")
        }
        let pairs = (0..<goldens.pairs).map { tokenizer.encode(texts[2 * $0], texts[2 * $0 + 1]) }
        for (block, fingerprint) in expected.pair.enumerated() {
            let range = block * goldens.block..<(block + 1) * goldens.block
            #expect(Fingerprint.of(pairs[range]) == fingerprint, "\(kind), pairs \(range)")
        }
        // Whatever the hashes say: offsets lie within their texts, ids in the vocabulary.
        var faults: [String] = []
        for (text, encoding) in zip(texts, encodings) {
            let count = text.unicodeScalars.count
            if !encoding.offsets.allSatisfy({ $0.upperBound <= count })
                || !encoding.ids.allSatisfy({ tokenizer.token(of: $0) != nil })
                || encoding.count > tokenizer.maximumLength ?? .max
            {
                faults.append(text)
            }
        }
        #expect(faults.isEmpty, "\(faults.count): \(faults.prefix(3))")
    }

    @Test(arguments: kinds)
    func `A batch has the ids of the encodings, on any number of threads`(kind: String) throws {
        let tokenizer = try Tokenizer(json: tokenizerPath(kind))
        let texts = try TokenizerCorpus.texts()
        let encodings = try tokenizer.encode(texts)
        for batch in try withThreadCounts({ try tokenizer.batch(texts) }) {
            #expect(batch.count == texts.count)
            #expect(batch.truncatedCount == encodings.count { $0.isTruncated })
            let differing = texts.indices.filter { !batch[$0].elementsEqual(encodings[$0].ids) }
            #expect(differing.isEmpty, "\(differing.prefix(5).map { texts[$0] })")
        }
    }
}
