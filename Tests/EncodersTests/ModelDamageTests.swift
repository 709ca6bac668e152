import Encoders
import Foundation
import Tensor
import Testing
import _TestSupport

/// What is wrong with a model's files is said, and where.
@Suite struct ModelDamageTests {
    /// A copy of a small model, changed, and the error that reading it gives.
    func message(
        _ name: String, _ change: (URL) throws -> Void,
        reading: (String) throws -> Void = { _ = try BERTModel(directory: $0) }
    ) throws -> String {
        try withTemporaryDirectory { root in
            let copy = root.appendingPathComponent(name)
            try FileManager.default.copyItem(at: goldens().appendingPathComponent("models/\(name)"), to: copy)
            try change(copy)
            do {
                try reading(copy.path)
                return "nothing was wrong"
            } catch let error as EncoderError {
                return error.description.replacingOccurrences(of: copy.path, with: "MODEL")
            }
        }
    }

    @Test("weights that are missing, too many, of another shape or not finite are named")
    func weights() throws {
        let query = "encoder.layer.1.attention.self.query.weight"
        let missing = try message("bert", { try rewriteWeights(in: $0.path) { $0 == query ? [] : [($0, $1)] } })
        #expect(missing.contains(query) && missing.contains("MODEL"), "\(missing)")
        let surplus = try message(
            "bert", { try rewriteWeights(in: $0.path) { [($0, $1)] + ($0 == query ? [("encoder.extra", $1)] : []) } })
        #expect(surplus.contains("encoder.extra"), "\(surplus)")
        let shape = try message("bert", { try rewriteWeights(in: $0.path) { [($0, $0 == query ? $1[0..<31] : $1)] } })
        #expect(shape.contains(query) && shape.contains("[31, 32]") && shape.contains("[32, 32]"), "\(shape)")
        let infinite = try message("bert", { try rewriteWeights(in: $0.path) { [($0, $0 == query ? $1 / 0 : $1)] } })
        #expect(infinite.contains(query), "\(infinite)")
        let more = try message("bert", { try editConfiguration(in: $0.path) { $0["num_hidden_layers"] = 4 } })
        #expect(more.contains("encoder.layer.3."), "\(more)")
        let fewer = try message("bert", { try editConfiguration(in: $0.path) { $0["num_hidden_layers"] = 2 } })
        #expect(fewer.contains("encoder.layer.2.") && fewer.contains("config.json"), "\(fewer)")
    }

    @Test("a configuration that cannot be is refused with its key")
    func configuration() throws {
        for (key, value) in [
            ("num_attention_heads", 5), ("hidden_size", 0), ("vocab_size", "many"), ("hidden_act", "sine"),
            ("position_embedding_type", "relative_key"), ("layer_norm_eps", -1), ("max_position_embeddings", -3),
            ("num_hidden_layers", 1 << 40),
        ] as [(String, Any)] {
            let text = try message("bert", { try editConfiguration(in: $0.path) { $0[key] = value } })
            #expect(text.hasPrefix("MODEL/config.json") && text.contains(key), "\(text)")
        }
        let unknown = try message("bert", { try editConfiguration(in: $0.path) { $0["model_type"] = "gpt9" } })
        #expect(unknown.contains("'gpt9'") && unknown.contains("bert, roberta"), "\(unknown)")
        let absent = try message("bert", { try editConfiguration(in: $0.path) { $0["model_type"] = nil } })
        #expect(absent.contains("model_type is missing"), "\(absent)")
        for content in ["", "[1]", "{\"a\": 1, \"a\": 2}", "{", String(repeating: "[", count: 10_000)] {
            let text = try message(
                "bert",
                {
                    try Data(content.utf8).write(to: $0.appendingPathComponent("config.json"))
                })
            #expect(text.hasPrefix("MODEL/config.json"), "\(text)")
        }
    }

    @Test("files that are missing or cut off are named")
    func files() throws {
        for name in ["config.json", "model.safetensors"] {
            let text = try message("bert", { try FileManager.default.removeItem(at: $0.appendingPathComponent(name)) })
            #expect(text.contains(name), "\(text)")
        }
        for length in [0, 7, 100, 5_000, 60_000] {
            let text = try message(
                "bert",
                {
                    let url = $0.appendingPathComponent("model.safetensors")
                    try Data(contentsOf: url).prefix(length).write(to: url)
                })
            #expect(text.contains("model.safetensors"), "\(text)")
        }
        let processor = try message(
            "vit", { try FileManager.default.removeItem(at: $0.appendingPathComponent("preprocessor_config.json")) },
            reading: { _ = try VisionEncoder(directory: $0) })
        #expect(processor.contains("preprocessor_config.json"), "\(processor)")
    }

    @Test("damaged bytes anywhere in a configuration never end the process")
    func flippedBytes() throws {
        var random = RandomSource(seed: 3, stage: "damage")
        try withTemporaryDirectory { root in
            let copy = root.appendingPathComponent("vit")
            try FileManager.default.copyItem(at: goldens().appendingPathComponent("models/vit"), to: copy)
            for name in ["config.json", "preprocessor_config.json"] {
                let url = copy.appendingPathComponent(name)
                let whole = try Data(contentsOf: url)
                for _ in 0..<300 {
                    var bytes = Array(whole)
                    for _ in 0..<random.integer(below: 3) + 1 {
                        bytes[random.integer(below: bytes.count)] = UInt8(random.integer(below: 256))
                    }
                    try Data(bytes).write(to: url)
                    // Either it can still be read, or an error says why not.
                    do { _ = try VisionEncoder(directory: copy.path) } catch is EncoderError {}
                }
                try whole.write(to: url)
            }
        }
    }
}
