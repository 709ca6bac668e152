import Imaging
import Tensor

/// Describes pictures by CLIP's vision tower, in the space that it shares with texts.
///
/// ```swift
/// let vectors = try CLIPImageEncoder(directory: "models/clip-vit-base-patch32").encode(images)     // [n × 512]
/// ```
///
/// See ``CLIPModel``, which reads both towers.
public struct CLIPImageEncoder: Encoder {
    private(set) var tower: VisionTower
    let head: Head
    /// What brings pictures to the model's size and range.
    public let processor: ImageProcessor
    /// Whether vectors are scaled to length 1.
    public let normalizes: Bool
    /// How many pictures are computed at a time, at least 1; `nil` for what is quick. Vectors do not depend on it.
    public var batchSize: Int? {
        get { tower.chosenBatchSize }
        set { tower.chosenBatchSize = newValue }
    }

    /// What follows the tower.
    enum Head: Sendable {
        case projection(LinearLayer)
        case attention(AttentionPooling)
    }

    /// Reads the vision tower.
    ///
    /// - Parameters:
    ///   - directory: with the model's files.
    ///   - normalizes: whether vectors are scaled to length 1.
    ///   - precision: the numbers to compute in.
    /// - Throws: ``EncoderError``, which names the file, key or weight.
    public init(
        directory: String, normalizes: Bool = true, precision: LinearLayer.Precision = .float32
    ) throws(EncoderError) {
        let files = try CLIPFiles(directory: directory)
        try self.init(files, normalizes: normalizes, precision: precision)
        try files.weights.finish(ignoring: CLIPFiles.ignored + CLIPFiles.textWeights)
    }

    init(_ files: CLIPFiles, normalizes: Bool, precision: LinearLayer.Precision) throws(EncoderError) {
        let file = files.vision
        let isSigLIP = files.architecture == .siglip
        let configuration = try TransformerConfiguration(
            file, normalizesFirst: true, activation: isSigLIP ? "gelu_pytorch_tanh" : "quick_gelu",
            epsilon: isSigLIP ? 1e-6 : 1e-5)
        processor = try ImageProcessor(
            directory: files.directory, side: try file.integer("image_size", in: 1...1 << 14, default: 224))
        tower = try VisionTower(
            files.weights, file, configuration, isSigLIP ? .siglip("vision_model.") : .clip("vision_model."),
            processor: processor, picksTokens: !isSigLIP, precision: precision)
        head =
            isSigLIP
            ? .attention(try AttentionPooling(files.weights, "vision_model.head.", configuration, precision: precision))
            : .projection(
                LinearLayer(
                    weights: try files.weights.matrix(
                        "visual_projection.weight", files.dimension, configuration.width)))
        dimension = files.dimension
        self.normalizes = normalizes
    }

    /// The number of features of a vector.
    public let dimension: Int

    /// The picture resized for the model.
    public func prepare(_ image: Image) -> Image { processor.prepare(image) }

    /// The tokens of pictures before the layers and after each, as they are before the last normalization.
    package func hiddenStates(of images: [Image]) -> [Matrix] { tower.hiddenStates(of: images, processor) }

    /// The vectors of pictures. `[images.count × dimension]`
    ///
    /// - Throws: ``EncoderError/cancelled``.
    public func encode(_ images: [Image], progress: ProgressHandler) throws(EncoderError) -> Matrix {
        try tower.encode(
            images, processor, dimension: dimension, normalizes: normalizes, progress: progress,
            finish: { tokens in
                switch head {
                case .projection(let projection): projection.apply(to: tokens)
                case .attention(let pooling): pooling(tokens, tokensEach: tower.tokenCount)
                }
            })
    }
}
