/// A picture: 8 bits a channel, row by row from the top left, without gaps.
///
/// ```swift
/// let image = try Image(contentsOfFile: "cat.jpg").convertedToRGB().resized(shortestSide: 224)
/// ```
///
/// A decoded picture stands upright: its EXIF orientation has been applied. Gamma and colour profiles are ignored, as
/// the models that look at the pixels ignore them.
public struct Image: Sendable, Hashable {
    /// The number of pixels in a row, at least 1.
    public let width: Int
    /// The number of rows, at least 1.
    public let height: Int
    /// What the bytes of a pixel mean.
    public let colorModel: ColorModel
    /// The bytes: `[height × width × channels]`.
    public let pixels: [UInt8]

    /// A picture of the given bytes.
    ///
    /// - Precondition: `width` and `height` are positive and `pixels` has `width · height · channels` bytes.
    public init(width: Int, height: Int, colorModel: ColorModel, pixels: [UInt8]) {
        precondition(width > 0 && height > 0, "an image of \(width) × \(height)")
        precondition(
            pixels.count == width * height * colorModel.channelCount,
            "\(pixels.count) bytes do not fill \(width) × \(height) × \(colorModel.channelCount)")
        self.width = width
        self.height = height
        self.colorModel = colorModel
        self.pixels = pixels
    }

    /// A picture whose bytes `fill` writes into a buffer with undefined content.
    init(
        width: Int, height: Int, colorModel: ColorModel, filledBy fill: (UnsafeMutableBufferPointer<UInt8>) -> Void
    ) {
        let count = width * height * colorModel.channelCount
        let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            initialized = count
        }
        self.init(width: width, height: height, colorModel: colorModel, pixels: pixels)
    }

    /// The number of bytes in a pixel.
    public var channelCount: Int { colorModel.channelCount }

    /// The bytes of the pixel in column `x` and row `y`.
    ///
    /// - Complexity: O(1).
    public subscript(x: Int, y: Int) -> ArraySlice<UInt8> {
        precondition(x >= 0 && x < width && y >= 0 && y < height, "pixel (\(x), \(y)) of \(width) × \(height)")
        let start = (y * width + x) * channelCount
        return pixels[start..<start + channelCount]
    }
}

extension Image: CustomStringConvertible {
    /// The size and the colour model.
    public var description: String { "Image(\(width) × \(height), \(colorModel))" }
}
