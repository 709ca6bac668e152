import Encoders
import Foundation
import Tensor
import Testing
import _TestSupport

/// Layers of bytes are kept from one process to the next, and whatever happens to what is kept, answers stay the same.
@Suite(.enabled(if: LinearLayer.computesInt8)) struct LayerCacheTests {
    /// A copy of a small model, and a directory for its layers that does not exist yet.
    func withModel(_ name: String = "bert", _ body: (_ model: URL, _ cache: URL) throws -> Void) throws {
        try withTemporaryDirectory { root in
            let model = root.appendingPathComponent("model")
            try FileManager.default.copyItem(at: goldens().appendingPathComponent("models/\(name)"), to: model)
            try body(model, root.appendingPathComponent("cache/int8"))
        }
    }

    func sequences() throws -> TokenSequences {
        var result = TokenSequences()
        for text in try ModelFixture("bert").texts() { result.append(text) }
        return result
    }

    /// What the model answers in bytes, with layers kept at a path.
    func answer(_ model: URL, _ cache: String) throws -> [Float] {
        let texts = try sequences()
        return try LayerCache.$environment.withValue(["KINDRED_INT8_CACHE": cache]) {
            try SentenceTower(BERTModel(directory: model.path, precision: .int8), pooling: .mean)
                .encode(texts, normalizes: true).elements
        }
    }

    func files(_ cache: URL) -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: cache.path)) ?? []
        return names.sorted().map { cache.appendingPathComponent($0) }
    }

    @Test("layers that were kept give the same bits, and are not written again")
    func same() throws {
        try withModel { model, cache in
            let first = try answer(model, cache.path)
            #expect(try first == answer(model, "0"))
            let file = try #require(files(cache).first)
            #expect(files(cache).count == 1)
            func identity() throws -> Int { try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0 }
            let (content, number) = (try Data(contentsOf: file), try inode(file))
            #expect(try answer(model, cache.path) == first)
            #expect(try Data(contentsOf: file) == content && inode(file) == number && identity() == content.count)
        }
    }

    func inode(_ file: URL) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: file.path)[.systemFileNumber] as? Int)
    }

    @Test("in the hub's cache contents are known by their names, and kept layers are used without reading weights")
    func hub() throws {
        try withModel { model, cache in
            let blob = model.appendingPathComponent("blobs/" + String(repeating: "a1", count: 32))
            let place = model.appendingPathComponent("model.safetensors")
            try FileManager.default.createDirectory(
                at: model.appendingPathComponent("blobs"), withIntermediateDirectories: true)
            try FileManager.default.moveItem(at: place, to: blob)
            try FileManager.default.createSymbolicLink(at: place, withDestinationURL: blob)
            let first = try answer(model, cache.path)
            // A name that lies: the layers are those that were kept, so that zeros in their place are not seen.
            let file = try SafetensorsFile(blob.path)
            var writer = SafetensorsWriter()
            for name in file.names {
                let array = try file.array(named: name)
                writer.add(name.contains("layer.1.") && name.hasSuffix("dense.weight") ? array * 0 : array, named: name)
            }
            try writer.write(to: blob.path)
            #expect(try answer(model, cache.path) == first)
            #expect(try answer(model, "0") != first)
        }
    }

    @Test("another checkpoint, or another configuration, has layers of its own")
    func keys() throws {
        try withModel { model, cache in
            let first = try answer(model, cache.path)
            let place = model.appendingPathComponent("model.safetensors")
            let file = try SafetensorsFile(place.path)
            var writer = SafetensorsWriter()
            for name in file.names { writer.add(try file.array(named: name) * 1.5, named: name) }
            try writer.write(to: place.path)
            #expect(try answer(model, cache.path) != first)
            #expect(files(cache).count == 2)
            let configuration = model.appendingPathComponent("config.json")
            var text = try String(contentsOf: configuration, encoding: .utf8)
            text = text.replacingOccurrences(of: "\"gelu\"", with: "\"relu\"")
            try text.write(to: configuration, atomically: true, encoding: .utf8)
            #expect(try answer(model, cache.path) == answer(model, "0"))
            #expect(files(cache).count == 3)
        }
    }

    @Test("what is damaged, foreign or no file is not believed, and written anew where it can be")
    func damage() throws {
        try withModel { model, cache in
            let first = try answer(model, cache.path)
            let file = try #require(files(cache).first)
            let content = try Data(contentsOf: file)
            var damaged: [Data] = [
                Data(), Data("not layers".utf8), content.dropLast(), content + Data([0]), content.prefix(128),
            ]
            for place in [0, 9, 17, 40, 70, 128, 136, 200, content.count / 2, content.count - 1] {
                var copy = content
                copy[copy.startIndex + place] ^= 64
                damaged.append(copy)
            }
            for data in damaged {
                try data.write(to: file)
                #expect(try answer(model, cache.path) == first)
                #expect(try Data(contentsOf: file) == content)
            }
            try FileManager.default.removeItem(at: file)
            try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
            #expect(try answer(model, cache.path) == first)
        }
    }

    @Test("a place that cannot be written is no error; 0 keeps nothing")
    func unwritable() throws {
        try withModel { model, cache in
            let first = try answer(model, "0")
            #expect(try answer(model, model.appendingPathComponent("config.json/int8").path) == first)
            #expect(try answer(model, "/proc/kindred") == first)
            #expect(files(cache).isEmpty)
        }
    }

    @Test("many may write at once")
    func concurrency() throws {
        try withModel { model, cache in
            let first = try answer(model, "0")
            let answers = Mutexed<[[Float]]>([])
            DispatchQueue.concurrentPerform(iterations: 6) { _ in
                let found = (try? answer(model, cache.path)) ?? []
                answers.change { $0.append(found) }
            }
            #expect(answers.value.count == 6 && answers.value.allSatisfy { $0 == first })
            #expect(files(cache).count == 1)
        }
    }

    @Test("the digest of a file is remembered until the file changes; what is remembered is not believed blindly")
    func digests() throws {
        try withTemporaryDirectory { root in
            let (file, memory) = (root.appendingPathComponent("weights"), root.appendingPathComponent("memory"))
            func digest(settled: Int) throws -> String {
                ContentDigest(directory: memory.path, settled: settled).digest(of: try MemoryMap(file.path))
            }
            try Data("abc".utf8).write(to: file)
            let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            // Changed a moment ago: not remembered.
            #expect(try digest(settled: 3) == abc && files(memory).isEmpty)
            #expect(try digest(settled: 0) == abc && files(memory).count == 1)
            let remembered = files(memory)[0]
            let other = String(repeating: "0", count: 64)
            try Data(other.utf8).write(to: remembered)
            #expect(try digest(settled: 0) == other)
            try Data("nonsense".utf8).write(to: remembered)
            #expect(try digest(settled: 0) == abc)
            try Data("abcd".utf8).write(to: file)
            #expect(try digest(settled: 0) != abc && files(memory).count == 2)
        }
    }

    @Test("layers are kept where the environment says")
    func place() {
        func directory(_ environment: [String: String]) -> String? { LayerCache.directory { environment[$0] } }
        #expect(directory(["HOME": "/h"]) == "/h/.cache/kindred/int8")
        #expect(directory(["HOME": "/h", "XDG_CACHE_HOME": "/x", "KINDRED_INT8_CACHE": ""]) == "/x/kindred/int8")
        #expect(directory(["HOME": "/h", "KINDRED_INT8_CACHE": "/k"]) == "/k")
        #expect(directory(["HOME": "/h", "KINDRED_INT8_CACHE": "0"]) == nil)
        #expect(directory([:]) == nil)
    }
}

/// A value that threads change one after another.
private final class Mutexed<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private(set) var value: Value

    init(_ value: Value) { self.value = value }

    func change(_ body: (inout Value) -> Void) { lock.withLock { body(&value) } }
}
