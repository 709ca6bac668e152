private import CImageCodecs

extension Image {
    /// The picture as the bytes of a JPEG file with colour at half resolution (4:2:0), as thumbnails want it. Alpha is
    /// composited on white first; a grey picture stays grey.
    ///
    /// - Parameter quality: 1 (small) to 100 (exact).
    /// - Throws: ``ImagingError/encoding(reason:)`` when a side is longer than 65,500 pixels, which JPEG cannot hold,
    ///   or the quality is out of range.
    /// - Complexity: O(pixels).
    public func jpegData(quality: Int = 82) throws(ImagingError) -> [UInt8] {
        guard (1...100).contains(quality) else {
            throw .encoding(reason: "quality is \(quality); it must be from 1 to 100")
        }
        guard max(width, height) <= 65_500 else {
            throw .encoding(reason: "it is \(width) × \(height) pixels; a side of a JPEG has at most 65,500")
        }
        let flat = colorModel.isGrey ? convertedToGrey() : convertedToRGB()
        return try flat.encoded { pixels, bytes, count, failure in
            kindred_jpeg_encode(
                pixels, UInt32(width), UInt32(height), UInt32(flat.channelCount), Int32(quality), bytes, count, failure)
        }
    }

    /// The picture as the bytes of a PNG file, which keeps every pixel and alpha.
    ///
    /// - Throws: ``ImagingError/encoding(reason:)`` when a side is longer than 2³¹ − 1 pixels, or memory does not
    ///   suffice.
    /// - Complexity: O(pixels).
    public func pngData() throws(ImagingError) -> [UInt8] {
        guard max(width, height) <= Int32.max else {
            throw .encoding(reason: "it is \(width) × \(height) pixels; a side of a PNG has at most 2³¹ − 1")
        }
        return try encoded { pixels, bytes, count, failure in
            kindred_png_encode(
                pixels, UInt32(width), UInt32(height), UInt32(channelCount), bytes, count, failure)
        }
    }

    /// What an encoder makes of the pixels.
    private func encoded(
        _ encode: (
            _ pixels: UnsafePointer<UInt8>?, _ bytes: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>,
            _ count: UnsafeMutablePointer<Int>, _ failure: UnsafeMutablePointer<kindred_failure>
        ) -> kindred_status
    ) throws(ImagingError) -> [UInt8] {
        var failure = kindred_failure()
        var start: UnsafeMutablePointer<UInt8>?
        var count = 0
        let status = pixels.withUnsafeBufferPointer { encode($0.baseAddress, &start, &count, &failure) }
        defer { kindred_release(start) }
        guard status == KINDRED_OK, let start else { throw .encoding(reason: failure.text) }
        return [UInt8](UnsafeBufferPointer(start: start, count: count))
    }
}
