import Encoders
import Imaging
import Tensor
import Testing
import _TestSupport

@Suite struct VisionEncoderTests {
    @Test(
        "pixels are those of the processors that work with Pillow",
        arguments: ["clip", "clip-gelu", "vit", "dinov2", "chinese-clip", "siglip"])
    func pixels(name: String) throws {
        let model = try ModelFixture(name)
        let processor =
            ["vit", "dinov2"].contains(name) == false
            ? try CLIPImageEncoder(directory: model.directory).processor
            : try VisionEncoder(directory: model.directory).processor
        let wanted = try model.array("pixels")
        for (index, picture) in try ModelFixture.pictures().enumerated() {
            expectClose(
                processor.values(of: picture).elements, wanted[index..<index + 1].elements, relativeTolerance: 1e-6,
                absoluteTolerance: 1e-6)
        }
    }

    @Test("each layer is that of transformers", arguments: ["vit", "dinov2", "dinov2-registers"])
    func layers(name: String) throws {
        let model = try ModelFixture(name)
        let pictures = try ModelFixture.pictures()
        let all = try VisionEncoder(directory: model.directory, pooling: .both, normalizes: false)
        try model.expectStates(all.hiddenStates(of: pictures), "vision")

        // Class token and mean of the patches, of the last state.
        let last = try model.array("last")
        let (tokens, width) = (last.shape[1], last.shape[2])
        let leading = name == "dinov2-registers" ? 4 : 1
        let wanted = Matrix(
            rows: 4, columns: 2 * width,
            values: (0..<4).flatMap { image -> [Float] in
                let state = Matrix(last[image..<image + 1].reshaped(to: [tokens, width]))
                let mean = (0..<width).map { column in
                    (leading..<tokens).reduce(Float(0)) { $0 + state[$1, column] } / Float(tokens - leading)
                }
                return Array(state.row(0)) + mean
            })
        let both = try all.encode(pictures)
        expectAlike(both, wanted, 1e-4, "both")
        // The last layer for the class token alone, and vectors of length 1.
        let token = try VisionEncoder(directory: model.directory, normalizes: false).encode(pictures)
        expectAlike(
            token, Matrix(rows: 4, columns: width, values: (0..<4).flatMap { wanted.row($0).prefix(width) }), 1e-4,
            "class")
        let mean = try VisionEncoder(directory: model.directory, pooling: .mean).encode(pictures)
        #expect(
            leastCosine(
                mean, Matrix(rows: 4, columns: width, values: (0..<4).flatMap { wanted.row($0).dropFirst(width) }))
                > 0.999_99)
        for row in 0..<4 { #expect(abs(mean.row(row).reduce(0) { $0 + $1 * $1 } - 1) < 1e-5) }
    }

    @Test("CLIP's vision tower is that of transformers", arguments: ["clip", "clip-gelu"])
    func clip(name: String) throws {
        let model = try ModelFixture(name)
        let pictures = try ModelFixture.pictures()
        let encoder = try CLIPImageEncoder(directory: model.directory, normalizes: false)
        #expect(encoder.dimension == 24)
        var states = encoder.hiddenStates(of: pictures)
        // Of the last state only the class tokens are computed.
        let last = states.removeLast()
        let wanted = try model.array("vision.3")
        expectAlike(
            last, Matrix(rows: 4, columns: 32, values: (0..<4).flatMap { wanted[$0..<$0 + 1].elements.prefix(32) }),
            1e-4, "last")
        for (index, state) in states.enumerated() {
            expectAlike(state, try model.matrix("vision.\(index)"), 1e-4, "vision.\(index)")
        }
        let vectors = try encoder.encode(pictures)
        expectAlike(vectors, try model.matrix("image_vectors"), 1e-4, "vectors")
    }

    @Test(
        "a picture's vector does not depend on its company, on order, copies or threads",
        arguments: ["clip", "dinov2-registers"], LinearLayer.Precision.allCases)
    func company(name: String, precision: LinearLayer.Precision) throws {
        let model = try ModelFixture(name)
        let pictures = try ModelFixture.pictures()
        let encoder = try LayerCache.$environment.withValue(["KINDRED_INT8_CACHE": "0"]) {
            try Pretrained.imageEncoder(directory: model.directory, options: .init(precision: precision))
        }
        let all = try encoder.encode(pictures)
        // Many batches, with copies within and across them.
        let places = (0..<300).map { ($0 * 7 + $0 / 9) % 4 }
        for many in try withThreadCounts({ try encoder.encode(places.map { pictures[$0] }) }) {
            for (row, place) in places.enumerated() { #expect(many.row(row).elementsEqual(all.row(place))) }
        }
        #expect(try encoder.encode([pictures[2]]).row(0).elementsEqual(all.row(2)))
        #expect(try encoder.encode([encoder.prepare(pictures[2])]).row(0).elementsEqual(all.row(2)))
        #expect(try encoder.encode([]).rows == 0)
        #expect(throws: EncoderError.cancelled) {
            try encoder.encode(pictures, progress: ProgressHandler { _ in false })
        }
    }

    @Test(
        "products of bytes give nearly the same vectors, however they are pooled",
        arguments: ["clip", "clip-gelu", "vit", "dinov2", "dinov2-registers", "siglip"])
    func bytes(name: String) throws {
        let model = try ModelFixture(name)
        let pictures = try ModelFixture.pictures()
        func vectors(_ precision: LinearLayer.Precision, _ pooling: VisionPooling?) throws -> Matrix {
            try LayerCache.$environment.withValue(["KINDRED_INT8_CACHE": "0"]) {
                try Pretrained.imageEncoder(
                    directory: model.directory, options: .init(visionPooling: pooling, precision: precision)
                ).encode(pictures)
            }
        }
        let isCLIP = name.hasPrefix("clip") || name == "siglip"
        for pooling in isCLIP ? [nil] : [VisionPooling.classToken, .mean, .both] {
            let (exact, coarse) = (try vectors(.float32, pooling), try vectors(.int8, pooling))
            #expect(leastCosine(exact, coarse) > 0.995, "\(pooling.map { $0.rawValue } ?? "its own")")
        }
    }
}
