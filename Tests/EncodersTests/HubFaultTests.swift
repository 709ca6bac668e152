import Encoders
import Foundation
import Synchronization
import Tensor
import Testing
import _TestSupport

@Suite("Models from the hub: what can go wrong")
struct HubFaultTests {
    private var weights: HubServer.File { HubWorkspace.files()["model.safetensors"] ?? .init("") }

    private func incomplete(_ work: HubWorkspace) -> String { "\(work.folder)/blobs/\(weights.blobName).incomplete" }

    @Test("A broken connection is taken up again where it broke, as often as bytes come")
    func broken() throws {
        try HubWorkspace.with { work in
            work.publish()
            for _ in 0..<10 { work.server.fail("model.safetensors", .breakAfter(20_000)) }
            let snapshot = try work.hub().get(HubWorkspace.name)
            try work.expectWhole(snapshot)
            let ranges = work.server.requests("model.safetensors").map { $0.headers["range"] }
            #expect(ranges == [nil] + (1...10).map { "bytes=\($0 * 20_000)-" })
            #expect(snapshot.downloadedBytes == snapshot.bytes)
        }
    }

    @Test("A connection that ends before a byte comes is tried a few times, and the error tells what happened")
    func dead() throws {
        try HubWorkspace.with { work in
            work.publish()
            for _ in 0..<20 { work.server.fail("model.safetensors", .breakAfter(0)) }
            let error = try encoderError { _ = try work.hub().get(HubWorkspace.name) }
            guard case .download(let name, let reason) = error else { throw error }
            #expect(name == "owner/model/model.safetensors" && reason.contains("given up after 6 tries"))
            #expect(work.server.requests("model.safetensors").count == 6)
            #expect(!work.tree().contains { $0.hasSuffix("model.safetensors") })
        }
    }

    @Test("A later call goes on with what an earlier one left, and finds out when that was damaged")
    func resumed() throws {
        try HubWorkspace.with { work in
            work.publish()
            let beginning = weights.content.prefix(123_456)
            for damage in [false, true] {
                var left = Array(beginning)
                if damage { left[77] ^= 1 }
                try work.write("", to: incomplete(work))
                try Data(left).write(to: URL(fileURLWithPath: incomplete(work)))
                let before = work.server.requests("model.safetensors").count
                let snapshot = try work.hub().get(HubWorkspace.name)
                try work.expectWhole(snapshot)
                let ranges = work.server.requests("model.safetensors").dropFirst(before).map { $0.headers["range"] }
                #expect(ranges == (damage ? ["bytes=123456-", nil] : ["bytes=123456-"]))
                #expect(!FileManager.default.fileExists(atPath: incomplete(work)))
                try FileManager.default.removeItem(atPath: work.cache)
            }
        }
    }

    @Test("All bytes that were left are checked without asking for more")
    func allThere() throws {
        try HubWorkspace.with { work in
            work.publish()
            try work.write("", to: incomplete(work))
            try Data(weights.content).write(to: URL(fileURLWithPath: incomplete(work)))
            try work.expectWhole(try work.hub().get(HubWorkspace.name))
            #expect(work.server.requests("model.safetensors").isEmpty)
        }
    }

    @Test("More bytes than there are were left by something else: the file is begun anew")
    func tooMuchLeft() throws {
        try HubWorkspace.with { work in
            work.publish()
            try work.write(String(repeating: "x", count: 300_001), to: incomplete(work))
            try work.expectWhole(try work.hub().get(HubWorkspace.name))
            #expect(work.server.requests("model.safetensors").map { $0.headers["range"] } == [nil])
        }
    }

