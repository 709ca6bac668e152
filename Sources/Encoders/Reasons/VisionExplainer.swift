import Imaging
import Tensor

/// Shows which parts of pictures a vision transformer's vectors come from.
///
/// ```swift
/// let clip = try CLIPModel(directory: "models/clip-vit-base-patch32")
/// let explainer = VisionExplainer(clip.images)
/// let seen = try explainer.attentionRollout(of: pictures)                             // what the model looked at
/// let dress = try clip.texts.encode(["a photo of a red dress"])
/// let reasons = try explainer.gradientWeightedActivation(of: pictures, toward: dress) // what made it think of a dress
/// ```
///
/// It works with the encoder's own weights, of which there is no second copy. A picture's map depends on that picture
/// alone, bit for bit.
public struct VisionExplainer: Sendable {
    let tower: VisionTower
    let readout: VisionReadout
    /// Whether vectors are scaled to length 1.
    let normalizes: Bool
    /// What brings pictures to the model's size and range.
    public let processor: ImageProcessor
    /// The number of features of a picture's vector.
    public let dimension: Int

    /// Explains CLIP's vectors of pictures, or those of one of its like.
    public init(_ encoder: CLIPImageEncoder) {
        tower = encoder.tower
        readout =
            switch encoder.head {
            case .projection(let projection): .token(projection)
            case .attention(let pooling): .attention(pooling)
            }
        (normalizes, processor, dimension) = (encoder.normalizes, encoder.processor, encoder.dimension)
    }

    /// Explains the vectors of a ViT or DINOv2.
    public init(_ encoder: VisionEncoder) {
        tower = encoder.tower
        readout = encoder.pooling == .classToken ? .token(nil) : .patches(withClassToken: encoder.pooling == .both)
        (normalizes, processor, dimension) = (encoder.normalizes, encoder.processor, encoder.dimension)
    }

    /// Explains the vectors of an encoder; `nil` when it is none of those that can be explained.
    public init?(_ encoder: any Encoder<Image>) {
        switch encoder {
        case let encoder as CLIPImageEncoder: self.init(encoder)
        case let encoder as VisionEncoder: self.init(encoder)
        default: return nil
        }
    }

    /// The number of layers.
    public var layerCount: Int { tower.transformer.layers.count }

    /// The number of patches from left to right.
    public var patchesAcross: Int { processor.width / tower.embedding.patchSize }

    /// The number of patches from top to bottom.
    public var patchesDown: Int { processor.height / tower.embedding.patchSize }

    /// Floats that may be kept of the layers of a batch: 256 MB.
    private static let keptFloats = 1 << 26

    /// Calls `explain` for batches of prepared pictures; it answers with a number for each patch of each picture.
    ///
    /// - Parameter floats: how many are kept of a picture while it is explained.
    func maps(
        of images: [Image], keeping floats: Int, progress: ProgressHandler,
        _ explain: (_ batch: [Image], _ range: Range<Int>) -> Matrix
    ) throws(EncoderError) -> [HeatMap] {
        let size = max(1, min(tower.batchSize, Self.keptFloats / max(1, floats)))
        var result: [HeatMap] = []
        for start in stride(from: 0, to: images.count, by: size) {
            guard progress.advance("explaining pictures", start, of: images.count) else { throw .cancelled }
            let range = start..<min(images.count, start + size)
            let batch = parallelMap(range.count) { processor.finish(images[start + $0]) }
            let values = explain(batch, range)
            for place in range {
                result.append(
                    HeatMap(
                        values: Matrix(
                            rows: patchesDown, columns: patchesAcross, values: values.row(place - start)),
                        region: region(of: images[place])))
            }
        }
        guard progress.advance("explaining pictures", images.count, of: images.count) else { throw .cancelled }
        return result
    }

    /// The part of a picture that whole patches cover, in the picture's pixels.
    ///
    /// Maps of pictures that were prepared beforehand (``ImageProcessor/prepare(_:)``) have the same numbers, and
    /// regions in the prepared pictures' pixels; this gives the region in the picture that was there before.
    public func region(of image: Image) -> HeatMap.Region {
        var region = processor.region(of: image)
        region.width *= Double(patchesAcross * tower.embedding.patchSize) / Double(processor.width)
        region.height *= Double(patchesDown * tower.embedding.patchSize) / Double(processor.height)
        return region
    }
}
