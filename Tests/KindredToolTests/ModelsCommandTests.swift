import Foundation
import Kindred
import Testing
import _TestSupport

@Suite("kindred models")
struct ModelsCommandTests {
    private static let name = "owner/model"
    private static let commit = String(repeating: "a1", count: 20)
    private static let config =
        #"{"model_type":"bert","architectures":["BertModel"],"hidden_size":384,"num_hidden_layers":6,"#
        + #""num_attention_heads":12,"max_position_embeddings":512,"vocab_size":30522}"#

    private let server = HubServer()

    /// Weights of eight zeros.
    private static var weights: [UInt8] {
        let header = Array(#"{"a":{"dtype":"F32","shape":[8],"data_offsets":[0,32]}}"#.utf8)
        return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header
            + [UInt8](repeating: 0, count: 32)
    }

    private func publish() {
        server.publish(
            Self.name,
            HubServer.Model(
                commit: Self.commit,
                [
                    "README.md": .init("---\nlicense: apache-2.0\n---\n"), "config.json": .init(Self.config),
                    "vocab.txt": .init("[PAD]\n"), "model.safetensors": .init(Self.weights, isLarge: true),
                    "pytorch_model.bin": .init("pickle"),
                ]))
    }

    private func environment(_ work: Workspace, _ others: [String: String] = [:]) -> [String: String] {
        [
            "HF_ENDPOINT": server.address, "HF_HOME": work.path("home"), "HF_HUB_CACHE": "",
            "HUGGINGFACE_HUB_CACHE": "", "HF_HUB_OFFLINE": "", "TRANSFORMERS_OFFLINE": "", "HF_TOKEN": "",
        ].merging(others) { $1 }
    }

    private func run(_ work: Workspace, _ arguments: String, _ others: [String: String] = [:]) throws -> ToolRun {
        try work.run("models " + arguments, environment: environment(work, others))
    }

    private func snapshot(_ work: Workspace) -> String {
        work.path("home/hub/models--owner--model/snapshots/\(Self.commit)")
    }

    @Test("get downloads once and says where the model is")
    func get() throws {
        publish()
        try Workspace.with { work in
            let json = try run(work, "get \(Self.name) --json").json()
            #expect(json["directory"] as? String == snapshot(work))
            #expect(json["commit"] as? String == Self.commit && json["revision"] as? String == "main")
            #expect(json["files"] as? [String] == ["README.md", "config.json", "model.safetensors", "vocab.txt"])
            #expect(json["bytes"] as? Int == json["downloaded_bytes"] as? Int)
            #expect(
                try work.bytes("home/hub/models--owner--model/snapshots/\(Self.commit)/vocab.txt")
                    == Data("[PAD]\n".utf8))
            let again = try run(work, "get \(Self.name)")
            #expect(again.status == 0, "\(again.errors)")
            #expect(again.output.contains("owner/model at main: 4 files, "))
            #expect(again.output.hasSuffix("all there already\n\(snapshot(work))\n"))
            let offline = try run(work, "get \(Self.name) --quiet", ["HF_HUB_OFFLINE": "1"])
            #expect(offline.status == 0 && offline.output.contains(snapshot(work)))
        }
    }

    @Test("list and info show what is there")
    func listAndInfo() throws {
        publish()
        try Workspace.with { work in
            #expect(try run(work, "list").output == "no models in \(work.path("home/hub"))\n")
            #expect(try run(work, "get \(Self.name)").status == 0)
            let list = try run(work, "list")
            #expect(list.output.contains("owner/model") && list.output.contains("main"), "\(list.output)")
            #expect(!list.output.contains("incomplete"))
            let models = try #require(try run(work, "list --json").json()["models"] as? [[String: Any]])
            #expect(models.count == 1 && models[0]["name"] as? String == Self.name)
            #expect(models[0]["directory"] as? String == snapshot(work))
            for model in [Self.name, snapshot(work)] {
                let info = try run(work, "info \(model)")
                #expect(info.status == 0, "\(info.errors)")
                for word in [
                    "BertModel, bert", "6 layers, width 384, 12 heads, up to 512 tokens, 30522 different",
                    "8, float32", "apache-2.0", "vocab.txt",
                ] { #expect(info.output.contains(word), "\(word) is not in \(info.output)") }
                let json = try run(work, "info \(model) --json").json()
                #expect(json["parameters"] as? Int == 8 && json["license"] as? String == "apache-2.0")
                let towers = try #require(json["towers"] as? [[String: Any]])
                #expect(towers.count == 1 && towers[0]["width"] as? Int == 384 && towers[0]["image_size"] is NSNull)
                #expect((json["files"] as? [String: Int])?["config.json"] == Self.config.utf8.count)
            }
        }
    }

    @Test("Encoders are named as models are, once these are there")
    func encoders() throws {
        let model = goldens().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("EncodersTests/Goldens/models/sentence").path
        var files: [String: HubServer.File] = [:]
        for path in FileManager.default.subpaths(atPath: model) ?? [] {
            if let data = FileManager.default.contents(atPath: "\(model)/\(path)") { files[path] = .init(Array(data)) }
        }
        server.publish(Self.name, HubServer.Model(commit: Self.commit, files))
        try Workspace.with { work in
            try work.write("a red fox\nsnow\n", to: "t.txt")
            let command = "embed texts --input t.txt --encoder \(Self.name) --output x.npy"
            let missing = try work.run(command, environment: environment(work))
            #expect(
                missing.status == 66 && missing.errors.contains("kindred models get owner/model"), "\(missing.errors)")
            #expect(try run(work, "get \(Self.name)").status == 0)
            let run = try work.run(command, environment: environment(work, ["HF_HUB_OFFLINE": "1"]))
            #expect(run.status == 0, "\(run.errors)")
            let named = try work.matrix("x.npy")
            #expect(try work.run("embed texts --input t.txt --encoder \(model) --output x.npy").status == 0)
            #expect(try work.matrix("x.npy") == named)
        }
    }

