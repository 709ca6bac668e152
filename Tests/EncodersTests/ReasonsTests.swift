import Encoders
import Imaging
import Tensor
import Testing
import _TestSupport

/// What torch and pytorch-grad-cam answer for a model of ``ModelFixture`` (Scripts/references/models/reasons.py).
struct ReasonsFixture: CustomTestStringConvertible {
    let model: String
    let pooling: VisionPooling

    var testDescription: String { "\(model), \(pooling.rawValue)" }

    static let all =
        ["clip", "clip-gelu", "chinese-clip", "siglip", "vit", "dinov2", "dinov2-registers"].map {
            ReasonsFixture(model: $0, pooling: .classToken)
        }
        + ["vit", "dinov2-registers"].flatMap { model in
            [VisionPooling.mean, .both].map { ReasonsFixture(model: model, pooling: $0) }
        }

    func encoder(precision: LinearLayer.Precision = .float32) throws -> any Encoder<Image> {
        let directory = try ModelFixture(model).directory
        let isCLIP = model.contains("clip") || model == "siglip"
        return try Pretrained.imageEncoder(
            directory: directory, options: .init(visionPooling: isCLIP ? nil : pooling, precision: precision))
    }

    func explainer() throws -> VisionExplainer { try #require(VisionExplainer(encoder())) }

    func expected() throws -> SafetensorsFile {
        try SafetensorsFile(goldens().appendingPathComponent("reasons/\(model)-\(pooling.rawValue).safetensors").path)
    }

    func expected(_ name: String) throws -> Matrix { Matrix(try expected().array(named: name)) }
}

/// The numbers of maps, a row for each. `[maps × patches]`
func rows(_ maps: [HeatMap]) -> Matrix { Matrix(maps.map(\.values.elements)) }

@Suite struct ReasonsTests {
    @Test("attention rollout is the product of all layers' matrices", arguments: ReasonsFixture.all)
    func rollout(fixture: ReasonsFixture) throws {
        let (explainer, pictures) = (try fixture.explainer(), try ModelFixture.pictures())
        for fusion in AttentionRollout.HeadFusion.allCases {
            for share in [0, 0.3] {
                let maps = try explainer.attentionRollout(
                    of: pictures, options: AttentionRollout(headFusion: fusion, discardShare: share))
                #expect(maps.allSatisfy { $0.values.rows == explainer.patchesDown })
                let name = "rollout.\(fusion.rawValue)\(share > 0 ? ".discard" : "")"
                expectAlike(rows(maps), try fixture.expected(name), 1e-4, name)
                // Shares of a whole, some of which went to other tokens.
                for map in maps {
                    #expect(map.values.elements.allSatisfy { $0 >= 0 })
                    #expect(map.values.elements.reduce(0, +) < 1.000_1)
                }
            }
        }
    }

    @Test("gradient-weighted activation is that of pytorch-grad-cam at each layer", arguments: ReasonsFixture.all)
    func activation(fixture: ReasonsFixture) throws {
        let (explainer, pictures) = (try fixture.explainer(), try ModelFixture.pictures())
        let directions = try fixture.expected("directions")
        for layer in 1...3 {
            let maps = try explainer.gradientWeightedActivation(of: pictures, toward: directions, layer: layer)
            expectAlike(rows(maps), try fixture.expected("activation.\(layer)"), 1e-4, "activation.\(layer)")
        }
        let last = try explainer.gradientWeightedActivation(of: pictures, toward: directions)
        #expect(
            rows(last) == rows(try explainer.gradientWeightedActivation(of: pictures, toward: directions, layer: 3)))
    }

    @Test("gradient-weighted attention is that of torch", arguments: ReasonsFixture.all)
    func attention(fixture: ReasonsFixture) throws {
        let (explainer, pictures) = (try fixture.explainer(), try ModelFixture.pictures())
        let maps = try explainer.gradientWeightedAttention(
            of: pictures, toward: try fixture.expected("directions"))
        expectAlike(rows(maps), try fixture.expected("attention"), 1e-4, "attention")
    }

