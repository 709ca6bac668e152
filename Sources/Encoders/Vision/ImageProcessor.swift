import Imaging
import Tensor

/// Brings pictures to the size and range that a model was trained with, as its `preprocessor_config.json` says.
///
/// The same steps as in the processors of Hugging Face's Transformers that work with Pillow: resized in bytes, cropped, scaled
/// and normalized. Pictures with transparency are put on white first (there, the colour under transparent pixels shows).
public struct ImageProcessor: Sendable, Hashable {
    /// How pictures are resized.
    enum Resizing: Sendable, Hashable {
        case none
        /// The shorter side is made so long.
        case shortestSide(Int)
        /// Stretched to a size.
        case exact(width: Int, height: Int)
    }

    let resizing: Resizing
    let filter: ResamplingFilter
    /// The size of the middle that is kept; `nil` for all.
    let crop: Size?
    /// Whether the middle of a picture that is an odd number of pixels too long begins at an even number, as where Python
    /// rounds halves.
    let cropsAtEven: Bool
    let scaling: PixelScaling

    struct Size: Sendable, Hashable {
        var width, height: Int
    }

    /// The width in pixels of pictures as the model takes them.
    public let width: Int
    /// The height in pixels of pictures as the model takes them.
    public let height: Int

    /// Reads `preprocessor_config.json` in a model's directory; without it, pictures are resized and cropped as for CLIP.
    ///
    /// - Parameter side: the side of the pictures that the model was trained with, where the file says nothing.
    init(directory: String, side: Int) throws(EncoderError) {
        let path = directory + "/preprocessor_config.json"
        let file = try ModelConfiguration(path: path)
        let kind = try file.string(
            "image_processor_type", default: try file.string("feature_extractor_type", default: ""))
        // A single number means the shorter side for CLIP and its like, and both sides for others.
        let isShortest = ["CLIP", "ChineseCLIP", "Bit", "ImageBind"].contains { kind.hasPrefix($0) }
        cropsAtEven = kind.hasPrefix("ImageBind")
        let size = try Self.size(file, "size", isShortest: isShortest, side: side)
        resizing = try file.boolean("do_resize", default: true) ? size : .none
        filter = try Self.filter(file)
        if try file.boolean("do_center_crop", default: isShortest) {
            guard case .exact(let width, let height) = try Self.size(file, "crop_size", isShortest: false, side: side)
            else { throw file.failure("crop_size", "must be a width and a height") }
            crop = Size(width: width, height: height)
        } else {
            crop = nil
        }
        switch (crop, resizing) {
        case (let crop?, _): (width, height) = (crop.width, crop.height)
        case (nil, .exact(let width, let height)): (self.width, self.height) = (width, height)
        default:
            throw file.failure("do_center_crop", "is false, so that pictures would differ in size; it must be true")
        }
        scaling = try PixelScaling(file)
    }

    private static func size(
        _ file: ModelConfiguration, _ key: String, isShortest: Bool, side: Int
    ) throws(EncoderError) -> Resizing {
        let range = 1...1 << 14
        if case .integer = file[key] {
            let side = try file.integer(key, in: range)
            return isShortest ? .shortestSide(side) : .exact(width: side, height: side)
        }
        guard let section = try file.section(key) else {
            return isShortest ? .shortestSide(side) : .exact(width: side, height: side)
        }
        if section["shortest_edge"] != nil {
            guard section["longest_edge"] == nil else {
                throw section.failure("longest_edge", "is not known beside shortest_edge")
            }
            return .shortestSide(try section.integer("shortest_edge", in: range))
        }
        return .exact(width: try section.integer("width", in: range), height: try section.integer("height", in: range))
    }

    static func filter(_ file: ModelConfiguration) throws(EncoderError) -> ResamplingFilter {
        // Pillow's numbers.
        let filters: [ResamplingFilter] = [.nearest, .lanczos, .bilinear, .bicubic, .box, .hamming]
        return filters[try file.integer("resample", in: 0...filters.count - 1, default: 3)]
    }

    /// The picture resized, and not much longer than wide: all that ``finish(_:)`` needs. Prepared again, it stays the same.
    public func prepare(_ image: Image) -> Image {
        let rgb = image.convertedToRGB()
        switch resizing {
        case .none: return rgb
        case .exact(let width, let height): return rgb.resized(width: width, height: height, filter: filter)
        case .shortestSide(let side):
            let resized = rgb.resized(shortestSide: side, filter: filter)
            guard let crop else { return resized }
            // What is cut off at both ends is the same (and even, where halves are rounded to even numbers), so that the
            // middle stays the middle.
            func kept(_ length: Int, _ wanted: Int) -> Int {
                let least = max(side, wanted)
                return length <= least ? length : least + (length - least) % (cropsAtEven ? 4 : 2)
            }
            return resized.centerCropped(
                width: kept(resized.width, crop.width), height: kept(resized.height, crop.height))
        }
    }

    /// The picture as the model takes it: RGB, ``width`` × ``height``.
    public func finish(_ image: Image) -> Image {
        let prepared = prepare(image)
        return crop == nil ? prepared : prepared.centered(width: width, height: height, start: start)
    }

    /// How many pixels of a length are cut off before the middle; below 0, how many are put before it.
    func start(_ length: Int, _ kept: Int) -> Int {
        length >= kept
            ? Int((Double(length - kept) / 2).rounded(cropsAtEven ? .toNearestOrEven : .down))
            : -((kept - length + 1) / 2)
    }

    /// The numbers that the model sees of a picture, channel by channel. `[3, height, width]`
    public func values(of image: Image) -> NDArray { scaling.values(of: finish(image)) }
}

extension Image {
    /// The middle of the picture, with black around it where it is smaller.
    ///
    /// - Parameter start: how many pixels of a length are cut off before the middle; below 0, how many are put before it.
    fileprivate func centered(
        width newWidth: Int, height newHeight: Int, start: (_ length: Int, _ kept: Int) -> Int
    ) -> Image {
        if width == newWidth && height == newHeight { return self }
        let (x, y) = (start(width, newWidth), start(height, newHeight))
        let middle = cropped(
            x: max(0, x), y: max(0, y), width: min(width, newWidth), height: min(height, newHeight))
        guard middle.width < newWidth || middle.height < newHeight else { return middle }
        let (left, top) = (max(0, -x), max(0, -y))
        var pixels = [UInt8](repeating: 0, count: newWidth * newHeight * 3)
        for y in 0..<middle.height {
            let from = y * middle.width * 3
            let to = ((top + y) * newWidth + left) * 3
            pixels.replaceSubrange(to..<to + middle.width * 3, with: middle.pixels[from..<from + middle.width * 3])
        }
        return Image(width: newWidth, height: newHeight, colorModel: .rgb, pixels: pixels)
    }
}
