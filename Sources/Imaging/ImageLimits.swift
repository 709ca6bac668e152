/// How much a picture's file may ask of the machine.
///
/// A file of a few hundred bytes can promise billions of pixels. Each limit is checked before what it bounds is
/// allocated or computed.
public struct ImageLimits: Sendable, Hashable {
    /// The most bytes that a file may have. By default 256 MiB.
    public var fileBytes: Int
    /// The most pixels, width × height. By default 8192 × 8192, 67 megapixels.
    ///
    /// Decoding takes up to 4 bytes a pixel for the result and, for a progressive JPEG, up to 8 more while it is at
    /// work.
    public var pixels: Int
    /// The most passes of a progressive JPEG, each of which goes over the whole picture. By default 100; cameras and
    /// programs write about 10.
    public var scans: Int

    /// Limits. The properties say what is allowed by default.
    public init(fileBytes: Int = 256 << 20, pixels: Int = 1 << 26, scans: Int = 100) {
        self.fileBytes = fileBytes
        self.pixels = pixels
        self.scans = scans
    }

    /// Throws when a picture of `width × height` pixels is too large.
    func check(width: Int, height: Int, name: String) throws(ImagingError) {
        guard width > 0, height > 0 else { throw .corrupt(name: name, reason: "it has no pixels") }
        let (count, overflow) = width.multipliedReportingOverflow(by: height)
        if overflow || count > pixels {
            throw .tooLarge(name: name, width: width, height: height, limit: pixels)
        }
    }
}
