import FuzzDriver

@testable import Imaging

// SwiftPM calls the entry point of a program by its module's name.
@_cdecl("ImagingFuzz_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    runFuzzer(["image": fuzzImage, "exif": fuzzEXIF], count, arguments)
}

@Sendable private func fuzzImage(_ bytes: UnsafeRawBufferPointer) {
    let limits = ImageLimits(fileBytes: 1 << 20, pixels: 1 << 18, scans: 10)
    guard let image = try? Image(decoding: Array(bytes), limits: limits) else { return }
    check(image.width > 0 && image.height > 0 && image.width * image.height <= limits.pixels, "size")
}

/// The first byte chooses the format, because the reader is called for one that is known.
@Sendable private func fuzzEXIF(_ bytes: UnsafeRawBufferPointer) {
    guard let first = bytes.first else { return }
    let formats: [ImageFormat] = [.jpeg, .png, .webp, .gif, .bmp]
    _ = Orientation(exifIn: Array(bytes.dropFirst()), format: formats[Int(first) % formats.count])
}
