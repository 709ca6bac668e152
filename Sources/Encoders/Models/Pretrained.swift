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
        /// How the vectors of words and patches become one, in joint models; `nil` for the model's pooler.
        public var jointPooling: JointPooling?
        /// Whether vectors are scaled to length 1; `nil` for what the model says, or true.
        public var normalizes: Bool?
        /// The numbers to compute in.
        public var precision: LinearLayer.Precision

        /// Choices; without arguments what models say.
        public init(
            pooling: Pooling? = nil, visionPooling: VisionPooling? = nil, jointPooling: JointPooling? = nil,
            normalizes: Bool? = nil, precision: LinearLayer.Precision = .float32
        ) {
            self.pooling = pooling
            self.visionPooling = visionPooling
            self.jointPooling = jointPooling
            self.normalizes = normalizes
            self.precision = precision
        }
    }

    /// The encoder of pictures in a directory: CLIP and its like, ViT, DINOv2.
    ///
    /// - Throws: ``EncoderError``: ``EncoderError/unknownArchitecture(path:name:known:)`` for an architecture that is not
    ///   known or not made for pictures.
    public static func imageEncoder(
        directory: String, options: Options = Options()
    ) throws(EncoderError) -> any Encoder<Image> {
        let (path, architecture) = try architecture(directory)
        if CLIPFiles.Architecture(rawValue: architecture) != nil {
            if options.visionPooling != nil { throw .fixedPooling }
            return try CLIPImageEncoder(
                directory: directory, normalizes: options.normalizes ?? true, precision: options.precision)
        }
        guard VisionEncoder.architectures.contains(architecture) else {
            throw .unknownArchitecture(
                path: path, name: architecture,
                known: CLIPFiles.Architecture.allCases.map(\.rawValue) + VisionEncoder.architectures)
        }
        return try VisionEncoder(
            directory: directory, pooling: options.visionPooling ?? .classToken,
            normalizes: options.normalizes ?? true, precision: options.precision)
    }

    /// The encoder of texts in a directory: BERT and its like, the text towers of CLIP and its like.
    ///
    /// - Throws: As ``imageEncoder(directory:options:)``.
    public static func textEncoder(
        directory: String, options: Options = Options()
    ) throws(EncoderError) -> any TokenizingEncoder {
        let transformer = try SentenceModules(directory: directory).transformer
        let (path, architecture) = try architecture(transformer)
        if CLIPFiles.Architecture(rawValue: architecture) != nil {
            if options.pooling != nil { throw .fixedPooling }
            return try CLIPTextEncoder(
                directory: directory, normalizes: options.normalizes ?? true, precision: options.precision)
        }
        guard BERTModel.architectures.contains(architecture) else {
            throw .unknownArchitecture(
                path: path, name: architecture,
                known: BERTModel.architectures + CLIPFiles.Architecture.allCases.map(\.rawValue))
        }
        return try SentenceEncoder(
            directory: directory, pooling: options.pooling, normalizes: options.normalizes,
            precision: options.precision)
    }

    /// The encoder of pairs of a picture and a text in a directory: ViLT.
    ///
    /// VisualBERT takes features of a picture's regions and not the picture: see ``VisualBERTEncoder``.
    ///
    /// - Throws: As ``imageEncoder(directory:options:)``.
    public static func jointEncoder(
        directory: String, options: Options = Options()
    ) throws(EncoderError) -> any JointEncoder<Image> {
        try ViLTEncoder(
            directory: directory, pooling: options.jointPooling ?? .pooler, normalizes: options.normalizes ?? true,
            precision: options.precision)
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
