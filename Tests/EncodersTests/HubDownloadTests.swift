import Encoders
import Foundation
import Synchronization
import Tensor
import Testing
import _TestSupport

@Suite("Models from the hub: what is downloaded")
struct HubDownloadTests {
    @Test("A model is downloaded as the hub's own client would lay it out, without files that can hold code")
    func layout() throws {
        try HubWorkspace.with { work in
            work.publish()
            let snapshot = try work.hub().get(HubWorkspace.name)
            #expect(snapshot.files == HubWorkspace.wanted)
            #expect(snapshot.directory == "\(work.folder)/snapshots/\(HubWorkspace.commit)")
            #expect(snapshot.revision == "main" && snapshot.commit == HubWorkspace.commit && snapshot.remark == nil)
            #expect(snapshot.bytes == snapshot.downloadedBytes)
            try work.expectWhole(snapshot)
            let folder = "models--owner--model"
            let files = HubWorkspace.files()
            let blobs = HubWorkspace.wanted.compactMap { files[$0]?.blobName }
            let paths =
                blobs.map { ".locks/\(folder)/\($0).lock" } + blobs.map { "\(folder)/blobs/\($0)" }
                + ["\(folder)/refs/main", "\(folder)/trees/\(HubWorkspace.commit).json"]
                + HubWorkspace.wanted.map { "\(folder)/snapshots/\(HubWorkspace.commit)/\($0)" }
            #expect(work.tree() == paths.sorted())
            #expect(
                try String(contentsOfFile: "\(work.folder)/refs/main", encoding: .utf8) == HubWorkspace.commit)
            #expect(try work.hub().resolve(HubWorkspace.name) == snapshot.directory)
        }
    }

    @Test("What is there is not downloaded again; a new commit brings what is new, and shares the rest")
    func again() throws {
        try HubWorkspace.with { work in
            work.publish()
            _ = try work.hub().get(HubWorkspace.name)
            let count = work.server.requests("/resolve/").count
            #expect(try work.hub().get(HubWorkspace.name).downloadedBytes == 0)
            #expect(work.server.requests("/resolve/").count == count)
            #expect(work.server.requests("/tree/").count == 1, "a commit's list never changes")

            var files = HubWorkspace.files()
            files["merges.txt"] = .init("#version: 0.2\na b\n")
            let commit = String(repeating: "b2", count: 20)
            work.server.publish(HubWorkspace.name, HubServer.Model(commit: commit, files))
            let snapshot = try work.hub().get(HubWorkspace.name)
            #expect(snapshot.commit == commit && snapshot.downloadedBytes == 18)
            try work.expectWhole(snapshot, files)
            #expect(work.server.requests("/resolve/").count == count + 1)
            #expect(try work.hub().get(HubWorkspace.name, revision: HubWorkspace.commit).downloadedBytes == 0)
        }
    }

    @Test("Lists of files may come in pages")
    func pages() throws {
        try HubWorkspace.with { work in
            work.publish()
            work.server.state.withLock { $0.pageSize = 3 }
            try work.expectWhole(try work.hub().get(HubWorkspace.name))
            #expect(work.server.requests("/tree/").count == 4)
        }
    }

    @Test("Weights in several files, and modules of sentence-transformers, are found by what names them")
    func modules() throws {
        try HubWorkspace.with { work in
            var files = HubWorkspace.files()
            files["model.safetensors"] = nil
            files["model.safetensors.index.json"] = .init(
                #"{"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}"#)
            files["model-00001-of-00002.safetensors"] = .init(HubWorkspace.noise(1000, seed: 4), isLarge: true)
            files["model-00002-of-00002.safetensors"] = .init(HubWorkspace.noise(1000, seed: 5), isLarge: true)
            files["model-00003-of-00002.safetensors"] = .init(HubWorkspace.noise(1000, seed: 6), isLarge: true)
            files["modules.json"] = .init(
                #"[{"path":"","type":"T"},{"path":"1_Pooling","type":"P"},{"path":"2_Dense","type":"D"},{"path":"3_Normalize","type":"N"}]"#
            )
            files["1_Pooling/config.json"] = .init("{\"pooling_mode_mean_tokens\":true}")
            files["2_Dense/config.json"] = .init("{}")
            files["2_Dense/model.safetensors"] = .init(HubWorkspace.noise(100, seed: 7), isLarge: true)
            files["2_Dense/pytorch_model.bin"] = .init(HubWorkspace.noise(100, seed: 8), isLarge: true)
            files["9_Other/config.json"] = .init("{}")
            work.publish(files)
            let snapshot = try work.hub().get(HubWorkspace.name)
            let others = [
                "modules.json", "1_Pooling/config.json", "2_Dense/config.json", "2_Dense/model.safetensors",
                "model.safetensors.index.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
            ]
            #expect(snapshot.files == (HubWorkspace.wanted.filter { $0 != "model.safetensors" } + others).sorted())
            try work.expectWhole(snapshot, files)
            #expect(try work.hub().resolve(HubWorkspace.name) == snapshot.directory)
            // With a shard gone the model is not whole any more.
            try FileManager.default.removeItem(atPath: "\(snapshot.directory)/model-00002-of-00002.safetensors")
            let error = try encoderError { _ = try work.hub().resolve(HubWorkspace.name) }
            #expect("\(error)".contains("lacks 'model-00002-of-00002.safetensors'"), "\(error)")
        }
    }

    @Test("SentencePiece's own file is downloaded where there is no tokenizer.json", arguments: [true, false])
    func pieces(hasTokenizer: Bool) throws {
        try HubWorkspace.with { work in
            var files = HubWorkspace.files()
            if !hasTokenizer { files["tokenizer.json"] = nil }
            files["sentencepiece.bpe.model"] = .init(HubWorkspace.noise(100, seed: 4), isLarge: true)
            files["spiece.model"] = .init(HubWorkspace.noise(100, seed: 5), isLarge: true)
            files["other.model"] = .init(HubWorkspace.noise(100, seed: 6), isLarge: true)
            work.publish(files)
            let snapshot = try work.hub().get(HubWorkspace.name)
            let others = ["sentencepiece.bpe.model", "spiece.model"]
            #expect(
                snapshot.files
                    == (hasTokenizer
                    ? HubWorkspace.wanted : HubWorkspace.wanted.filter { $0 != "tokenizer.json" } + others).sorted())
            try work.expectWhole(snapshot, files)
        }
    }

    @Test("A module whose weights are pickled makes the model one that cannot be used, whatever the others have")
    func pickledModule() throws {
        try HubWorkspace.with { work in
            var files = HubWorkspace.files()
            files["modules.json"] = .init(#"[{"path":""},{"path":"2_Dense"}]"#)
            files["2_Dense/pytorch_model.bin"] = .init(HubWorkspace.noise(100, seed: 8), isLarge: true)
            work.publish(files)
            let error = try encoderError { _ = try work.hub().get(HubWorkspace.name) }
            #expect("\(error)".contains("only as 2_Dense/pytorch_model.bin"), "\(error)")
            // The other way round, too: what a later module has are not the transformer's.
            files["2_Dense/model.safetensors"] = .init(HubWorkspace.noise(100, seed: 9), isLarge: true)
            files["model.safetensors"] = nil
            work.publish(files)
            try FileManager.default.removeItem(atPath: work.cache)
            #expect(throws: EncoderError.self) { try work.hub().get(HubWorkspace.name) }
        }
    }

    @Test("An index that names a file that is not listed is refused")
    func missingShard() throws {
        try HubWorkspace.with { work in
            var files = HubWorkspace.files()
            files["model.safetensors.index.json"] = .init(#"{"weight_map":{"a":"model-9.safetensors"}}"#)
            work.publish(files)
            let error = try encoderError { _ = try work.hub().get(HubWorkspace.name) }
            #expect("\(error)".contains("'model-9.safetensors', which the hub does not list"), "\(error)")
        }
    }

    @Test("Single files can be asked for; an unknown one is answered with those that exist")
    func singleFiles() throws {
        try HubWorkspace.with { work in
            work.publish()
            let snapshot = try work.hub().get(HubWorkspace.name, files: ["config.json", "onnx/model.onnx"])
            #expect(snapshot.files == ["config.json", "onnx/model.onnx"])
            try work.expectWhole(snapshot)
            let error = try encoderError { _ = try work.hub().get(HubWorkspace.name, files: ["no.txt"]) }
            #expect("\(error)".contains("no file 'no.txt'; it has .gitattributes, README.md"), "\(error)")
        }
    }

    @Test("A model with pickled weights only is refused with what to do, unless the hub's program converted it")
    func conversion() throws {
        try HubWorkspace.with { work in
            var files = HubWorkspace.files()
            files["model.safetensors"] = nil
            work.publish(files)
            let error = try encoderError { _ = try work.hub().get(HubWorkspace.name) }
            #expect("\(error)".contains("only as onnx/model.onnx, pytorch_model.bin"), "\(error)")
            #expect("\(error)".contains("save_pretrained"))

            let commit = String(repeating: "c3", count: 20)
            work.server.state.withLock { state in
                state.models[HubWorkspace.name]?.conversion = 66
                state.models[HubWorkspace.name]?.conversionAuthor = "someone"
                state.models[HubWorkspace.name]?.revisions["refs/pr/66"] = commit
                state.models[HubWorkspace.name]?.files[commit] = HubWorkspace.files()
            }
            #expect(throws: error) { try work.hub().get(HubWorkspace.name) }
            work.server.state.withLock { $0.models[HubWorkspace.name]?.conversionAuthor = "SFconvertbot" }
            let snapshot = try work.hub().get(HubWorkspace.name)
            #expect(snapshot.revision == "refs/pr/66" && snapshot.commit == commit)
            #expect(snapshot.remark?.contains("refs/pr/66") == true)
            try work.expectWhole(snapshot)
            #expect(try work.hub().resolve(HubWorkspace.name) == snapshot.directory)
            #expect(try work.hub().resolve(HubWorkspace.name, revision: "refs/pr/66") == snapshot.directory)
        }
    }

    @Test("Large files come from another server, which is not told the token")
    func redirect() throws {
        try HubWorkspace.with { work in
            work.publish()
            let storage = HubServer()
            storage.publish(HubWorkspace.name, HubServer.Model(commit: HubWorkspace.commit, HubWorkspace.files()))
            work.server.state.withLock { state in
                state.storage = storage.address
                state.requiredToken = "hf_secret"
            }
            let hub = work.hub(token: "hf_secret")
            try work.expectWhole(try hub.get(HubWorkspace.name))
            #expect(work.server.requests().allSatisfy { $0.headers["authorization"] == "Bearer hf_secret" })
            #expect(storage.requests().count == 1)
            #expect(storage.requests().allSatisfy { $0.headers["authorization"] == nil })
            #expect(!"\(hub) \(String(reflecting: hub))".contains("secret"))
        }
    }

    @Test("Progress counts bytes up to the whole, without a step back")
    func progress() throws {
        try HubWorkspace.with { work in
            work.publish(HubWorkspace.files(weights: 3_000_000))
            let updates = Mutex<[ProgressUpdate]>([])
            let snapshot = try work.hub().get(
                HubWorkspace.name,
                progress: ProgressHandler { update in
                    updates.withLock { $0.append(update) }
                    return true
                })
            let seen = updates.withLock { $0 }.filter { $0.total == snapshot.bytes }
            #expect(seen.count > 8)
            #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.completed <= $1.completed })
            #expect(seen.allSatisfy { $0.unit == .bytes && $0.stage == "downloading owner/model" })
            #expect(seen.last?.completed == snapshot.bytes)
        }
    }
}
