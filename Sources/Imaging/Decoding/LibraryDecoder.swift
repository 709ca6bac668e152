private import CImageCodecs

/// Decodes with the format's own library, behind the C shim.
struct LibraryDecoder {
    private let bytes: [UInt8]
    private let format: ImageFormat
    private let name: String

    init(_ bytes: [UInt8], _ format: ImageFormat, name: String) {
        self.bytes = bytes
        self.format = format
        self.name = name
    }

    /// Reads the header, checks it against the limits, and only then allocates and decodes.
    func decode(limits: ImageLimits) throws(ImagingError) -> Image {
        var failure = kindred_failure()
        let image: Image? = try bytes.withUnsafeBufferPointer { buffer throws(ImagingError) in
            var header = kindred_header()
            let scans = UInt32(clamping: limits.scans)
            guard
                let library, let start = buffer.baseAddress,
                let decoder = kindred_decoder_open(library, start, buffer.count, scans, &header, &failure)
            else { return nil }
            defer { kindred_decoder_close(decoder) }
            let (width, height) = (Int(header.width), Int(header.height))
            try limits.check(width: width, height: height, name: name)
            guard let model = ColorModel.allCases.first(where: { $0.channelCount == Int(header.channels) }) else {
                throw .unsupportedFormat(name: name, reason: "a pixel has \(header.channels) channels")
            }
            let count = width * height * model.channelCount
            let pixels = [UInt8](unsafeUninitializedCapacity: count) { pixels, initialized in
                // A failed decoder may leave holes: then nothing counts as initialized.
                let status = kindred_decoder_read(decoder, pixels.baseAddress, &failure)
                initialized = status == KINDRED_OK ? count : 0
            }
            guard pixels.count == count else { return nil }
            return Image(width: width, height: height, colorModel: model, pixels: pixels)
        }
        guard let image else { throw error(failure) }
        return image
    }

    private var library: kindred_format? {
        switch format {
        case .png: KINDRED_PNG
        case .jpeg: KINDRED_JPEG
        case .webp: KINDRED_WEBP
        case .gif: KINDRED_GIF
        case .bmp: nil
        }
    }

    private func error(_ failure: kindred_failure) -> ImagingError {
        let message = failure.text
        return switch failure.status {
        case KINDRED_TRUNCATED: .truncated(name: name)
        case KINDRED_UNSUPPORTED: .unsupportedFormat(name: name, reason: message)
        case KINDRED_LIMIT: .limit(name: name, reason: message)
        case KINDRED_MEMORY: .outOfMemory(name: name)
        default: .corrupt(name: name, reason: message)
        }
    }
}

extension kindred_failure {
    /// The library's words.
    var text: String {
        withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
