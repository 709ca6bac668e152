import Imaging
import Tensor

/// Brings pictures to the size and range that ViLT was trained with, as its `preprocessor_config.json` says.
///
/// The shorter side is made so long, and the longer at most 5/3 of it; then both are cut down to whole patches, so that the
/// whole picture is kept and hardly stretched. Pictures with transparency are put on white first.
public struct ViLTImageProcessor: Sendable, Hashable {
    /// How long the shorter side is made, in pixels, before it is cut down.
    public let shortestSide: Int
    /// Sides are multiples of it.
    public let divisor: Int
    /// How long the longer side is at most, in proportion to that of most pictures in the COCO collection.
    let longestSide: Int
    let filter: ResamplingFilter
    let scaling: PixelScaling

    /// Reads `preprocessor_config.json` in a model's directory.
    init(directory: String) throws(EncoderError) {
        let file = try ModelConfiguration(path: directory + "/preprocessor_config.json")
        guard try file.boolean("do_resize", default: true) else { throw file.failure("do_resize", "must be true") }
        divisor = try file.integer("size_divisor", in: 1...1 << 10, default: 32)
        let range = divisor...max(divisor, 1 << 12)
        if case .integer = file["size"] {
            shortestSide = try file.integer("size", in: range)
        } else if let section = try file.section("size") {
            shortestSide = try section.integer("shortest_edge", in: range)
        } else {
            throw file.failure("size", "must name the shortest_edge")
        }
        longestSide = Int(1333.0 / 800.0 * Double(shortestSide))
        filter = try ImageProcessor.filter(file)
        scaling = try PixelScaling(file)
    }

    /// The size of a picture of `width` × `height` pixels as the model takes it.
    ///
    /// At least ``divisor`` on each side, where Transformers has no answer.
    public func size(width: Int, height: Int) -> (width: Int, height: Int) {
        let scale = Double(shortestSide) / Double(min(width, height))
        var (newWidth, newHeight) = (Double(shortestSide), Double(shortestSide))
        if height < width { newWidth = scale * Double(width) } else { newHeight = scale * Double(height) }
        if max(newWidth, newHeight) > Double(longestSide) {
            let scale = Double(longestSide) / max(newWidth, newHeight)
            (newWidth, newHeight) = (scale * newWidth, scale * newHeight)
        }
        func whole(_ length: Double) -> Int { max(1, Int(length + 0.5) / divisor) * divisor }
        return (whole(newWidth), whole(newHeight))
    }

    /// The picture as the model takes it. What ``prepare(_:)`` gives stays the same.
    func finish(_ image: Image) -> Image {
        let (width, height) = size(width: image.width, height: image.height)
        return image.convertedToRGB().resized(width: width, height: height, filter: filter)
    }

    /// The picture as the model takes it, where that can be found twice.
    public func prepare(_ image: Image) -> Image {
        // Otherwise a shorter side that was cut down would be made longer again.
        shortestSide.isMultiple(of: divisor) ? finish(image) : image.convertedToRGB()
    }

    /// The numbers that the model sees of a picture, channel by channel. `[3, height, width]`
    public func values(of image: Image) -> NDArray { scaling.values(of: finish(image)) }
}
