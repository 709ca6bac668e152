import Encoders
import Tensor
import Testing
import _TestSupport

@Suite struct TextModelTests {
    func sequences(_ texts: [[Int32]]) -> TokenSequences {
        var result = TokenSequences()
        for text in texts { result.append(text) }
        return result
    }

    @Test("each layer of BERT and RoBERTa is that of transformers, without padding", arguments: ["bert", "roberta"])
    func bert(name: String) throws {
        let fixture = try ModelFixture(name)
        let texts = try fixture.texts()
        let model = try BERTModel(directory: fixture.directory)
        var states: [Matrix] = []
        let last = model(sequences(texts)) { states.append($1) }
        try fixture.expectStates(states, "text")
        // The last layer for the first tokens alone has the same bits.
        let picking = try BERTModel(directory: fixture.directory, picksTokens: true)
        let offsets = sequences(texts).offsets
        let picked = picking(sequences(texts), picked: Array(offsets.dropLast()))
        for (text, offset) in offsets.dropLast().enumerated() {
            #expect(picked.row(text).elementsEqual(last.row(offset)))
        }
        // Company does not matter.
        for (text, tokens) in texts.enumerated() {
            let alone = model(sequences([tokens]))
            for row in 0..<tokens.count { #expect(alone.row(row).elementsEqual(last.row(offsets[text] + row))) }
        }
    }

    @Test("CLIP's text tower is that of transformers, without what follows the end", arguments: ["clip", "clip-gelu"])
    func clip(name: String) throws {
        let fixture = try ModelFixture(name)
        let tower = try CLIPTextTower(directory: fixture.directory)
        let texts = try fixture.texts()
        #expect(texts.allSatisfy { tower.relevant($0[...]).count == $0.count })
        // What follows the end is not looked at.
        #expect(texts.allSatisfy { tower.relevant(($0 + [129, 5, 129])[...]).elementsEqual($0) })
        var states: [Matrix] = []
        let vectors = tower(sequences(texts)) { states.append($1) }
        for index in 0..<3 { expectAlike(states[index], try fixture.matrix("text.\(index)"), 1e-4, "text.\(index)") }
        expectAlike(vectors, try fixture.matrix("text_vectors"), 1e-4, "vectors")
    }
}