    @Test(
        "gradients for what enters each layer are torch's, and those of central differences",
        arguments: ReasonsFixture.all)
    func gradients(fixture: ReasonsFixture) throws {
        let (explainer, pictures) = (try fixture.explainer(), try ModelFixture.pictures())
        let directions = try fixture.expected("directions")
        let scores = try fixture.expected().array(named: "scores").elements
        for layer in 1...3 {
            let found = explainer.scoreGradients(of: pictures, before: layer, toward: directions)
            let wanted = try fixture.expected().array(named: "gradient.\(layer)")
            expectAlike(
                found, Matrix(wanted.reshaped(to: [found.rows, found.columns])), 1e-4, "gradient.\(layer)")
            let tokens = explainer.tokens(of: pictures, before: layer)
            expectClose(
                explainer.scores(ofTokens: tokens, before: layer, toward: directions).map { Float($0) }, scores,
                relativeTolerance: 1e-4, absoluteTolerance: 1e-5)
            // Along random lines, by the layers as they encode.
            var random = RandomSource(seed: 4, stage: "differences", item: layer)
            for _ in 0..<3 {
                let line = NDArray(
                    shape: [tokens.rows, tokens.columns],
                    values: (0..<tokens.count).map { _ in Float(random.uniform(in: -1..<1)) })
                func moved(_ step: Float) -> [Double] {
                    explainer.scores(
                        ofTokens: Matrix(NDArray(tokens) + line * step), before: layer, toward: directions)
                }
                let step: Float = 0x1p-9
                let products = (NDArray(found) * line).elements
                let each = products.count / pictures.count
                let slopes = zip(moved(step), moved(-step)).map { ($0 - $1) / (2 * Double(step)) }
                for picture in pictures.indices {
                    let wanted = products[picture * each..<(picture + 1) * each].reduce(0.0) { $0 + Double($1) }
                    #expect(
                        abs(slopes[picture] - wanted) < 2e-3 * (1 + abs(wanted)), "\(slopes[picture]), not \(wanted)")
                }
            }
        }
    }

    @Test(
        "a map does not depend on the picture's company or on threads",
        arguments: [
            ReasonsFixture(model: "clip", pooling: .classToken),
            ReasonsFixture(model: "dinov2-registers", pooling: .mean),
            ReasonsFixture(model: "siglip", pooling: .classToken),
        ])
    func company(fixture: ReasonsFixture) throws {
        let (explainer, pictures) = (try fixture.explainer(), try ModelFixture.pictures())
        let direction = try fixture.expected("directions").rows(in: 0..<1)
        // More than a batch.
        let places = (0..<110).map { ($0 * 7 + $0 / 9) % 4 }
        let methods: [([Image]) throws -> [HeatMap]] = [
            { try explainer.attentionRollout(of: $0) },
            { try explainer.gradientWeightedActivation(of: $0, toward: direction, layer: 2) },
            { try explainer.gradientWeightedAttention(of: $0, toward: direction) },
        ]
        for method in methods {
            let each = try pictures.map { try method([$0])[0] }
            for many in try withThreadCounts({ try method(places.map { pictures[$0] }) }) {
                for (row, place) in places.enumerated() { #expect(many[row] == each[place]) }
            }
            #expect(try method([]).isEmpty)
        }
    }

    @Test("what cannot be is an error that says so")
    func failures() throws {
        let fixture = ReasonsFixture(model: "vit", pooling: .classToken)
        let (explainer, pictures) = (try fixture.explainer(), try ModelFixture.pictures())
        let direction = Matrix(rows: 1, columns: explainer.dimension, repeating: 1)
        for layer in [0, 4, -1] {
            #expect(throws: EncoderError.parameter(name: "layer", value: "\(layer)", valid: "from 1 to 3")) {
                try explainer.gradientWeightedActivation(of: pictures, toward: direction, layer: layer)
            }
        }
        for share in [-0.1, 1, .nan] {
            #expect(throws: EncoderError.self) {
                try explainer.attentionRollout(of: pictures, options: AttentionRollout(discardShare: share))
            }
        }
        for completed in [0, 4] {
            let stop = ProgressHandler { $0.completed < completed }
            #expect(throws: EncoderError.cancelled) { try explainer.attentionRollout(of: pictures, progress: stop) }
            #expect(throws: EncoderError.cancelled) {
                try explainer.gradientWeightedAttention(of: pictures, toward: direction, progress: stop)
            }
        }
        #expect(VisionExplainer(ClassicalImageEncoder()) == nil)
        guard LinearLayer.computesInt8 else { return }
        let rounded = try #require(VisionExplainer(fixture.encoder(precision: .int8)))
        #expect(throws: EncoderError.self) {
            try rounded.gradientWeightedActivation(of: pictures, toward: direction)
        }
        // Attention of rounded products is nearly the same.
        let (found, wanted) = (
            rows(try rounded.attentionRollout(of: pictures)), rows(try explainer.attentionRollout(of: pictures))
        )
        expectAlike(found, wanted, 0.1, "int8")
    }
}
