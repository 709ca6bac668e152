import Foundation
import Imaging
import Tensor
import Testing
import _TestSupport

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Bad input")
struct BadInputTests {
    /// What decoding `bytes` throws, or `nil`.
    private func error(_ bytes: [UInt8], limits: ImageLimits = ImageLimits()) -> ImagingError? {
        do {
            _ = try Image(decoding: bytes, name: "bytes", limits: limits)
            return nil
        } catch { return error }
    }

    @Test("a file cut anywhere is an error or still the whole picture")
    func truncated() throws {
        for name in try pictureNames() {
            let bytes = try pictureBytes(name)
            let whole = try Image(decoding: bytes)
            for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 150)) {
                do {
                    let image = try Image(decoding: Array(bytes[..<length]))
                    // Of an animation, the first frame may be there before the file ends.
                    #expect(image == whole, "\(name) cut at \(length) of \(bytes.count)")
                } catch {
                    switch error {
                    case .truncated, .empty, .unsupportedFormat: break
                    // Where the cut hides which part is missing, damage is what the library sees.
                    case .corrupt: break
                    default: Issue.record("\(name) cut at \(length): \(error)")
                    }
                }
            }
        }
    }

    @Test("a file without its last quarter is called truncated", arguments: try pictureNames())
    func truncatedByName(name: String) throws {
        guard !name.hasPrefix("animated") else { return }
        let bytes = try pictureBytes(name)
        #expect(error(Array(bytes[..<(bytes.count * 3 / 4)])) == .truncated(name: "bytes"))
    }

    @Test("changed bytes never crash", arguments: try pictureNames())
    func mutated(name: String) throws {
        let bytes = try pictureBytes(name)
        var random = RandomSource(seed: 5, stage: "mutations", item: Int(crc32(Array(name.utf8))))
        for round in 0..<120 {
            var changed = bytes
            for _ in 0..<(round % 4 + 1) {
                // Half of the changes go to the header, where lengths and sizes are.
                let reach = round % 2 == 0 ? min(64, bytes.count) : bytes.count
                changed[Int(random.next() % UInt64(reach))] = UInt8(truncatingIfNeeded: random.next())
            }
            if let image = try? Image(decoding: changed, limits: ImageLimits(pixels: 1 << 20)) {
                #expect(image.pixels.count == image.width * image.height * image.channelCount)
            }
        }
    }

    @Test("a PNG that promises 30,000 × 30,000 pixels is refused before anything is allocated")
    func hugePNG() throws {
        var bytes = try pictureBytes("rgb8.png")
        bytes.replaceSubrange(16..<24, with: [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30])
        let sum = crc32(Array(bytes[12..<29]))
        bytes.replaceSubrange(29..<33, with: (0..<4).map { UInt8(truncatingIfNeeded: sum >> (24 - 8 * $0)) })
        #expect(error(bytes) == .tooLarge(name: "bytes", width: 30_000, height: 30_000, limit: 1 << 26))
        // And where it is allowed, the missing pixels are noticed.
        #expect(error(bytes, limits: ImageLimits(pixels: 1 << 30)) != nil)
    }

    @Test("a GIF that promises 65,535 × 65,535 pixels is refused")
    func hugeGIF() throws {
        var bytes = try pictureBytes("palette.gif")
        bytes.replaceSubrange(6..<10, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(error(bytes) == .tooLarge(name: "bytes", width: 65_535, height: 65_535, limit: 1 << 26))
    }

    @Test("a WebP that promises a canvas of 2²⁴ × 2²⁴ pixels is refused")
    func hugeWebP() throws {
        let bytes = try pictureBytes("orientation6.webp")
        var changed = bytes
        changed.replaceSubrange(24..<30, with: [UInt8](repeating: 0xFF, count: 6))
        #expect(error(changed) != nil)
        #expect(
            error(bytes, limits: ImageLimits(pixels: 1000))
                == .tooLarge(name: "bytes", width: 37, height: 29, limit: 1000))
    }

    @Test("a BMP with impossible sizes is refused")
    func hugeBMP() throws {
        var bytes = try pictureBytes("rgb24.bmp")
        bytes.replaceSubrange(18..<26, with: [0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0x80])
        #expect(
            error(bytes) == .tooLarge(name: "bytes", width: 2_147_483_647, height: 2_147_483_648, limit: 1 << 26))
    }

    @Test("a progressive JPEG of many scans is refused")
    func manyScans() throws {
        let bytes = try pictureBytes("progressive.jpg")
        #expect(error(bytes, limits: ImageLimits(scans: 3)) == .limit(name: "bytes", reason: "too many scans"))
        #expect(error(bytes) == nil)
    }

    @Test("a text named .png is no picture")
    func text() throws {
        try withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("a.png")
            try Data("not a picture".utf8).write(to: file)
            #expect(
                throws: ImagingError.unsupportedFormat(
                    name: file.path, reason: "its content is in no format that is read")
            ) {
                try Image(contentsOf: file)
            }
        }
    }

    @Test("missing, unreadable, looping, empty, oversized and irregular files are told apart")
    func files() throws {
        try withTemporaryDirectory { directory in
            func read(_ name: String, limits: ImageLimits = ImageLimits()) -> ImagingError? {
                do {
                    _ = try Image(contentsOf: directory.appendingPathComponent(name), limits: limits)
                    return nil
                } catch { return error }
            }
            func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

            #expect(read("missing.png") == .unreadable(name: path("missing.png"), reason: "No such file or directory"))
            #expect(read("") == .notAFile(name: directory.path, kind: "a directory"))
            try Data().write(to: directory.appendingPathComponent("empty.png"))
            #expect(read("empty.png") == .empty(name: path("empty.png")))
            try FileManager.default.createSymbolicLink(atPath: path("a.png"), withDestinationPath: path("b.png"))
            try FileManager.default.createSymbolicLink(atPath: path("b.png"), withDestinationPath: path("a.png"))
            #expect(read("a.png") == .unreadable(name: path("a.png"), reason: "Too many levels of symbolic links"))
            #expect(mkfifo(path("pipe.png"), 0o600) == 0)
            #expect(read("pipe.png") == .notAFile(name: path("pipe.png"), kind: "a pipe"))
            try Data(pictureBytes("rgb8.png")).write(to: directory.appendingPathComponent("rgb8.png"))
            #expect(read("rgb8.png") == nil)
            let size = try pictureBytes("rgb8.png").count
            #expect(
                read("rgb8.png", limits: ImageLimits(fileBytes: 100))
                    == .fileTooLarge(name: path("rgb8.png"), bytes: size, limit: 100))
            if getuid() != 0 {  // root reads everything
                #expect(chmod(path("rgb8.png"), 0) == 0)
                #expect(read("rgb8.png") == .unreadable(name: path("rgb8.png"), reason: "Permission denied"))
            }
        }
    }

    @Test("EXIF data with impossible lengths are ignored")
    func brokenEXIF() throws {
        let bytes = try pictureBytes("orientation6.jpg")
        let marker = try #require(bytes.firstRange(of: Array("Exif".utf8)))
        for offset in 0..<26 {
            var changed = bytes
            changed[marker.upperBound + 2 + offset] = 0xFF
            #expect(throws: Never.self) { try Image(decoding: changed) }
        }
    }

    @Test("error messages name the file and the remedy")
    func messages() {
        let error = ImagingError.tooLarge(name: "cat.png", width: 3, height: 4, limit: 5)
        #expect("\(error)" == "cat.png is 3 × 4 pixels, more than the limit of 5; raise ImageLimits.pixels to read it")
    }
}
