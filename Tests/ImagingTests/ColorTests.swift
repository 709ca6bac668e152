import Imaging
import Testing
import _TestSupport

@Suite("Colour")
struct ColorTests {
    @Test("alpha on white and luminance are Pillow's")
    func goldens() throws {
        for record in try GoldenRecord.read("colors.bin") {
            let image = madePicture(
                width: record.width, height: record.height, model: record.colorModel, seed: try #require(record.index))
            let result = record.kind == "grey" ? image.convertedToGrey() : image.convertedToRGB()
            #expect(result.pixels == record.pixels, "\(record)")
        }
    }

    @Test("compositing is a rounded mean", arguments: [RGBColor.white, .black, RGBColor(red: 9, green: 200, blue: 77)])
    func naiveTwin(background: RGBColor) {
        let image = madePicture(width: 40, height: 30, model: .rgba, seed: 4)
        let flat = image.convertedToRGB(background: background)
        let ground = [background.red, background.green, background.blue]
        for y in 0..<30 {
            for x in 0..<40 {
                let (pixel, result) = (Array(image[x, y]), Array(flat[x, y]))
                for c in 0..<3 {
                    let alpha = Double(pixel[3]) / 255
                    let expected = Double(pixel[c]) * alpha + Double(ground[c]) * (1 - alpha)
                    #expect(abs(expected - Double(result[c])) <= 0.51)
                }
            }
        }
    }

    @Test("opaque pictures keep their bytes", arguments: ColorModel.allCases)
    func idempotent(model: ColorModel) {
        let image = madePicture(width: 6, height: 5, model: model, seed: 2)
        let rgb = image.convertedToRGB()
        #expect(rgb.colorModel == .rgb && rgb.convertedToRGB() == rgb)
        let grey = image.convertedToGrey()
        #expect(grey.colorModel == .grey && grey.convertedToGrey() == grey)
        #expect(grey == rgb.convertedToGrey())
    }
}
