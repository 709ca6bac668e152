import Encoders
import Foundation
import Tensor
import Testing
import _TestSupport

/// Sentence encoders as XLM-RoBERTa, E5 and BGE are published: Scripts/references/models/families.py.
@Suite struct SentenceFamilyTests {
    @Test("each layer of XLM-RoBERTa is that of transformers, with positions counted from the padding token's")
    func layers() throws {
        let fixture = try ModelFixture("e5")
        let texts = try fixture.texts()
        let model = try BERTModel(directory: fixture.directory)
        func states(_ texts: [[Int32]]) -> [Matrix] {
            var sequences = TokenSequences()
            for text in texts { sequences.append(text) }
            var states: [Matrix] = []
            _ = model(sequences) { states.append($1) }
            return states
        }
        try fixture.expectStates(states(texts), "text")
        // A padding token within takes no position: the tokens after it have the next one.
        #expect(texts[3].filter { $0 == 1 }.count == 3)
        let first = states([texts[3]])[0]
        let without = states([texts[3].filter { $0 != 1 }])[0]
        for (row, place) in [0, 1, 3, 6, 7].enumerated() { #expect(without.row(row).elementsEqual(first.row(place))) }
    }

    @Test("E5: from texts in many scripts to vectors, with the prompt that the directory names or another")
    func e5() throws {
        let fixture = try ModelFixture("e5")
        let texts = try fixture.lines()
        let encoder = try #require(try Pretrained.textEncoder(directory: fixture.directory) as? SentenceEncoder)
        #expect(encoder.prompt == "query: " && encoder.pooling == .mean && encoder.normalizes)
        #expect(encoder.maximumLength == 38)
        let (vectors, truncatedCount) = try encoder.encodeNotingTruncation(texts, progress: .none)
        #expect(truncatedCount > 0 && truncatedCount < texts.count)
        expectAlike(vectors, try fixture.matrix("vectors"), 1e-4, "vectors")
        #expect(leastCosine(vectors, try fixture.matrix("vectors")) > 0.999_99)
        let passages = try SentenceEncoder(directory: fixture.directory, prompt: "passage: ").encode(texts)
        expectAlike(passages, try fixture.matrix("passages"), 1e-4, "passages")
        #expect(
            try encoder.encode(["passage: snow"])
                != SentenceEncoder(directory: fixture.directory, prompt: "passage: ").encode(["snow"]))
        for other in try withThreadCounts({ try encoder.encode(texts.reversed()) }) {
            for row in texts.indices { #expect(other.row(row).elementsEqual(vectors.row(texts.count - 1 - row))) }
        }
        let coarse = try SentenceEncoder(directory: fixture.directory, precision: .int8).encode(texts)
        #expect(leastCosine(vectors, coarse) > 0.99)
    }

    @Test("BGE: the first token, normalized, as modules.json says")
    func bge() throws {
        let fixture = try ModelFixture("bge")
        let texts = try fixture.lines()
        let encoder = try SentenceEncoder(directory: fixture.directory)
        #expect(encoder.prompt == "" && encoder.pooling == .cls && encoder.normalizes)
        let vectors = try encoder.encode(texts)
        expectAlike(vectors, try fixture.matrix("vectors"), 1e-4, "vectors")
        #expect(leastCosine(vectors, try fixture.matrix("vectors")) > 0.999_99)
        for row in texts.indices {
            #expect(try encoder.encode([texts[row]]).row(0).elementsEqual(vectors.row(row)))
        }
    }

    @Test("a prompt that is not to be pooled is refused")
    func promptsLeftOut() throws {
        try withModel("e5") { directory in
            try editConfiguration(in: directory, "1_Pooling/config.json") { $0["include_prompt"] = false }
            #expect(throws: EncoderError.self) { try SentenceEncoder(directory: directory) }
            #expect(try SentenceEncoder(directory: directory, prompt: "").encode(["snow"]).columns == 32)
        }
    }
}
