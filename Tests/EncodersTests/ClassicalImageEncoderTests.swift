import Encoders
import Foundation
import Imaging
import Tensor
import Testing
import _TestSupport

@Suite("Classical image encoder")
struct ClassicalImageEncoderTests {
    private struct Golden: Decodable {
        struct Gradients: Decodable {
            var orientations: Int
            var cellSide: Int
            var blockSide: Int
            var values: [Float]
        }
        struct Patterns: Decodable {
            var points: Int
            var radius: Double
            var counts: [Int32]
        }
        var gradients: [Gradients]
        var patterns: [Patterns]
    }

    private func golden() throws -> Golden {
        try JSONDecoder().decode(
            Golden.self, from: Data(contentsOf: goldens().appendingPathComponent("classical.json")))
    }

    private func goldenPicture() throws -> Image {
        try Image(contentsOf: goldens().appendingPathComponent("classical.png"))
    }

    private func noise(width: Int, height: Int, model: ColorModel = .rgb, seed: UInt64 = 1) -> Image {
        var random = RandomSource(seed: seed, stage: "noise")
        let count = width * height * model.channelCount
        return Image(
            width: width, height: height, colorModel: model,
            pixels: (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) })
    }

    @Test("histograms of oriented gradients are scikit-image's")
    func gradients() throws {
        let picture = try goldenPicture()
        for golden in try golden().gradients {
            let gradients = ClassicalImageEncoder.Gradients(
                orientations: golden.orientations, cellSide: golden.cellSide, blockSide: golden.blockSide)
            let values = gradients.histograms(of: picture)
            expectClose(values, golden.values, relativeTolerance: 1e-4, absoluteTolerance: 1e-5)
            #expect(values.allSatisfy { $0 >= 0 && $0 <= 1 })
        }
    }

    @Test("histograms of uniform local binary patterns are scikit-image's")
    func patterns() throws {
        let picture = try goldenPicture()
        for golden in try golden().patterns {
            let ring = ClassicalImageEncoder.Textures.Ring(points: golden.points, radius: golden.radius)
            let counts = ClassicalImageEncoder.Textures().counts(of: picture, ring: ring)
            #expect(counts == golden.counts, "\(golden.points) points")
            #expect(counts.reduce(0, +) == Int32(picture.width * picture.height))
        }
    }

    @Test("an even picture has one pattern inside, whatever its brightness", arguments: [0, 1, 77, 255] as [UInt8])
    func evenTexture(grey: UInt8) {
        let picture = Image(width: 20, height: 20, colorModel: .grey, pixels: [UInt8](repeating: grey, count: 400))
        let ring = ClassicalImageEncoder.Textures.Ring(points: 8, radius: 1)
        let counts = ClassicalImageEncoder.Textures().counts(of: picture, ring: ring)
        #expect(counts[8] == (grey == 0 ? 400 : 18 * 18))
    }

    /// The naive twin: hue, saturation and value as fractions.
    @Test("a histogram of colours counts hue, saturation and value", arguments: [ColorModel.rgb, .rgba, .grey])
    func colors(model: ColorModel) {
        let colors = ClassicalImageEncoder.Colors(hueBins: 7, saturationBins: 3, valueBins: 5)
        let picture = noise(width: 61, height: 40, model: model)
        let flat = picture.convertedToRGB()
        var expected = [Int32](repeating: 0, count: 7 * 3 * 5)
        for y in 0..<picture.height {
            for x in 0..<picture.width {
                if model == .rgba, Array(picture[x, y])[3] < 128 { continue }
                let (r, g, b) = { ($0[0], $0[1], $0[2]) }(flat[x, y].map(Double.init))
                let value = max(r, g, b), chroma = value - min(r, g, b)
                var hue = 0.0
                if chroma > 0 {
                    hue = r == value ? (g - b) / chroma : g == value ? (b - r) / chroma + 2 : (r - g) / chroma + 4
                    if hue < 0 { hue += 6 }
                }
                let saturation = value > 0 ? chroma / value : 0
                let bins = [hue / 6 * 7, min(2, saturation * 3), value / 256 * 5].map { Int($0 + 1e-9) }
                expected[(bins[0] * 3 + bins[1]) * 5 + bins[2]] += 1
            }
        }
        #expect(colors.counts(of: picture) == expected)
    }

    @Test("transparent pixels have no colour")
    func transparency() throws {
        var pixels: [UInt8] = []
        for index in 0..<64 { pixels += index < 32 ? [255, 0, 0, 255] : [0, 255, 0, 0] }
        let half = Image(width: 8, height: 8, colorModel: .rgba, pixels: pixels)
        let counts = ClassicalImageEncoder.Colors().counts(of: half)
        #expect(counts.filter { $0 > 0 } == [32])
        let nothing = Image(width: 8, height: 8, colorModel: .rgba, pixels: [UInt8](repeating: 0, count: 256))
        #expect(try ClassicalImageEncoder().encode(nothing).allSatisfy { $0.isFinite })
    }

    @Test("each block has its weight as length")
    func weights() throws {
        var encoder = ClassicalImageEncoder()
        encoder.colors.weight = 2
        encoder.gradients.weight = 0.25
        encoder.textures.weight = 3
        let vector = try encoder.encode(noise(width: 300, height: 200))
        #expect(vector.count == 2048 && encoder.dimension == 2048)
        func length(_ range: Range<Int>) -> Double {
            vector[range].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        }
        expectClose(length(0..<256), 2, relativeTolerance: 1e-5)
        expectClose(length(256..<2020), 0.25, relativeTolerance: 1e-5)
        expectClose(length(2020..<2048), 3, relativeTolerance: 1e-5)
    }

    @Test("a block of weight 0 is left out")
    func leftOut() throws {
        var encoder = ClassicalImageEncoder()
        encoder.gradients.weight = 0
        #expect(encoder.dimension == 284)
        #expect(try encoder.encode(noise(width: 5, height: 5)).count == 284)
        encoder.colors.weight = 0
        encoder.textures.weight = 0
        #expect(throws: EncoderError.self) { try encoder.encode(noise(width: 5, height: 5)) }
    }

    @Test("a picture's vector is the same alone, in a batch, and with any number of threads", arguments: [1, 2, 7])
    func determinism(threads: Int) throws {
        let models = ColorModel.allCases
        let images = (0..<70).map {
            noise(width: 1 + $0 * 7 % 90, height: 1 + $0 * 13 % 70, model: models[$0 % 4], seed: UInt64($0))
        }
        let encoder = ClassicalImageEncoder()
        let before = Parallelism.threadCount
        Parallelism.threadCount = threads
        defer { Parallelism.threadCount = before }
        let vectors = try encoder.encode(images)
        #expect(vectors.rows == 70 && vectors.columns == encoder.dimension)
        for (index, image) in images.enumerated() { #expect(try encoder.encode(image) == Array(vectors.row(index))) }
        #expect(try encoder.encode([]).rows == 0)
    }

    @Test("bad parameters are named")
    func parameters() {
        let picture = noise(width: 5, height: 5)
        func fails(_ name: String, _ change: (inout ClassicalImageEncoder) -> Void) {
            var encoder = ClassicalImageEncoder()
            change(&encoder)
            do {
                _ = try encoder.encode(picture)
                Issue.record("\(name) was accepted")
            } catch {
                #expect("\(error)".hasPrefix(name), "\(error)")
            }
        }
        fails("side") { $0.side = 0 }
        fails("colors.hueBins") { $0.colors.hueBins = 0 }
        fails("colors.weight") { $0.colors.weight = .nan }
        fails("gradients.cellSide") { $0.gradients.cellSide = 129 }
        fails("gradients.blockSide") { $0.gradients.blockSide = 9 }
        fails("textures.rings.points") { $0.textures.rings = [.init(points: 0, radius: 1)] }
        fails("textures.rings.radius") { $0.textures.rings = [.init(points: 8, radius: .infinity)] }
    }

    @Test("encoding stops when it is asked to")
    func cancelled() {
        let stop = ProgressHandler { _ in false }
        #expect(throws: EncoderError.cancelled) {
            try ClassicalImageEncoder().encode([noise(width: 5, height: 5)], progress: stop)
        }
    }
}
