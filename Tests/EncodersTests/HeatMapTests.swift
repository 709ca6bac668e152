import Encoders
import Imaging
import Tensor
import Testing
import _TestSupport

@Suite struct HeatMapTests {
    /// The part of a picture that CLIP's small model sees, and how many patches it has.
    private func map(width: Int, height: Int, model: String = "clip") throws -> HeatMap {
        let picture = Image(
            width: width, height: height, colorModel: .rgb, pixels: [UInt8](repeating: 90, count: width * height * 3))
        let encoder = try Pretrained.imageEncoder(directory: ModelFixture(model).directory)
        return try #require(try VisionExplainer(encoder)?.attentionRollout(of: [picture]).first)
    }

    @Test(
        "the grid lies where the model looked",
        arguments: [
            // Resized to 32 on the shorter side, the middle 32 × 32 kept.
            ("clip", 64, 128, HeatMap.Region(x: 0, y: 32, width: 64, height: 64)),
            ("clip", 128, 64, .init(x: 32, y: 0, width: 64, height: 64)),
            ("clip", 32, 33, .init(x: 0, y: 0, width: 32, height: 32)),
            ("clip", 16, 16, .init(x: 0, y: 0, width: 16, height: 16)),
            // To 36, of which 2 pixels are cut off at each side.
            ("clip-gelu", 72, 72, .init(x: 4, y: 4, width: 64, height: 64)),
            // Stretched.
            ("vit", 320, 64, .init(x: 0, y: 0, width: 320, height: 64)),
            // To 48, the middle 42.
            ("dinov2", 96, 48, .init(x: 27, y: 3, width: 42, height: 42)),
        ])
    func region(model: String, width: Int, height: Int, expected: HeatMap.Region) throws {
        let region = try map(width: width, height: height, model: model).region
        for (found, wanted) in [
            (region.x, expected.x), (region.y, expected.y), (region.width, expected.width),
            (region.height, expected.height),
        ] { #expect(abs(found - wanted) < 1e-9, "\(region), not \(expected)") }
    }

    @Test("a bright patch of the picture lies in the region where its pixels went")
    func pixels() throws {
        // What is found at a place of the prepared picture comes from the same place of the region.
        let encoder = try CLIPImageEncoder(directory: ModelFixture("clip").directory)
        for (width, height) in [(160, 96), (96, 200), (64, 64)] {
            let region = try map(width: width, height: height).region
            for (column, row) in [(0, 0), (3, 1), (1, 3)] {
                // The rectangle of one patch of 8 × 8, white on black.
                let (left, top) = (
                    region.x + region.width * Double(column) / 4, region.y + region.height * Double(row) / 4
                )
                var pixels = [UInt8](repeating: 0, count: width * height * 3)
                for y in Int(top.rounded())..<Int((top + region.height / 4).rounded()) {
                    for x in Int(left.rounded())..<Int((left + region.width / 4).rounded()) {
                        for channel in 0..<3 { pixels[(y * width + x) * 3 + channel] = 255 }
                    }
                }
                let seen = encoder.processor.values(
                    of: Image(width: width, height: height, colorModel: .rgb, pixels: pixels))
                func mean(_ column: Int, _ row: Int) -> Float {
                    seen[0..<1].reshaped(to: [4, 8, 4, 8]).mean(axes: [1, 3])[row, column]
                }
                for y in 0..<4 {
                    for x in 0..<4 where x != column || y != row {
                        #expect(mean(x, y) < mean(column, row) - 2, "(\(x), \(y)) beside (\(column), \(row))")
                    }
                }
            }
        }
    }

    @Test("values lie on straight lines between the centres of patches")
    func values() {
        let map = HeatMap(
            values: Matrix([[0, 1], [2, 5]]), region: .init(x: 10, y: 20, width: 8, height: 4))
        #expect(map.value(x: 12, y: 21) == 0 && map.value(x: 16, y: 21) == 1 && map.value(x: 12, y: 23) == 2)
        #expect(map.value(x: 14, y: 22) == 2)
        #expect(map.value(x: 10, y: 20) == 0 && map.value(x: 18, y: 24) == 5)
        #expect(map.value(x: 9.9, y: 21) == nil && map.value(x: 12, y: 24.1) == nil)
        #expect(map.normalized().values.elements == [0, 0.2, 0.4, 1])
        let flat = HeatMap(values: Matrix([[3, 3]]), region: map.region)
        #expect(flat.normalized().values.elements == [0, 0])
    }

    @Test("a map over its picture glows where it is hot, and is grey where the model did not look")
    func overlay() throws {
        let blue = Image(
            width: 40, height: 20, colorModel: .rgb,
            pixels: (0..<40 * 20).flatMap { _ -> [UInt8] in [0, 30, 240] })
        let map = HeatMap(values: Matrix([[0, 0], [0, 1]]), region: .init(x: 10, y: 0, width: 20, height: 20))
        let picture = map.overlay(on: blue)
        #expect(picture.width == 40 && picture.height == 20 && picture.colorModel == .rgb)
        func brightness(_ x: Int, _ y: Int) -> Int { picture[x, y].reduce(0) { $0 + Int($1) } }
        #expect(brightness(28, 18) > 2 * brightness(12, 2))
        // Grey: 0.4 · blue + 0.6 · 90.
        #expect(Array(picture[2, 10]) == [54, 66, 150])
        #expect(map.overlay(on: blue, opacity: 0) == blue)
        #expect(try Image(decoding: picture.pngData()) == picture)
    }
}
