import Encoders
import Foundation
import Tensor
import Testing
import _TestSupport

@Suite("Models from the hub: the cache")
struct HubCacheTests {
    /// A cache as the hub's Python client leaves it: without a list of files, the large content shared between models.
    private func writePythonCache(_ work: HubWorkspace, weights: String = "model.safetensors") throws {
        let snapshot = "\(work.folder)/snapshots/\(HubWorkspace.commit)"
        try work.write(HubWorkspace.commit, to: "\(work.folder)/refs/main")
        let shared = String(repeating: "5", count: 64)
        try work.write("weights", to: "\(work.cache)/blobs/55/\(shared)")
        try work.write("1\n", to: "\(work.cache)/blobs/.huggingface-shared-blobs")
        try work.write("Signature: 8a477f597d28d172789f06886806bc55", to: "\(work.cache)/CACHEDIR.TAG")
        try work.write("{}", to: "\(work.folder)/blobs/c0ffee")
        try work.write("", to: "\(work.folder)/.no_exist/\(HubWorkspace.commit)/adapter_config.json")
        let manager = FileManager.default
        try manager.createDirectory(atPath: snapshot, withIntermediateDirectories: true)
        try manager.createSymbolicLink(
            atPath: "\(work.folder)/blobs/abc", withDestinationPath: "../../blobs/55/\(shared)")
        try manager.createSymbolicLink(
            atPath: "\(snapshot)/\(weights)", withDestinationPath: "../../blobs/abc")
        try manager.createSymbolicLink(
            atPath: "\(snapshot)/config.json", withDestinationPath: "../../blobs/c0ffee")
    }

    @Test("What Python's client downloaded is found, offline and without a request")
    func python() throws {
        try HubWorkspace.with { work in
            try writePythonCache(work)
            for isOffline in [false, true] {
                let hub = work.hub(isOffline: isOffline)
                let directory = try hub.resolve(HubWorkspace.name)
                #expect(directory == "\(work.folder)/snapshots/\(HubWorkspace.commit)")
                #expect(try hub.resolve(HubWorkspace.name, revision: "main") == directory)
                #expect(try hub.resolve(HubWorkspace.name, revision: HubWorkspace.commit) == directory)
            }
            let snapshot = try work.hub(isOffline: true).get(HubWorkspace.name)
            #expect(snapshot.files == ["config.json", "model.safetensors"] && snapshot.bytes == 9)
            #expect(work.server.requests().isEmpty)
        }
    }