    @Test("What goes wrong ends with the status of its kind, in one line")
    func failures() throws {
        publish()
        try Workspace.with { work in
            func expectError(_ run: ToolRun, _ status: Int32, _ word: String) {
                #expect(run.status == status, "\(run.errors)")
                #expect(run.errors.hasPrefix("kindred: error: ") && run.errors.contains(word), "\(run.errors)")
                #expect(run.output.isEmpty)
            }
            expectError(try run(work, "get owner/none"), 66, "there is no such model")
            expectError(try run(work, "get \(Self.name) --revision v9"), 66, "no such branch, tag or commit")
            expectError(try run(work, "get \(Self.name) --revision ../x"), 64, "--revision is '../x'")
            expectError(try run(work, "get"), 64, "owner/name")
            expectError(try run(work, "get a/b/c"), 66, "is called owner/name")
            expectError(try run(work, "get \(Self.name)", ["HF_HUB_OFFLINE": "1"]), 66, "HF_HUB_OFFLINE")
            expectError(try run(work, "get \(Self.name)", ["HF_ENDPOINT": "ftp://x"]), 64, "HF_ENDPOINT")
            expectError(try run(work, "info \(Self.name)"), 66, "kindred models get owner/model")
            expectError(try run(work, "info nowhere"), 66, "neither a directory nor in")
            server.fail("model.safetensors", .wrongByte)
            expectError(try run(work, "get \(Self.name)"), 65, "SHA-256")
            server.fail("model.safetensors", .status(302, headers: ["Location": "file:///etc/passwd"]))
            expectError(try run(work, "get \(Self.name)"), 70, "no web address")
            try work.write("x", to: "file")
            expectError(try run(work, "get \(Self.name)", ["HF_HOME": work.path("file")]), 70, "cannot be written")
            #expect(try run(work, "get \(Self.name)").status == 0)
        }
    }

    @Test("Without libcurl the error says what to install, and what is there is found all the same")
    func withoutCurl() throws {
        publish()
        try Workspace.with { work in
            #expect(try run(work, "get \(Self.name)").status == 0)
            // Empty files of the library's names come first in the search, so that neither can be loaded.
            try work.write("", to: "libcurl.so.4")
            try work.write("", to: "libcurl-gnutls.so.4")
            let variables = ["LD_LIBRARY_PATH": work.directory.path]
            let other = try run(work, "get owner/other", variables)
            #expect(other.status == 70 && other.errors.contains("apt-get install libcurl4"), "\(other.errors)")
            #expect(try run(work, "info \(Self.name)", variables).status == 0)
        }
    }

    @Test("Ctrl-C ends a download that waits, and the next call goes on")
    func interrupt() throws {
        publish()
        try Workspace.with { work in
            server.fail("model.safetensors", .silence(20))
            let tool = try work.start(["models", "get", Self.name], environment: environment(work))
            let deadline = Date(timeIntervalSinceNow: 60)
            while server.requests("model.safetensors").isEmpty, Date() < deadline {
                Thread.sleep(forTimeInterval: 0.02)
            }
            let start = Date()
            tool.process.interrupt()
            let run = try tool.result()
            #expect(run.status == 130, "\(run.errors)")
            #expect(Date().timeIntervalSince(start) < 5)
            #expect(!work.exists("home/hub/models--owner--model/snapshots/\(Self.commit)/model.safetensors"))
            #expect(try self.run(work, "get \(Self.name)").status == 0)
        }
    }
}
