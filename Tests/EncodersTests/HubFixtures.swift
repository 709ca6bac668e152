import Encoders
import Foundation
import Tensor
import Testing
import _TestSupport

/// A hub on this machine, an empty cache, and a model like CLIP's.
struct HubWorkspace {
    static let commit = String(repeating: "a1", count: 20)
    static let name = "owner/model"

    let directory: URL
    let server: HubServer

    static func with<R>(_ body: (HubWorkspace) throws -> R) throws -> R {
        try withTemporaryDirectory { try body(HubWorkspace(directory: $0, server: HubServer())) }
    }

    var cache: String { directory.appendingPathComponent("cache").path }
    var folder: String { cache + "/models--owner--model" }

    func hub(isOffline: Bool = false, token: String? = nil) -> ModelHub {
        var hub = ModelHub(endpoint: server.address, cacheDirectory: cache, isOffline: isOffline, token: token)
        hub.firstPause = .milliseconds(5)
        return hub
    }

    /// So many bytes of noise.
    static func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }

    static func files(weights: Int = 300_000) -> [String: HubServer.File] {
        [
            ".gitattributes": .init("*.bin filter=lfs"),
            "README.md": .init("---\nlicense: mit\ntags:\n- vision\n---\n# A model\n"),
            "config.json": .init(
                #"{"model_type":"clip","architectures":["CLIPModel"],"projection_dim":512,"vision_config":"#
                    + #"{"hidden_size":768,"num_hidden_layers":12,"num_attention_heads":12,"image_size":224,"patch_size":32},"#
                    + #""text_config":{"hidden_size":512,"num_hidden_layers":12,"num_attention_heads":8,"#
                    + #""max_position_embeddings":77,"vocab_size":49408}}"#),
            "preprocessor_config.json": .init("{\"size\":224}"), "tokenizer.json": .init("{\"version\":\"1.0\"}"),
            "vocab.json": .init("{}"), "merges.txt": .init("#version: 0.2\n"),
            "model.safetensors": .init(noise(weights), isLarge: true),
            "pytorch_model.bin": .init(noise(500, seed: 2), isLarge: true),
            "onnx/model.onnx": .init(noise(500, seed: 3), isLarge: true),
        ]
    }

    static let wanted = [
        "README.md", "config.json", "merges.txt", "model.safetensors", "preprocessor_config.json", "tokenizer.json",
        "vocab.json",
    ]

    func publish(_ files: [String: HubServer.File] = files()) {
        server.publish(Self.name, HubServer.Model(commit: Self.commit, files))
    }

    /// The files of a snapshot are the server's, byte for byte, through links into the blobs.
    func expectWhole(_ snapshot: ModelSnapshot, _ files: [String: HubServer.File] = files()) throws {
        for path in snapshot.files {
            let file = try #require(files[path])
            let place = "\(snapshot.directory)/\(path)"
            #expect(try Data(contentsOf: URL(fileURLWithPath: place)) == Data(file.content), "\(path)")
            let up = String(repeating: "../", count: path.split(separator: "/").count + 1)
            #expect(
                try FileManager.default.destinationOfSymbolicLink(atPath: place) == "\(up)blobs/\(file.blobName)")
        }
    }

    /// Everything below the cache, by paths.
    func tree() -> [String] {
        (FileManager.default.subpaths(atPath: cache) ?? []).filter { path in
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: "\(cache)/\(path)", isDirectory: &isDirectory)
            return !isDirectory.boolValue
        }.sorted()
    }

    func write(_ text: String, to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }
}

/// The error that `body` throws, which must be one of the encoders'.
func encoderError(_ body: () throws -> Void) throws -> EncoderError {
    do {
        try body()
    } catch {
        return try #require(error as? EncoderError)
    }
    Issue.record("nothing was thrown")
    return .cancelled
}