    @Test("What Python's client downloaded as pickle alone is said to lack its weights")
    func pickle() throws {
        try HubWorkspace.with { work in
            try writePythonCache(work, weights: "pytorch_model.bin")
            let error = try encoderError { _ = try work.hub().resolve(HubWorkspace.name) }
            #expect(
                "\(error)".contains("lacks 'model.safetensors'; get it with: kindred models get owner/model"),
                "\(error)")
        }
    }

    @Test("Contents that Python's client has are not downloaded again")
    func sharedContents() throws {
        try HubWorkspace.with { work in
            work.publish()
            let file = try #require(HubWorkspace.files()["model.safetensors"])
            try work.write("", to: "\(work.folder)/blobs/\(file.blobName)")
            try Data(file.content).write(to: URL(fileURLWithPath: "\(work.folder)/blobs/\(file.blobName)"))
            try work.expectWhole(try work.hub().get(HubWorkspace.name))
            #expect(work.server.requests("model.safetensors").isEmpty)
        }
    }

    @Test("A directory is a model wherever it is, before any name")
    func directories() throws {
        try HubWorkspace.with { work in
            let path = work.directory.appendingPathComponent("owner/model").path
            try work.write("{}", to: path + "/config.json")
            #expect(try work.hub(isOffline: true).resolve(path) == path)
            for name in [
                "../x", "a/b/c", "-a/b", "a/b-", "a--b/c", "a/..", "", "a b", "a/b.git", "ä/b", "a/",
                String(repeating: "a", count: 97),
            ] {
                let error = try encoderError { _ = try work.hub().resolve(name) }
                guard case .modelUnavailable = error else { throw error }
                #expect("\(error)".contains("a model on the hub is called owner/name"), "\(name): \(error)")
                #expect(throws: error) { try work.hub().get(name) }
            }
            #expect(work.server.requests().isEmpty)
        }
    }

    @Test("Offline, nothing is asked for, and the error says so", arguments: [nil, "v1"])
    func offline(revision: String?) throws {
        try HubWorkspace.with { work in
            work.publish()
            let error = try encoderError {
                _ = try work.hub(isOffline: true).get(HubWorkspace.name, revision: revision)
            }
            #expect("\(error)".contains("the network must not be used (HF_HUB_OFFLINE)"), "\(error)")
            #expect("\(error)".contains("kindred models get owner/model" + (revision == nil ? "" : " --revision v1")))
            #expect(work.server.requests().isEmpty && work.tree().isEmpty)
        }
    }

    @Test(
        "A revision that could be a path to elsewhere is refused",
        arguments: ["../../x", "/x", "a/../b", "", "x.lock", "a\u{0}"])
    func revisions(revision: String) throws {
        try HubWorkspace.with { work in
            work.publish()
            let error = try encoderError { _ = try work.hub().get(HubWorkspace.name, revision: revision) }
            guard case .parameter("revision", _, _) = error else { throw error }
            #expect(work.tree().isEmpty)
            #expect(throws: EncoderError.self) { try work.hub().resolve(HubWorkspace.name, revision: revision) }
        }
    }

    @Test("A reference that is no commit, and a list of files that is damaged, are as if they were not there")
    func damaged() throws {
        try HubWorkspace.with { work in
            work.publish()
            try work.write("../../../etc", to: "\(work.folder)/refs/main")
            #expect(throws: EncoderError.self) { try work.hub().resolve(HubWorkspace.name) }
            for list in [
                "", "{", "[]", #"{"format_version":2,"files":{}}"#,
                #"{"format_version":1,"files":{"../x":{"size":1,"blob_id":"0"}}}"#,
            ] {
                try work.write(list, to: "\(work.folder)/trees/\(HubWorkspace.commit).json")
                try work.expectWhole(try work.hub().get(HubWorkspace.name))
            }
        }
    }

    @Test("The list shows whatever is in the cache, each content counted once")
    func list() throws {
        try HubWorkspace.with { work in
            #expect(work.hub().list().isEmpty)
            try writePythonCache(work)
            let second = String(repeating: "d4", count: 20)
            try FileManager.default.copyItem(
                atPath: "\(work.folder)/snapshots/\(HubWorkspace.commit)", toPath: "\(work.folder)/snapshots/\(second)")
            try work.write(second, to: "\(work.folder)/refs/refs/pr/1")
            try work.write("{}", to: "\(work.cache)/models--gpt2/snapshots/\(second)/config.json")
            try work.write("{}", to: "\(work.cache)/models--a--b--c/snapshots/\(second)/config.json")
            try work.write("{}", to: "\(work.cache)/datasets--a--b/snapshots/\(second)/config.json")
            let models = work.hub().list()
            #expect(models.map(\.name) == ["gpt2", "owner/model"])
            #expect(models[0].directory == nil && models[0].revisions == [second: second])
            #expect(models[1].directory == "\(work.folder)/snapshots/\(HubWorkspace.commit)")
            #expect(models[1].revisions == ["main": HubWorkspace.commit, "refs/pr/1": second])
            #expect(models[1].bytes == 9)
            #expect(models[1].changed > 1_700_000_000)
        }
    }

    @Test("A model is described without being loaded")
    func description() throws {
        try HubWorkspace.with { work in
            var files = HubWorkspace.files()
            files["model.safetensors"] = .init(Array(safetensors(["a": [3, 5], "b": [7]])), isLarge: true)
            work.publish(files)
            let model = try ModelDescription(directory: try work.hub().get(HubWorkspace.name).directory)
            #expect(model.architecture == "CLIPModel" && model.family == "clip" && model.sharedDimension == 512)
            #expect(model.towers.map(\.name) == ["vision", "text"])
            #expect(model.towers.map(\.width) == [768, 512] && model.towers.map(\.heads) == [12, 8])
            #expect(model.towers.map(\.layers) == [12, 12] && model.towers.map(\.tokens) == [nil, 77])
            #expect(model.towers.map(\.imageSize) == [224, nil] && model.towers.map(\.patchSize) == [32, nil])
            #expect(model.towers.map(\.vocabulary) == [nil, 49408])
            #expect(model.parameters == 22 && model.elementTypes == [.float32: 22])
            #expect(model.license == "mit")
            #expect(model.files.map(\.path) == HubWorkspace.wanted)
        }
    }

    /// A file of zeros.
    private func safetensors(_ shapes: KeyValuePairs<String, [Int]>) -> Data {
        var (header, offset) = ([String](), 0)
        for (name, shape) in shapes {
            let end = offset + shape.reduce(4, *)
            header.append("\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        let text = Data("{\(header.joined(separator: ","))}".utf8)
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text + Data(count: offset)
    }

    @Test("Models that are damaged are described by what is wrong")
    func damagedDescription() throws {
        try withTemporaryDirectory { directory in
            #expect(throws: EncoderError.self) { try ModelDescription(directory: directory.path) }
            try Data(#"{"model_type":"bert","hidden_size":"wide"}"#.utf8).write(
                to: directory.appendingPathComponent("config.json"))
            let error = try encoderError { _ = try ModelDescription(directory: directory.path) }
            #expect("\(error)".contains("hidden_size"), "\(error)")
        }
    }

    @Test(
        "The licence is read from the card's first lines",
        arguments: [
            ("---\nlicense: apache-2.0\n---\n", "apache-2.0"), ("---\r\ntags: x\r\nlicense: \"mit\"\r\n---\r\n", "mit"),
            ("---\nlicense:\n- mit\n- cc\ntags:\n- x\n---", "mit, cc"),
            ("---\nlicense: other\nlicense_name: llama\n---", "llama"),
            ("---\nlicense: [mit]\n---", "mit"), ("---\ntags: x\n---\nlicense: mit\n", nil), ("license: mit", nil),
            ("", nil),
        ] as [(String, String?)])
    func license(card: String, expected: String?) throws {
        try withTemporaryDirectory { directory in
            try Data(card.utf8).write(to: directory.appendingPathComponent("README.md"))
            try Data(#"{"model_type":"bert"}"#.utf8).write(to: directory.appendingPathComponent("config.json"))
            #expect(try ModelDescription(directory: directory.path).license == expected)
        }
    }

    @Test("The environment says where models come from and go to")
    func environment() throws {
        try withTemporaryDirectory { directory in
            try Data(" hf_file\n".utf8).write(to: directory.appendingPathComponent("token"))
            func hub(_ variables: [String: String]) -> ModelHub {
                ModelHub(environment: { (["HOME": "/home/x"].merging(variables) { $1 })[$0] })
            }
            let plain = hub([:])
            #expect(plain.endpoint == "https://huggingface.co" && !plain.isOffline && plain.timeout == 10)
            #expect(plain.cacheDirectory == "/home/x/.cache/huggingface/hub")
            #expect(hub(["XDG_CACHE_HOME": "/c"]).cacheDirectory == "/c/huggingface/hub")
            #expect(hub(["XDG_CACHE_HOME": "/c", "HF_HOME": "~/hf"]).cacheDirectory == "/home/x/hf/hub")
            #expect(hub(["HF_HOME": "/h", "HUGGINGFACE_HUB_CACHE": "$HOME/a"]).cacheDirectory == "/home/x/a")
            #expect(
                hub(["HUGGINGFACE_HUB_CACHE": "/a", "HF_HUB_CACHE": "/${NO}b${HOME}"]).cacheDirectory
                    == "/${NO}b/home/x")
            #expect(hub(["HF_ENDPOINT": "https://mirror//"]).endpoint == "https://mirror")
            #expect(hub(["HF_ENDPOINT": ""]).endpoint == ModelHub.publicEndpoint)
            for (value, isOffline) in [
                ("1", true), ("on", true), ("Yes", true), ("TRUE", true), ("0", false), ("2", false),
            ] {
                #expect(hub(["HF_HUB_OFFLINE": value]).isOffline == isOffline)
                #expect(hub(["TRANSFORMERS_OFFLINE": value]).isOffline == isOffline)
            }
            #expect(hub(["HF_HUB_DOWNLOAD_TIMEOUT": "45"]).timeout == 45)
            #expect(plain.token == nil)
            #expect(hub(["HF_TOKEN": " hf_a\n"]).token == "hf_a")
            #expect(hub(["HF_TOKEN": "hf_a\r\nX-Evil: 1"]).token == nil)
            #expect(hub(["HF_HOME": directory.path]).token == "hf_file")
            #expect(hub(["HF_HOME": directory.path, "HF_TOKEN": "hf_a"]).token == "hf_a")
            #expect(hub(["HF_TOKEN_PATH": directory.path + "/token"]).token == "hf_file")
            #expect(hub(["HF_TOKEN": "hf_a", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"]).token == nil)
        }
    }
}
