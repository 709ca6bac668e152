import Encoders
import Imaging
import Tensor
import Testing
import _TestSupport

/// Layers of bytes take groups of sequences through all layers at once, where there are many: the bits are those of one
/// layer after another.
@Suite(.serialized) struct SequenceGroupTests {
    @Test("texts in groups, short ones together and long ones alone, have the bits of layers one by one")
    func texts() throws {
        try withModel("bert", editing: "config.json", ["max_position_embeddings": 130]) { directory in
            try rewriteWeights(in: directory) { name, array in
                guard name.hasSuffix("position_embeddings.weight") else { return [(name, array)] }
                return [(name, NDArray(randomMatrix(rows: 130, columns: array.shape[1], seed: 4)))]
            }
            let model = try LayerCache.$environment.withValue(["KINDRED_INT8_CACHE": "0"]) {
                try BERTModel(directory: directory, precision: .int8)
            }
            var random = RandomSource(seed: 5)
            // Lengths that fill a block exactly, by one less, by one more, and two blocks and a row.
            for lengths in [
                [1, 56, 57, 55, 113, 2, 3] + (1...40).map { $0 % 9 * $0 % 31 + 1 },
                [112] + Array(repeating: 28, count: 9),
            ] {
                var texts = TokenSequences()
                for length in lengths { texts.append((0..<length).map { _ in Int32(random.integer(below: 60)) }) }
                let oneByOne = model(texts, observe: { _, _ in })
                for grouped in withThreadCounts({ model(texts) }) { #expect(grouped == oneByOne) }
            }
        }
    }

    @Test(
        "pictures in a batch have the bits of each alone, whatever the number of threads",
        arguments: ["clip", "vit", "dinov2", "dinov2-registers", "siglip"])
    func pictures(name: String) throws {
        let encoder = try LayerCache.$environment.withValue(["KINDRED_INT8_CACHE": "0"]) {
            try Pretrained.imageEncoder(
                directory: ModelFixture(name).directory, options: .init(precision: .int8))
        }
        var random = RandomSource(seed: 6)
        let pictures = (0..<24).map { _ in
            Image(
                width: 40, height: 30, colorModel: .rgb,
                pixels: (0..<3600).map { _ in UInt8(random.integer(below: 256)) })
        }
        let alone = Matrix(try pictures.map { try encoder.encode([$0]).row(0).map { $0 } })
        for batch in try withThreadCounts({ try encoder.encode(pictures) }) { #expect(batch == alone) }
    }
}
