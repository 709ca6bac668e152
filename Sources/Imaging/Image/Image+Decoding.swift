import Foundation

extension Image {
    /// Reads and decodes a PNG, JPEG, WebP, GIF or BMP file, whatever its name says, and turns it upright.
    ///
    /// Of an animation, the first frame is read.
    ///
    /// - Throws: ``ImagingError``, which names the file. A file that ends too early throws; no part of it is returned.
    /// - Complexity: O(bytes of the file + pixels).
    public init(contentsOf url: URL, limits: ImageLimits = ImageLimits()) throws(ImagingError) {
        try self.init(contentsOfFile: url.path, limits: limits)
    }

    /// As ``init(contentsOf:limits:)``, with the file's path.
    public init(contentsOfFile path: String, limits: ImageLimits = ImageLimits()) throws(ImagingError) {
        try self.init(decoding: FileReader.bytes(ofFile: path, limit: limits.fileBytes), name: path, limits: limits)
    }

    /// Decodes the bytes of a PNG, JPEG, WebP, GIF or BMP file and turns the picture upright.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - name: what errors call the bytes.
    ///   - limits: how large the picture may be.
    /// - Throws: ``ImagingError``. Bytes that end too early throw; no part of the picture is returned.
    /// - Complexity: O(bytes + pixels).
    public init(
        decoding bytes: [UInt8], name: String = "the image", limits: ImageLimits = ImageLimits()
    ) throws(ImagingError) {
        if bytes.isEmpty { throw .empty(name: name) }
        if bytes.count > limits.fileBytes {
            throw .fileTooLarge(name: name, bytes: bytes.count, limit: limits.fileBytes)
        }
        guard let format = ImageFormat(of: bytes) else {
            throw .unsupportedFormat(name: name, reason: "its content is in no format that is read")
        }
        let image: Image
        if format == .bmp {
            var decoder = BMPDecoder(bytes, name: name)
            image = try decoder.decode(limits: limits)
        } else {
            image = try LibraryDecoder(bytes, format, name: name).decode(limits: limits)
        }
        self = image.oriented(Orientation(exifIn: bytes, format: format) ?? .up)
    }
}
