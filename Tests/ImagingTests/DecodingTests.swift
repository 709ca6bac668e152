import Foundation
import Imaging
import Testing
import _TestSupport

@Suite("Decoding")
struct DecodingTests {
    static let records = Result { try GoldenRecord.read("decoded.bin") }

    @Test("every golden picture decodes to Pillow's pixels")
    func goldenPictures() throws {
        let records = try Self.records.get()
        #expect(records.map(\.file) == (try pictureNames()))
        for record in records {
            let name = try #require(record.file)
            let image = try Image(contentsOf: pictures.appendingPathComponent(name))
            #expect(image.width == record.width && image.height == record.height, "\(name): \(image)")
            #expect(image.colorModel == record.colorModel, "\(name): \(image)")
            let (largest, _) = difference(image.pixels, record.pixels)
            // Another release of libjpeg or libwebp may round otherwise, by a step; PNG, GIF and BMP are exact.
            let tolerance = name.hasSuffix(".jpg") || name.hasPrefix("lossy") ? 1 : 0
            #expect(image.pixels.count == record.pixels.count && largest <= tolerance, "\(name): \(largest)")
        }
    }

    @Test("the format is recognised by content, not by the file's name")
    func misleadingName() throws {
        try withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("a.txt")
            try Data(pictureBytes("rgb8.png")).write(to: file)
            #expect(try Image(contentsOf: file) == Image(contentsOf: pictures.appendingPathComponent("rgb8.png")))
        }
    }

    @Test("the eight EXIF orientations show the same picture", arguments: 1...8)
    func orientations(value: Int) throws {
        let stored = try Image(decoding: pictureBytes("orientation1.jpg"))
        let turned = try Image(decoding: pictureBytes("orientation\(value).jpg"))
        #expect(turned == stored.oriented(try #require(Orientation(rawValue: value))))
    }

    @Test("orientation moves each pixel where EXIF says", arguments: Orientation.allCases)
    func orientationTwin(orientation: Orientation) {
        let image = madePicture(width: 5, height: 3, model: .rgb, seed: 1)
        let result = image.oriented(orientation)
        for y in 0..<result.height {
            for x in 0..<result.width {
                let (right, bottom) = (image.width - 1, image.height - 1)
                let source =
                    switch orientation {
                    case .up: (x, y)
                    case .upMirrored: (right - x, y)
                    case .down: (right - x, bottom - y)
                    case .downMirrored: (x, bottom - y)
                    case .leftMirrored: (y, x)
                    case .right: (y, bottom - x)
                    case .rightMirrored: (right - y, bottom - x)
                    case .left: (right - y, x)
                    }
                #expect(result[x, y] == image[source.0, source.1])
            }
        }
    }

    @Test("an impossible orientation is ignored")
    func invalidOrientation() throws {
        #expect(
            try Image(decoding: pictureBytes("orientation_invalid.jpg"))
                == Image(decoding: pictureBytes("orientation1.jpg")))
    }

    @Test("a thumbnail survives JPEG nearly unchanged")
    func jpegRoundTrip() throws {
        let image = try Image(decoding: pictureBytes("rgb8.png"))
        let decoded = try Image(decoding: image.jpegData(quality: 95))
        #expect(decoded.width == image.width && decoded.height == image.height)
        #expect(difference(decoded.pixels, image.pixels).mean < 12)
        #expect(try image.jpegData(quality: 30).count < image.jpegData(quality: 95).count)
        let grey = try Image(decoding: pictureBytes("grey8.png"))
        #expect(try Image(decoding: grey.jpegData()).colorModel == .grey)
        #expect(try Image(decoding: pictureBytes("rgba8.png")).jpegData().starts(with: [0xFF, 0xD8]))
    }

    @Test("every pixel survives PNG", arguments: [ColorModel.grey, .greyAlpha, .rgb, .rgba])
    func pngRoundTrip(model: ColorModel) throws {
        for (width, height) in [(1, 1), (7, 3), (300, 200)] {
            let image = madePicture(width: width, height: height, model: model, seed: 4)
            let bytes = try image.pngData()
            #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            #expect(try Image(decoding: bytes) == image)
        }
    }

    @Test("JPEG refuses what it cannot hold", arguments: [0, 101])
    func jpegQuality(quality: Int) throws {
        let image = madePicture(width: 2, height: 2, model: .rgb, seed: 1)
        #expect(throws: ImagingError.self) { try image.jpegData(quality: quality) }
        let long = Image(width: 65_501, height: 1, colorModel: .grey, pixels: [UInt8](repeating: 0, count: 65_501))
        #expect(throws: ImagingError.self) { try long.jpegData() }
    }
}
