import Encoders
import Foundation
import Imaging
import Tensor
import Testing
import _TestSupport

/// ImageBind's towers, converted by Scripts/convert-imagebind.py, against ImageBind's own code:
/// Scripts/references/models/imagebind_towers.py.
@Suite struct ImageBindTests {
    @Test("pixels are those of torchvision, which cuts out the middle a little otherwise than Transformers")
    func pixels() throws {
        let model = try ModelFixture("imagebind")
        let processor = try CLIPImageEncoder(directory: model.directory).processor
        let wanted = try model.array("pixels")
        for (index, picture) in try ModelFixture.pictures().enumerated() {
            let expected = wanted[index..<index + 1].elements
            for image in [picture, processor.prepare(picture)] {
                expectClose(
                    processor.values(of: image).elements, expected, relativeTolerance: 1e-6, absoluteTolerance: 1e-6)
            }
        }
    }

    @Test("where the middle begins is rounded to an even number, prepared or not", arguments: 32...47)
    func middles(length: Int) throws {
        let directory = goldens().appendingPathComponent("models/imagebind").path
        let processor = try CLIPImageEncoder(directory: directory).processor
        // Columns and rows tell where they are from.
        for isWide in [true, false] {
            let (width, height) = isWide ? (length, 32) : (32, length)
            let image = Image(
                width: width, height: height, colorModel: .rgb,
                pixels: (0..<width * height).flatMap { index -> [UInt8] in
                    let place = isWide ? index % width : index / width
                    return [UInt8(place), UInt8(place), UInt8(place)]
                })
            let start = Int((Double(length - 32) / 2).rounded(.toNearestOrEven))
            #expect(Int(processor.finish(image).pixels[0]) == start)
            #expect(processor.finish(processor.prepare(image)).pixels == processor.finish(image).pixels)
        }
    }

    @Test("each layer of the tower for pictures is ImageBind's, and so are the vectors")
    func vision() throws {
        let model = try ModelFixture("imagebind")
        let pictures = try ModelFixture.pictures()
        let encoder = try #require(try Pretrained.imageEncoder(directory: model.directory) as? CLIPImageEncoder)
        #expect(encoder.dimension == 20 && encoder.normalizes)
        let states = encoder.hiddenStates(of: pictures)
        #expect(states.count == 4)
        for (index, state) in states.dropLast().enumerated() {
            expectAlike(state, try model.matrix("vision.\(index)"), 1e-4, "vision.\(index)")
        }
        // Of the last state only the class tokens are computed.
        let last = try model.array("vision.3")
        expectAlike(
            states[3],
            Matrix(rows: 4, columns: 32, values: (0..<4).flatMap { last[$0..<$0 + 1].elements.prefix(32) }), 1e-4,
            "last")
        let vectors = try encoder.encode(pictures)
        expectAlike(vectors, try model.matrix("image_vectors"), 1e-4, "vectors")
        #expect(leastCosine(vectors, try model.matrix("image_vectors")) > 0.999_99)
    }

    @Test("tokens, layers and vectors of texts are ImageBind's, and so is the scale of similarities")
    func texts() throws {
        let model = try ModelFixture("imagebind")
        let texts = try model.lines()
        let encoder = try #require(try Pretrained.textEncoder(directory: model.directory) as? CLIPTextEncoder)
        #expect(encoder.maximumLength == 30)
        let ids = try model.texts()
        for (text, tokens) in zip(texts, ids) { #expect(encoder.tokenizer.encode(text).ids == tokens) }
        let tower = try clipTextTower(directory: model.directory)
        var sequences = TokenSequences()
        for tokens in ids.prefix(8) { sequences.append(tokens) }
        var states: [Matrix] = []
        _ = tower(sequences) { states.append($1) }
        for index in 0..<3 { expectAlike(states[index], try model.matrix("text.\(index)"), 1e-4, "text.\(index)") }
        let vectors = try encoder.encode(texts)
        expectAlike(vectors, try model.matrix("text_vectors"), 1e-4, "vectors")
        #expect(leastCosine(vectors, try model.matrix("text_vectors")) > 0.999_99)
        // Texts that are too long keep the token that ends them.
        let long = String(repeating: texts[0] + " ", count: 40)
        #expect(encoder.tokenizer.encode(long).ids.count == 30)
        #expect(try encoder.encodeNotingTruncation([long, texts[0]], progress: .none).truncatedCount == 1)

        let both = try CLIPModel(directory: model.directory)
        #expect(abs(both.logitScale - Double(try model.array("logit_scale").elements[0])) < 1e-3)
        #expect(both.logitBias == 0 && both.images.dimension == both.texts.dimension)
        #expect(try both.texts.encode(texts) == vectors)
    }

    @Test("vectors do not depend on company, order or threads, and bytes give nearly the same")
    func company() throws {
        let model = try ModelFixture("imagebind")
        let (pictures, texts) = (try ModelFixture.pictures(), try model.lines())
        let exact = try CLIPModel(directory: model.directory)
        let coarse = try CLIPModel(directory: model.directory, precision: .int8)
        for towers in [exact, coarse] {
            let (images, words) = (try towers.images.encode(pictures), try towers.texts.encode(texts))
            let places = (0..<120).map { $0 * 7 % 4 }
            for many in try withThreadCounts({ try towers.images.encode(places.map { pictures[$0] }) }) {
                for (row, place) in places.enumerated() { #expect(many.row(row).elementsEqual(images.row(place))) }
            }
            for many in try withThreadCounts({ try towers.texts.encode(texts.reversed()) }) {
                for row in texts.indices { #expect(many.row(row).elementsEqual(words.row(texts.count - 1 - row))) }
            }
        }
        #expect(leastCosine(try exact.images.encode(pictures), try coarse.images.encode(pictures)) > 0.99)
        #expect(leastCosine(try exact.texts.encode(texts), try coarse.texts.encode(texts)) > 0.99)
    }
}
