import Tensor

/// What the directory of CLIP or one of its like holds.
struct CLIPFiles {
    /// The architectures that are known, by their names in `config.json`.
    enum Architecture: String, CaseIterable {
        case clip
        /// A text tower like BERT, and vision as in CLIP.
        case chineseCLIP = "chinese_clip"
        /// No class token, texts of fixed length, and no projections.
        case siglip
        /// The towers of ImageBind for pictures and texts, as Scripts/convert-imagebind.py writes them.
        case imageBind = "imagebind"
    }

    let directory: String
    let architecture: Architecture
    let vision, text: ModelConfiguration
    let weights: ModelWeights
    /// Features of both towers' vectors.
    let dimension: Int

    /// Buffers that are no weights, and what is only needed to compare vectors.
    static let ignored = ["*.position_ids", "logit_scale", "logit_bias", "text_model.pooler."]
    static let visionWeights = ["vision_model.", "visual_projection."]
    static let textWeights = ["text_model.", "text_projection."]

    init(directory: String) throws(EncoderError) {
        self.directory = directory
        let file = try ModelConfiguration(path: directory + "/config.json")
        let name = try file.string("model_type")
        guard let architecture = Architecture(rawValue: name) else {
            throw .unknownArchitecture(
                path: file.path, name: name, known: Architecture.allCases.map(\.rawValue))
        }
        func section(_ key: String) throws(EncoderError) -> ModelConfiguration {
            guard let section = try file.section(key) else { throw file.failure(key, "is missing") }
            return section
        }
        self.architecture = architecture
        (vision, text) = (try section("vision_config"), try section("text_config"))
        dimension =
            architecture == .siglip
            ? try vision.integer("hidden_size", in: 1...1 << 16, default: 768)
            : try file.integer("projection_dim", in: 1...1 << 16, default: 512)
        weights = try ModelWeights(directory: directory)
    }

    /// How texts are scored for pictures.
    func scoring() throws(EncoderError) -> ZeroShotClassifier.Scoring {
        let scale = power(2.718_281_828_459_045, try scalar("logit_scale"))
        guard scale.isFinite else {
            throw .file(path: weights.path, reason: "e to the power of logit_scale is beyond all numbers")
        }
        return ZeroShotClassifier.Scoring(
            scale: scale, bias: architecture == .siglip ? try scalar("logit_bias") : 0,
            isSigmoid: architecture == .siglip)
    }

    /// A number that stands by itself, or alone in a list.
    private func scalar(_ name: String) throws(EncoderError) -> Double {
        Double(try weights.array(name, shape: weights.shape(name)?.isEmpty == true ? [] : [1]).elements[0])
    }
}

extension CLIPFiles {
    /// Takes the text tower's weights.
    func textTower(precision: LinearLayer.Precision) throws(EncoderError) -> any TextTower {
        architecture == .chineseCLIP
            ? try ChineseCLIPTextTower(self, precision: precision) : try CLIPTextTower(self, precision: precision)
    }
}

/// The text tower of the model in a directory, without a tokenizer.
package func clipTextTower(
    directory: String, precision: LinearLayer.Precision = .float32
) throws(EncoderError) -> any TextTower {
    let files = try CLIPFiles(directory: directory)
    let tower = try files.textTower(precision: precision)
    try files.weights.finish(ignoring: CLIPFiles.ignored + CLIPFiles.visionWeights)
    return tower
}

/// How the model in a directory scores texts for pictures.
package func clipScoring(directory: String) throws(EncoderError) -> ZeroShotClassifier.Scoring {
    try CLIPFiles(directory: directory).scoring()
}