    @Test("A server that knows no ranges sends all again; one that knows no such range is asked for all")
    func withoutRanges() throws {
        try HubWorkspace.with { work in
            work.publish()
            work.server.fail("model.safetensors", .breakAfter(9), .withoutRange)
            try work.expectWhole(try work.hub().get(HubWorkspace.name))
            try FileManager.default.removeItem(atPath: work.cache)
            work.server.fail("model.safetensors", .breakAfter(9), .status(416))
            try work.expectWhole(try work.hub().get(HubWorkspace.name))
            #expect(
                work.server.requests("model.safetensors").map { $0.headers["range"] }
                    == [nil, "bytes=9-", nil, "bytes=9-", nil])
        }
    }

    @Test(
        "Content of another digest is refused and nothing of it kept", arguments: ["model.safetensors", "config.json"])
    func wrongDigest(path: String) throws {
        try HubWorkspace.with { work in
            work.publish()
            work.server.fail("/" + path, .wrongByte)
            let error = try encoderError { _ = try work.hub().get(HubWorkspace.name) }
            guard case .file(let name, let reason) = error else { throw error }
            #expect(name == "owner/model/\(path)")
            #expect(reason.contains(path == "config.json" ? "SHA-1" : "SHA-256") && reason.contains("nothing was kept"))
            #expect(!work.tree().contains { $0.hasSuffix("/" + path) || $0.hasSuffix(".incomplete") })
            // Nothing stands in the way of another try.
            try work.expectWhole(try work.hub().get(HubWorkspace.name))
        }
    }

    @Test(
        "Content of another size is refused, whether the head tells it or the bytes do", arguments: [299_999, 300_001])
    func wrongSize(listed: Int) throws {
        try HubWorkspace.with { work in
            var files = HubWorkspace.files()
            files["model.safetensors"]?.listedSize = listed
            work.publish(files)
            let error = try encoderError { _ = try work.hub().get(HubWorkspace.name) }
            #expect("\(error)".contains("sends 300000 bytes, but lists \(listed)"), "\(error)")
        }
        try HubWorkspace.with { work in
            work.publish()
            work.server.fail("model.safetensors", .surplus(1))
            let error = try encoderError { _ = try work.hub().get(HubWorkspace.name) }
            #expect("\(error)".contains("sends more bytes, but lists 300000"), "\(error)")
            #expect(!work.tree().contains { $0.hasSuffix(".incomplete") })
        }
    }

    @Test("A hub that is busy is waited for, as long as it asks", arguments: [408, 429, 500, 502, 503, 504])
    func busy(status: Int) throws {
        try HubWorkspace.with { work in
            work.publish()
            for word in ["/revision/", "/tree/", "model.safetensors"] {
                work.server.fail(word, .status(status, headers: ["Retry-After": "0"]), .status(status))
            }
            try work.expectWhole(try work.hub().get(HubWorkspace.name))
        }
    }

    @Test("The seconds that a hub asks for are waited, and those that are too many are told")
    func waiting() throws {
        try HubWorkspace.with { work in
            work.publish()
            work.server.fail("/revision/", .status(503, headers: ["Retry-After": "1"]))
            let start = ContinuousClock.now
            _ = try work.hub().get(HubWorkspace.name)
            #expect(ContinuousClock.now - start >= .seconds(1))
            work.server.fail("/revision/", .status(429, headers: ["RateLimit": "\"api\";r=0;t=900"]))
            let error = try encoderError { _ = try work.hub().get(HubWorkspace.name, revision: "v2") }
            #expect("\(error)".contains("429, too many requests; the hub asks to wait 900 seconds"), "\(error)")
        }
    }

    @Test("A hub that is down for long is given up, or the copy in the cache stands in with a remark")
    func down() throws {
        try HubWorkspace.with { work in
            work.publish()
            for _ in 0..<6 { work.server.fail("/revision/", .status(503)) }
            let error = try encoderError { _ = try work.hub().get(HubWorkspace.name) }
            #expect("\(error)".contains("the hub answers 503; given up after 6 tries"), "\(error)")
            let snapshot = try work.hub().get(HubWorkspace.name)
            for _ in 0..<6 { work.server.fail("/revision/", .status(503)) }
            let again = try work.hub().get(HubWorkspace.name)
            #expect(again.directory == snapshot.directory && again.downloadedBytes == 0)
            #expect(again.remark?.contains("503") == true)
        }
    }

    @Test("A server that falls silent is left after the time that was set")
    func silence() throws {
        try HubWorkspace.with { work in
            work.publish()
            var hub = work.hub()
            hub.timeout = 1
            work.server.fail("/revision/", .silence(3))
            try work.expectWhole(try hub.get(HubWorkspace.name))
            #expect(work.server.requests("/revision/").count == 2)
        }
    }

    @Test(
        "A server that is not there, and what is no address of one",
        arguments: [
            ("http://127.0.0.1:1", "given up after 3 tries"), ("ftp://127.0.0.1", "HF_ENDPOINT"),
            ("nonsense://", "HF_ENDPOINT"), ("file:///etc", "HF_ENDPOINT"),
        ])
    func noServer(endpoint: String, word: String) throws {
        try withTemporaryDirectory { directory in
            var hub = ModelHub(endpoint: endpoint, cacheDirectory: directory.path)
            hub.firstPause = .milliseconds(1)
            let error = try encoderError { _ = try hub.get("owner/model") }
            #expect("\(error)".contains(word), "\(error)")
        }
    }

    @Test("Redirects that never end are left, and those to files are not followed")
    func redirects() throws {
        try HubWorkspace.with { work in
            work.publish()
            for _ in 0..<20 {
                work.server.fail(
                    "model.safetensors", .status(302, headers: ["Location": "/owner/model/resolve/x/model.safetensors"])
                )
            }
            let endless = try encoderError { _ = try work.hub().get(HubWorkspace.name) }
            #expect("\(endless)".contains("redirects more than 10 times"), "\(endless)")
        }
        try HubWorkspace.with { work in
            work.publish()
            work.server.fail("model.safetensors", .status(302, headers: ["Location": "file:///etc/passwd"]))
            let error = try encoderError { _ = try work.hub().get(HubWorkspace.name) }
            #expect("\(error)".contains("no web address"), "\(error)")
        }
    }

    @Test("The hub's refusals are told with what to do")
    func refusals() throws {
        try HubWorkspace.with { work in
            work.publish()
            func failure(_ name: String = HubWorkspace.name, revision: String? = nil, token: String? = nil) throws
                -> String
            {
                let error = try encoderError { _ = try work.hub(token: token).get(name, revision: revision) }
                guard case .modelUnavailable = error else { throw error }
                return "\(error)"
            }
            #expect(
                try failure("owner/none").contains("there is no such model at \(work.server.address), or it is private")
            )
            #expect(try failure("owner/none").contains("set HF_TOKEN to a token from"))
            #expect(try failure("owner/none", token: "hf_x").contains("whether the token in HF_TOKEN may read it"))
            #expect(try failure(revision: "v9").contains("no such branch, tag or commit"))
            work.server.state.withLock { $0.requiredToken = "hf_right" }
            #expect(
                try failure().contains(
                    "agree to its conditions at \(work.server.address)/owner/model, then set HF_TOKEN"))
            #expect(try failure(token: "hf_wrong").contains("the token of the account that agreed"))
            work.server.fail(
                "/revision/",
                .status(401, headers: ["X-Error-Message": "Invalid credentials in Authorization header"]))
            #expect(try failure(token: "hf_odd").contains("does not know the token"))
            work.server.fail("/revision/", .status(403, headers: ["X-Error-Message": "No \u{1B}[31mway"]))
            let forbidden = try failure(token: "hf_right")
            #expect(forbidden.contains("forbids access") && !forbidden.contains("\u{1B}"))
            try work.expectWhole(try work.hub(token: "hf_right").get(HubWorkspace.name))
        }
    }

    @Test(
        "Answers that no hub would give are refused by name",
        arguments: ["<html>", "[]", "{\"sha\":7}", "{\"sha\":\"main\"}"])
    func noHub(body: String) throws {
        try HubWorkspace.with { work in
            work.publish()
            work.server.fail("/revision/", .status(200, body: body))
            let error = try encoderError { _ = try work.hub().get(HubWorkspace.name) }
            #expect("\(error)".contains("is HF_ENDPOINT a model hub's?"), "\(error)")
            #expect(work.tree().isEmpty)
        }
    }

    @Test(
        "A file's name that leads out of the cache is refused before anything is written",
        arguments: [
            "../../../outside.txt", "/outside.txt", "a/../../outside.txt", "..", "a//b", "a\u{0}b", "a\nb", "./a",
            "a\\..\\b", "C:x",
            String(repeating: "x", count: 300),
        ])
    func traversal(path: String) throws {
        try HubWorkspace.with { work in
            var files = HubWorkspace.files()
            files[path] = .init("outside")
            work.publish(files)
            let error = try encoderError { _ = try work.hub().get(HubWorkspace.name) }
            #expect("\(error)".contains("leads elsewhere; nothing was written"), "\(error)")
            #expect(work.tree().isEmpty)
        }
    }

    @Test(
        "A digest that could be a path is refused",
        arguments: ["../../../../outside", "A1", String(repeating: "G", count: 64)])
    func digestPath(digest: String) throws {
        try HubWorkspace.with { work in
            for path in ["model.safetensors", "config.json"] {
                var files = HubWorkspace.files()
                files[path]?.listedDigest = digest
                work.publish(files)
                let error = try encoderError { _ = try work.hub().get(HubWorkspace.name) }
                #expect("\(error)".contains("the size or digest of '\(path)' is none"), "\(error)")
                #expect(work.tree().isEmpty)
            }
        }
    }

    @Test("Modules and shards cannot lead out of the directory either")
    func modulePaths() throws {
        try HubWorkspace.with { work in
            var files = HubWorkspace.files()
            files["modules.json"] = .init(#"[{"path":"../../.."},{"path":"/etc"},{"path":7},"x"]"#)
            files["model.safetensors.index.json"] = .init(
                #"{"weight_map":{"a":"../../../x","b":7,"c":"model.safetensors"}}"#)
            work.publish(files)
            let snapshot = try work.hub().get(HubWorkspace.name)
            #expect(Set(snapshot.files) == Set(HubWorkspace.wanted + ["modules.json", "model.safetensors.index.json"]))
            try work.expectWhole(snapshot, files)
        }
    }

    @Test("A directory in the snapshot that is a link to elsewhere is not written through")
    func linkedDirectory() throws {
        try HubWorkspace.with { work in
            var files = HubWorkspace.files()
            files["modules.json"] = .init(#"[{"path":""},{"path":"1_Pooling"}]"#)
            files["1_Pooling/config.json"] = .init("{}")
            work.publish(files)
            let outside = work.directory.appendingPathComponent("outside").path
            let snapshot = "\(work.folder)/snapshots/\(HubWorkspace.commit)"
            for path in [outside, snapshot] {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            try FileManager.default.createSymbolicLink(atPath: "\(snapshot)/1_Pooling", withDestinationPath: outside)
            let error = try encoderError { _ = try work.hub().get(HubWorkspace.name) }
            #expect("\(error)".contains("something else has this name"), "\(error)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)
        }
    }

    @Test("Cancelled work stops and leaves no file under its name; the next call goes on from there")
    func cancelled() throws {
        try HubWorkspace.with { work in
            let files = HubWorkspace.files(weights: 8_000_000)
            work.publish(files)
            let handler = ProgressHandler { $0.completed < 2_000_000 }
            #expect(throws: EncoderError.cancelled) { try work.hub().get(HubWorkspace.name, progress: handler) }
            #expect(!work.tree().contains { $0.hasSuffix("model.safetensors") })
            let left = try #require(work.tree().first { $0.hasSuffix(".incomplete") })
            let size = try Data(contentsOf: URL(fileURLWithPath: "\(work.cache)/\(left)")).count
            #expect((1_900_000..<4_000_000).contains(size))
            try work.expectWhole(try work.hub().get(HubWorkspace.name), files)
            #expect(work.server.requests("model.safetensors").map { $0.headers["range"] } == [nil, "bytes=\(size)-"])
        }
    }

    @Test("Cancelling ends a wait for a busy hub at once, and a cancelled task counts")
    func cancelledWait() async throws {
        try HubWorkspace.with { work in
            work.publish()
            work.server.fail("/revision/", .status(503, headers: ["Retry-After": "60"]))
            let start = ContinuousClock.now
            let handler = ProgressHandler { _ in ContinuousClock.now - start < .milliseconds(300) }
            #expect(throws: EncoderError.cancelled) { try work.hub().get(HubWorkspace.name, progress: handler) }
            #expect(ContinuousClock.now - start < .seconds(5))
        }
        let task = Task {
            try HubWorkspace.with { work in
                work.publish()
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try work.hub().get(HubWorkspace.name)
            }
        }
        await #expect(throws: EncoderError.cancelled) { try await task.value }
    }

    @Test("Calls at once download each file once and do not harm each other")
    func atOnce() async throws {
        try await withThrowingTaskGroup(of: ModelSnapshot.self) { group in
            let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
                "kindred-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: directory) }
            let work = HubWorkspace(directory: directory, server: HubServer())
            work.publish()
            for _ in 0..<4 {
                group.addTask { try work.hub().get(HubWorkspace.name) }
            }
            for try await snapshot in group { try work.expectWhole(snapshot) }
            #expect(work.server.requests("/resolve/").count == HubWorkspace.wanted.count)
            #expect(!work.tree().contains { $0.hasSuffix(".incomplete") || $0.hasSuffix(".tmp") })
        }
    }
}
