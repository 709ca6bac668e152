import Encoders
import Foundation
import Tensor
import Testing
import _TestSupport

/// What is wrong with the files of joint models is said, and where.
extension ModelDamageTests {
    @Test(
        "weights of joint models that are missing, too many or of another shape are named",
        arguments: ["vilt", "visualbert"])
    func jointWeights(name: String) throws {
        func damage(_ change: @escaping (String, NDArray) -> [(String, NDArray)]) throws -> String {
            try message(name, { try rewriteWeights(in: $0.path, change) }, reading: { try readJoint(name, $0) })
        }
        let key = name == "vilt" ? "encoder.layer.1.layernorm_before.bias" : "embeddings.visual_projection.weight"
        #expect(try damage { [($0, $1)] } == "nothing was wrong")
        let missing = try damage { $0.hasSuffix(key) ? [] : [($0, $1)] }
        #expect(missing.contains(key) && missing.contains("MODEL"), "\(missing)")
        let surplus = try damage { [($0, $1)] + ($0.hasSuffix(key) ? [("encoder.extra", $1)] : []) }
        #expect(surplus.contains("encoder.extra"), "\(surplus)")
        let shape = try damage { [($0, $0.hasSuffix(key) ? $1[0..<31] : $1)] }
        #expect(shape.contains(key) && shape.contains("[31"), "\(shape)")
        let infinite = try damage { [($0, $0.hasSuffix(key) ? $1 / 0 : $1)] }
        #expect(infinite.contains(key), "\(infinite)")
        let unpooled = try damage { $0.contains("pooler.dense") ? [] : [($0, $1)] }
        #expect(unpooled.contains("pooler.dense.weight"), "\(unpooled)")
    }

