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
        let tower = try clipTextTower(directory: fixture.directory)
        let texts = try fixture.texts()
        #expect(texts.allSatisfy { tower.relevant($0[...]) == $0 })
        // What follows the end is not looked at.
        #expect(texts.allSatisfy { tower.relevant(($0 + [129, 5, 129])[...]) == $0 })
        var states: [Matrix] = []
        let vectors = tower(sequences(texts)) { states.append($1) }
        for index in 0..<3 { expectAlike(states[index], try fixture.matrix("text.\(index)"), 1e-4, "text.\(index)") }
        expectAlike(vectors, try fixture.matrix("text_vectors"), 1e-4, "vectors")
    }

    @Test(
        "the text towers of Chinese-CLIP and SigLIP are those of transformers", arguments: ["chinese-clip", "siglip"])
    func otherTowers(name: String) throws {
        let fixture = try ModelFixture(name)
        let tower = try clipTextTower(directory: fixture.directory)
        let vectors = try tower.encode(sequences(try fixture.texts()), normalizes: false)
        expectAlike(vectors, try fixture.matrix("text_vectors"), 1e-4, "vectors")
    }

    @Test(
        "texts are pooled as they should be, and a vector does not depend on company, copies or threads",
        arguments: Pooling.allCases)
    func pooling(pooling: Pooling) throws {
        let fixture = try ModelFixture("bert")
        let texts = try fixture.texts()
        let states = try fixture.matrix("text.3")
        let tower = SentenceTower(
            try BERTModel(directory: fixture.directory, picksTokens: pooling.picksToken), pooling: pooling)
        let vectors = try tower.encode(sequences(texts), normalizes: false)
        var start = 0
        for (row, text) in texts.enumerated() {
            let tokens = (start..<start + text.count).map { Array(states.row($0)) }
            start += text.count
            let wanted: [Float] = (0..<32).map { column -> Float in
                let values: [Float] = tokens.map { $0[column] }
                return switch pooling {
                case .cls: values[0]
                case .lastToken: values[values.count - 1]
                case .mean: values.reduce(0, +) / Float(values.count)
                case .max: values.max() ?? 0
                }
            }
            expectClose(Array(vectors.row(row)), wanted, relativeTolerance: 1e-4, absoluteTolerance: 2e-4)
        }
        let places = (0..<900).map { ($0 * 7 + $0 / 9) % texts.count }
        for many in try withThreadCounts({ try tower.encode(sequences(places.map { texts[$0] }), normalizes: false) }) {
            for (row, place) in places.enumerated() { #expect(many.row(row).elementsEqual(vectors.row(place))) }
        }
        // Many different texts are several batches.
        let different = (0..<400).map { number -> [Int32] in
            let last: [Int32] = [Int32(4 + number % 100), Int32(4 + number / 100)]
            return texts[3] + last
        }
        let all = try tower.encode(sequences(different), normalizes: true)
        for row in [0, 57, 399] {
            #expect(try tower.encode(sequences([different[row]]), normalizes: true).row(0).elementsEqual(all.row(row)))
        }
        #expect(try tower.encode(sequences([]), normalizes: true).rows == 0)
    }
}
