import Imaging
import Tensor

/// Describes pictures by a vision transformer: ViT, DINOv2 with or without registers.
///
/// The directory holds `config.json`, `preprocessor_config.json` and `model.safetensors` as on the Hugging Face hub.
///
/// ```swift
/// let vectors = try VisionEncoder(directory: "models/dinov2-small").encode(images)    // [n × 384]
/// ```
///
/// - Reference: Dosovitskiy et al., "An image is worth 16x16 words", ICLR 2021, arXiv:2010.11929; Oquab et al., "DINOv2:
///   learning robust visual features without supervision", arXiv:2304.07193; Darcet et al., "Vision transformers need
///   registers", ICLR 2024, arXiv:2309.16588.
public struct VisionEncoder: Encoder {
    private(set) var tower: VisionTower
    /// What brings pictures to the model's size and range.
    public let processor: ImageProcessor
    /// How the vectors of patches become one.
    public let pooling: VisionPooling
    /// Whether vectors are scaled to length 1.
    public let normalizes: Bool
    /// How many pictures are computed at a time, at least 1; `nil` for what is quick. Vectors do not depend on it.
    public var batchSize: Int? {
        get { tower.chosenBatchSize }
        set { tower.chosenBatchSize = newValue }
    }

    /// What `config.json` calls the architectures that are known.
    static let architectures = ["vit", "dinov2", "dinov2_with_registers"]

    /// Reads a model.
    ///
    /// - Parameters:
    ///   - directory: with the model's files.
    ///   - pooling: how the vectors of patches become one.
    ///   - normalizes: whether vectors are scaled to length 1.
    ///   - precision: the numbers to compute in.
    /// - Throws: ``EncoderError``, which names the file, key or weight.
    public init(
        directory: String, pooling: VisionPooling = .classToken, normalizes: Bool = true,
        precision: LinearLayer.Precision = .float32
    ) throws(EncoderError) {
        let file = try ModelConfiguration(path: directory + "/config.json")
        let architecture = try file.string("model_type")
        let bias = try file.boolean("qkv_bias", default: true)
        var configuration: TransformerConfiguration
        let names: VisionTower.Names
        let weights = try ModelWeights(directory: directory)
        switch architecture {
        case "vit":
            configuration = try TransformerConfiguration(file, normalizesFirst: true, epsilon: 1e-12)
            let prefix = weights.prefix(of: "embeddings.cls_token", among: ["", "vit."])
            names = .vit(prefix) { .vit("\(prefix)encoder.layer.\($0).", projectsWithBias: bias) }
        case "dinov2", "dinov2_with_registers":
            configuration = try TransformerConfiguration(
                file, normalizesFirst: true, epsilon: 1e-6, innerFactor: file.integer("mlp_ratio", default: 4))
            let isGated = try file.boolean("use_swiglu_ffn", default: false)
            if isGated {
                configuration.isGated = true
                configuration.activation = .silu
                configuration.innerWidth = (configuration.innerWidth * 2 / 3 + 7) / 8 * 8
            }
            let prefix = weights.prefix(of: "embeddings.cls_token", among: ["", "dinov2.", "dinov2_with_registers."])
            names = .vit(prefix, registers: architecture != "dinov2") {
                .dinov2("\(prefix)encoder.layer.\($0).", projectsWithBias: bias, isGated: isGated)
            }
        default:
            throw .unknownArchitecture(path: file.path, name: architecture, known: Self.architectures)
        }
        processor = try ImageProcessor(
            directory: directory, side: try file.integer("image_size", in: 1...1 << 14, default: 224))
        tower = try VisionTower(
            weights, file, configuration, names, processor: processor, picksTokens: pooling == .classToken,
            precision: precision)
        try weights.finish(ignoring: ["pooler.", "classifier.", "vit.pooler.", "*mask_token"])
        self.pooling = pooling
        self.normalizes = normalizes
    }

    /// The number of features of a vector.
    public var dimension: Int { tower.transformer.configuration.width * (pooling == .both ? 2 : 1) }

    /// The picture resized for the model.
    public func prepare(_ image: Image) -> Image { processor.prepare(image) }

    /// The tokens of pictures before the layers and after each, as they are before the last normalization.
    package func hiddenStates(of images: [Image]) -> [Matrix] { tower.hiddenStates(of: images, processor) }

    /// The vectors of pictures. `[images.count × dimension]`
    ///
    /// - Throws: ``EncoderError/cancelled``.
    public func encode(_ images: [Image], progress: ProgressHandler) throws(EncoderError) -> Matrix {
        try tower.encode(
            images, processor, dimension: dimension, normalizes: normalizes, progress: progress, finish: pooled)
    }

    private func pooled(_ tokens: Matrix) -> Matrix {
        if pooling == .classToken { return tokens }
        let (count, leading, width) = (tower.tokenCount, tower.leadingCount, tokens.columns)
        let images = tokens.rows / count
        return Matrix(rows: images, columns: dimension) { target in
            tokens.withUnsafeBufferPointer { tokens in
                for image in 0..<images {
                    let start = image * count
                    for feature in 0..<width {
                        var sum = 0.0
                        for row in start + leading..<start + count { sum += Double(tokens[row * width + feature]) }
                        let mean = Float(sum / Double(count - leading))
                        if pooling == .both { target[image * 2 * width + feature] = tokens[start * width + feature] }
                        target[image * dimension + (pooling == .both ? width : 0) + feature] = mean
                    }
                }
            }
        }
    }
}
