import Tensor

/// What a CLIP model's directory holds.
struct CLIPFiles {
    let directory: String
    let configuration, vision, text: ModelConfiguration
    let weights: ModelWeights
    /// Features of both towers' vectors.
    let dimension: Int

    /// What `config.json` calls the architectures that are known.
    static let architectures = ["clip"]
    /// Buffers that are no weights.
    static let ignored = ["*.position_ids"]
    static let visionWeights = ["vision_model.", "visual_projection."]
    static let textWeights = ["text_model.", "text_projection."]

    init(directory: String) throws(EncoderError) {
        self.directory = directory
        configuration = try ModelConfiguration(path: directory + "/config.json")
        let architecture = try configuration.string("model_type")
        guard Self.architectures.contains(architecture) else {
            throw .unknownArchitecture(
                path: configuration.path, name: architecture, known: Self.architectures)
        }
        guard let vision = try configuration.section("vision_config") else {
            throw configuration.failure("vision_config", "is missing")
        }
        guard let text = try configuration.section("text_config") else {
            throw configuration.failure("text_config", "is missing")
        }
        (self.vision, self.text) = (vision, text)
        dimension = try configuration.integer("projection_dim", in: 1...1 << 16, default: 512)
        weights = try ModelWeights(directory: directory)
    }
}
