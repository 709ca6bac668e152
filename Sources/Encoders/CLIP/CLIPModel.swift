import Imaging
import Tensor

/// CLIP and its like: pictures and texts in one space.
///
/// The directory holds `config.json`, `preprocessor_config.json`, the tokenizer's files and `model.safetensors` as on the
/// Hugging Face hub: OpenAI's checkpoints, LAION's in the same layout, Chinese-CLIP, SigLIP; or what
/// `Scripts/convert-imagebind.py` makes of ImageBind.
///
/// ```swift
/// let model = try CLIPModel(directory: "models/clip-vit-base-patch32")
/// let pictures = try model.images.encode(images)      // [n × 512]
/// let captions = try model.texts.encode(texts)        // [m × 512]
/// let similarities = pictures.times(captions, transposingOther: true)
/// ```
///
/// - Reference: Radford et al., "Learning transferable visual models from natural language supervision", ICML 2021,
///   arXiv:2103.00020; Cherti et al., "Reproducible scaling laws for contrastive language-image learning", CVPR 2023,
///   arXiv:2212.07143; Yang et al., "Chinese CLIP", arXiv:2211.01335; Zhai et al., "Sigmoid loss for language image
///   pre-training", ICCV 2023, arXiv:2303.15343; Girdhar et al., "ImageBind: one embedding space to bind them all", CVPR
///   2023, arXiv:2305.05665.
public struct CLIPModel: Sendable {
    /// Pictures to vectors.
    public let images: CLIPImageEncoder
    /// Texts to vectors.
    public let texts: CLIPTextEncoder
    /// How a text is scored for a picture: by cosines times a scale, and a softmax over texts; for SigLIP, a bias is
    /// added and each text is judged by itself.
    public let scoring: ZeroShotClassifier.Scoring

    /// What the cosine of a picture and a text is multiplied with before a softmax over texts.
    public var logitScale: Double { scoring.scale }
    /// What is added then: 0 but for SigLIP, whose scores are for each text by itself.
    public var logitBias: Double { scoring.bias }

    /// Reads both towers.
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
        images = try CLIPImageEncoder(files, normalizes: normalizes, precision: precision)
        texts = try CLIPTextEncoder(files, normalizes: normalizes, precision: precision)
        scoring = try files.scoring()
        try files.weights.finish(ignoring: CLIPFiles.ignored)
    }
}