    @Test("weights lie under the model's name or not, with a task's head or without, and vectors are the same")
    func prefixes() throws {
        let vilt = try JointEncoderTests.ViLT()
        let bert = try JointEncoderTests.VisualBERT()
        let pairs = try vilt.encoder().encode(images: vilt.images, texts: vilt.texts)
        let regions = try bert.encoder().encode(images: bert.images, texts: bert.texts)
        func strip(_ prefix: String, _ heads: [String], _ directory: String) throws {
            try rewriteWeights(in: directory) { name, array in
                if heads.contains(where: { name.hasPrefix($0) }) { return [] }
                return [(name.replacingOccurrences(of: prefix, with: ""), array)]
            }
        }
        try withModel("vilt") { directory in
            try strip("vilt.", ["rank_output."], directory)
            let encoder = try ViLTEncoder(directory: directory, normalizes: false)
            #expect(try encoder.encode(images: vilt.images, texts: vilt.texts) == pairs)
        }
        try withModel("visualbert") { directory in
            try strip("visual_bert.", ["cls."], directory)
            let encoder = try VisualBERTEncoder(directory: directory, normalizes: false)
            #expect(try encoder.encode(images: bert.images, texts: bert.texts) == regions)
        }
        // Without a pooler other ways of pooling remain.
        try withModel("vilt") { directory in
            try strip("", ["vilt.pooler."], directory)
            #expect(throws: EncoderError.self) { try ViLTEncoder(directory: directory) }
            let encoder = try ViLTEncoder(directory: directory, pooling: .mean, normalizes: false)
            #expect(
                try encoder.encode(images: vilt.images, texts: vilt.texts)
                    == vilt.encoder(.mean).encode(images: vilt.images, texts: vilt.texts))
        }
        // The tokenizer may lie elsewhere.
        try withModel("visualbert") { directory in
            try FileManager.default.removeItem(atPath: directory + "/tokenizer.json")
            #expect(throws: EncoderError.self) { try VisualBERTEncoder(directory: directory) }
            let encoder = try VisualBERTEncoder(
                directory: directory, tokenizerDirectory: bert.fixture.directory, normalizes: false)
            #expect(try encoder.encode(images: bert.images, texts: bert.texts) == regions)
        }
    }

    @Test("a joint model's configuration that cannot be is refused with its key")
    func jointConfiguration() throws {
        for (name, file, key, value) in [
            ("vilt", "config.json", "image_size", 4), ("vilt", "config.json", "patch_size", 16),
            ("vilt", "config.json", "patch_size", [8, 8]), ("vilt", "config.json", "num_channels", 1),
            ("vilt", "config.json", "modality_type_vocab_size", 1), ("vilt", "config.json", "num_attention_heads", 5),
            ("vilt", "config.json", "model_type", "vilt2"),
            ("vilt", "preprocessor_config.json", "size", ["height": 32, "width": 32]),
            ("vilt", "preprocessor_config.json", "size", 4), ("vilt", "preprocessor_config.json", "size_divisor", 0),
            ("vilt", "preprocessor_config.json", "size", 5000),
            ("vilt", "preprocessor_config.json", "do_resize", false),
            ("vilt", "preprocessor_config.json", "image_std", [0, 1, 1]),
            ("visualbert", "config.json", "bypass_transformer", true),
            ("visualbert", "config.json", "visual_embedding_dim", -1), ("visualbert", "config.json", "vocab_size", 0),
            ("visualbert", "config.json", "model_type", "vilt"),
        ] as [(String, String, String, Any)] {
            let text = try message(
                name, { try editConfiguration(in: $0.path, file) { $0[key] = value } },
                reading: { try readJoint(name, $0) })
            let word = key == "size" && value is [String: Int] ? "shortest_edge" : key
            #expect(text.hasPrefix("MODEL/\(file)") && (text.contains(word) || text.contains("known are")), "\(text)")
        }
        // Pictures of more patches than can be computed.
        let large = try message(
            "vilt", { try editConfiguration(in: $0.path, "preprocessor_config.json") { $0["size"] = 4000 } },
            reading: { try readJoint("vilt", $0) })
        #expect(large.hasPrefix("MODEL/config.json: patch_size") && large.contains("16384"), "\(large)")
        // What contradicts the weights names them.
        for (name, key, value, weight) in [
            ("vilt", "image_size", 40, "position_embeddings"), ("vilt", "patch_size", 4, "projection.weight"),
            ("vilt", "max_position_embeddings", 30, "text_embeddings.position_embeddings"),
            ("visualbert", "visual_embedding_dim", 21, "visual_projection"),
            ("visualbert", "type_vocab_size", 1, "token_type_embeddings"),
            ("visualbert", "num_hidden_layers", 2, "encoder.layer.2."),
            ("vilt", "num_hidden_layers", 4, "encoder.layer.3."),
        ] {
            let text = try message(
                name, { try editConfiguration(in: $0.path) { $0[key] = value } }, reading: { try readJoint(name, $0) })
            #expect(text.contains(weight) && text.contains("MODEL"), "\(text)")
        }
        // A tokenizer of more tokens than the model knows.
        let fewer = try message(
            "vilt",
            { copy in
                try editConfiguration(in: copy.path) { $0["vocab_size"] = 60 }
                try rewriteWeights(in: copy.path) { [($0, $0.hasSuffix("word_embeddings.weight") ? $1[0..<60] : $1)] }
            },
            reading: {
                let vilt = try JointEncoderTests.ViLT()
                _ = try ViLTEncoder(directory: $0).encode(images: vilt.images, texts: vilt.texts)
            })
        #expect(fewer.contains("below 60"), "\(fewer)")
    }

    @Test(
        "damaged bytes anywhere in a joint model's configuration never end the process",
        arguments: ["vilt", "visualbert"])
    func jointBytes(name: String) throws {
        var random = RandomSource(seed: 5, stage: "damage")
        try withModel(name) { directory in
            for file in ["config.json", "preprocessor_config.json"] {
                let url = URL(fileURLWithPath: directory).appendingPathComponent(file)
                guard let whole = try? Data(contentsOf: url) else { continue }
                for _ in 0..<200 {
                    var bytes = Array(whole)
                    for _ in 0..<random.integer(below: 3) + 1 {
                        bytes[random.integer(below: bytes.count)] = UInt8(random.integer(below: 256))
                    }
                    try Data(bytes).write(to: url)
                    do { try readJoint(name, directory) } catch is EncoderError {}
                }
                try whole.write(to: url)
            }
        }
    }

    private func readJoint(_ name: String, _ directory: String) throws {
        if name == "vilt" {
            _ = try ViLTEncoder(directory: directory)
        } else {
            _ = try VisualBERTEncoder(directory: directory)
        }
    }
}
