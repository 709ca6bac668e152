import Imaging
import Tensor

/// Finds the right encoder for what a directory holds, by what its `config.json` calls the architecture.
///
/// ```swift
/// let images = try Pretrained.imageEncoder(directory: "models/dinov2-small")
/// let texts = try Pretrained.textEncoder(directory: "models/all-MiniLM-L6-v2")
/// ```
public enum Pretrained {
    /// What can be chosen where a model leaves a choice.
    public struct Options: Sendable, Hashable {
        /// How the vectors of tokens become one, in text models that are no CLIP; `nil` for what the model says.
        public var pooling: Pooling?
        /// How the vectors of patches become one, in vision models that are no CLIP; `nil` for the class token.
        public var visionPooling: VisionPooling?
        /// Whether vectors are scaled to length 1; `nil` for what the model says, or true.
        public var normalizes: Bool?
        /// The numbers to compute in.
        public var precision: LinearLayer.Precision
        /// How many pictures or texts are computed at a time, at least 1; `nil` for what is quick. Vectors do not depend on
        /// it.
        public var batchSize: Int?

        /// Choices; without arguments what models say.
        public init(
            pooling: Pooling? = nil, visionPooling: VisionPooling? = nil, normalizes: Bool? = nil,
            precision: LinearLayer.Precision = .float32, batchSize: Int? = nil
        ) {
            self.pooling = pooling
            self.visionPooling = visionPooling
            self.normalizes = normalizes
            self.precision = precision
            self.batchSize = batchSize
        }
    }

    /// The encoder of pictures in a directory: CLIP and its like, ViT, DINOv2.
    ///
    /// - Throws: ``EncoderError``: ``EncoderError/unknownArchitecture(path:name:known:)`` for an architecture that is not
    ///   known or not made for pictures.
    public static func imageEncoder(
        directory: String, options: Options = Options()
    ) throws(EncoderError) -> any Encoder<Image> {
        try check(options)
        let (path, architecture) = try architecture(directory)
        if CLIPFiles.Architecture(rawValue: architecture) != nil {
            if options.visionPooling != nil { throw .fixedPooling }
            var encoder = try CLIPImageEncoder(
                directory: directory, normalizes: options.normalizes ?? true, precision: options.precision)
            encoder.batchSize = options.batchSize
            return encoder
        }
        guard VisionEncoder.architectures.contains(architecture) else {
            throw .unknownArchitecture(
                path: path, name: architecture,
                known: CLIPFiles.Architecture.allCases.map(\.rawValue) + VisionEncoder.architectures)
        }
        var encoder = try VisionEncoder(
            directory: directory, pooling: options.visionPooling ?? .classToken,
            normalizes: options.normalizes ?? true, precision: options.precision)
        encoder.batchSize = options.batchSize
        return encoder
    }

    /// The encoder of texts in a directory: BERT and its like, the text towers of CLIP and its like.
    ///
    /// - Throws: As ``imageEncoder(directory:options:)``.
    public static func textEncoder(
        directory: String, options: Options = Options()
    ) throws(EncoderError) -> any TokenizingEncoder {
        try check(options)
        let transformer = try SentenceModules(directory: directory).transformer
        let (path, architecture) = try architecture(transformer)
        if CLIPFiles.Architecture(rawValue: architecture) != nil {
            if options.pooling != nil { throw .fixedPooling }
            var encoder = try CLIPTextEncoder(
                directory: directory, normalizes: options.normalizes ?? true, precision: options.precision)
            encoder.batchSize = options.batchSize
            return encoder
        }
        guard BERTModel.architectures.contains(architecture) else {
            throw .unknownArchitecture(
                path: path, name: architecture,
                known: BERTModel.architectures + CLIPFiles.Architecture.allCases.map(\.rawValue))
        }
        var encoder = try SentenceEncoder(
            directory: directory, pooling: options.pooling, normalizes: options.normalizes,
            precision: options.precision)
        encoder.batchSize = options.batchSize
        return encoder
    }

    private static func check(_ options: Options) throws(EncoderError) {
        if let batchSize = options.batchSize, batchSize < 1 {
            throw .parameter(name: "batchSize", value: "\(batchSize)", valid: "at least 1")
        }
    }

    private static func architecture(_ directory: String) throws(EncoderError) -> (path: String, name: String) {
        let file = try ModelConfiguration(path: directory + "/config.json")
        return (file.path, try file.string("model_type"))
    }
}

extension EncoderError {
    fileprivate static let fixedPooling = EncoderError.parameter(
        name: "pooling", value: "given", valid: "left out: this model was trained with one way of pooling")
}
