import Foundation
import Tensor

/// A small server on this machine that plays the hub, with faults as they are asked for.
package final class HubServer: Sendable {
    package struct Request: Sendable {
        package let path: String
        package let query: String
        package let headers: [String: String]
    }

    /// A file of a model; large ones are listed with their SHA-256.
    package struct File: Sendable {
        package var content: [UInt8]
        package var isLarge = false
        /// What is listed in place of the truth.
        package var listedSize: Int?
        package var listedDigest: String?

        package init(_ content: [UInt8], isLarge: Bool = false) {
            self.content = content
            self.isLarge = isLarge
        }

        package init(_ text: String) { self.init(Array(text.utf8)) }

        package var gitName: String {
            var digest = SHA1()
            digest.update(Array("blob \(content.count)".utf8) + [0])
            digest.update(content)
            return digest.hexadecimal
        }

        package var sha256: String {
            var digest = SHA256()
            digest.update(content)
            return digest.hexadecimal
        }

        package var blobName: String { listedDigest ?? (isLarge ? sha256 : gitName) }
    }

    package struct Model: Sendable {
        package var revisions: [String: String]
        /// By commits.
        package var files: [String: [String: File]]
        package var conversion: Int?
        package var conversionAuthor = "SFconvertbot"

        package init(commit: String, _ files: [String: File]) {
            revisions = ["main": commit]
            self.files = [commit: files]
        }
    }

    package enum Fault: Sendable {
        case status(Int, headers: [String: String] = [:], body: String = "")
        /// The connection ends after so many bytes of the body.
        case breakAfter(Int)
        /// Nothing comes for so long.
        case silence(TimeInterval)
        /// A byte of the body is another.
        case wrongByte
        /// So many more bytes come than there are.
        case surplus(Int)
        /// All bytes come whatever is asked for.
        case withoutRange
    }

    package struct State {
        package var models: [String: Model] = [:]
        /// The first fault whose word is in the path is taken, and is no more.
        package var faults: [(word: String, fault: Fault)] = []
        package var requests: [Request] = []
        /// Where large files are redirected to.
        package var storage: String?
        /// What those ask for who may read.
        package var requiredToken: String?
        /// The entries of a page of the list of files.
        package var pageSize = 1000
        var isStopped = false
        var connections: Set<Int32> = []
    }

    package let state = Locked(State())
    private let listener: Int32
    package let port: UInt16

    package init() {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, size) == 0 && listen(socket, 16) == 0 && getsockname(socket, address, &size) == 0
            }
        }
        precondition(socket >= 0 && bound, "no port is free on this machine")
        listener = socket
        port = UInt16(bigEndian: address.sin_port)
        // The threads keep the state alone, so that the server ends when nobody has it any more.
        let (state, port) = (state, port)
        Thread.detachNewThread {
            while true {
                let connection = accept(socket, nil, nil)
                guard connection >= 0 else { break }
                let isOpen = state.withLock { state in
                    if !state.isStopped { state.connections.insert(connection) }
                    return !state.isStopped
                }
                guard isOpen else {
                    close(connection)
                    break
                }
                Thread.detachNewThread {
                    HubConversation(connection, state, port: port).run()
                    state.withLock { _ = $0.connections.remove(connection) }
                    close(connection)
                }
            }
            close(socket)
        }
    }

    deinit {
        state.withLock { state in
            state.isStopped = true
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    package var address: String { "http://127.0.0.1:\(port)" }

    /// The requests so far whose paths have this word in them.
    package func requests(_ word: String = "") -> [Request] {
        state.withLock { $0.requests.filter { word.isEmpty || $0.path.contains(word) } }
    }

    package func fail(_ word: String, _ faults: Fault...) {
        state.withLock { state in state.faults += faults.map { (word, $0) } }
    }

    package func publish(_ name: String, _ model: Model) { state.withLock { $0.models[name] = model } }
}

/// One connection, over which requests come one after the other.
private struct HubConversation {
    let connection: Int32
    let state: Locked<HubServer.State>
    let port: UInt16

    init(_ connection: Int32, _ state: Locked<HubServer.State>, port: UInt16) {
        (self.connection, self.state, self.port) = (connection, state, port)
    }

    func run() {
        var buffer: [UInt8] = []
        while let head = readHead(&buffer) {
            var lines = head.components(separatedBy: "\r\n")
            let parts = lines.removeFirst().split(separator: " ")
            guard parts.count == 3, parts[0] == "GET" else { return }
            var headers: [String: String] = [:]
            for line in lines {
                let pair = line.split(separator: ":", maxSplits: 1)
                if pair.count == 2 {
                    headers[pair[0].lowercased()] = pair[1].trimmingCharacters(in: .whitespaces)
                }
            }
            let target = parts[1].split(separator: "?", maxSplits: 1)
            let request = HubServer.Request(
                path: String(target[0]).removingPercentEncoding ?? "", query: target.count > 1 ? String(target[1]) : "",
                headers: headers)
            let fault = state.withLock { state -> HubServer.Fault? in
                state.requests.append(request)
                guard let index = state.faults.firstIndex(where: { request.path.contains($0.word) }) else { return nil }
                return state.faults.remove(at: index).fault
            }
            guard answer(request, fault) else { return }
        }
    }

    private func readHead(_ buffer: inout [UInt8]) -> String? {
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let text = String(decoding: buffer, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                buffer = Array(text[end.upperBound...].utf8)
                return String(text[..<end.lowerBound])
            }
            let count = recv(connection, &piece, piece.count, 0)
            guard count > 0 else { return nil }
            buffer += piece[..<count]
        }
    }

    /// - Returns: whether the connection stays.
    private func answer(_ request: HubServer.Request, _ fault: HubServer.Fault?) -> Bool {
        var (status, headers, body) = content(request)
        if status == 200, let range = request.headers["range"],
            request.path.contains("/resolve/") || storageHas(request)
        {
            let start = Int(range.dropFirst("bytes=".count).dropLast()) ?? 0
            if case .withoutRange? = fault {
            } else if start >= body.count {
                (status, headers, body) = (416, ["Content-Range": "bytes */\(body.count)"], [])
            } else {
                headers["Content-Range"] = "bytes \(start)-\(body.count - 1)/\(body.count)"
                (status, body) = (206, Array(body[start...]))
            }
        }
        var sent = body.count
        switch fault {
        case .status(let code, let others, let text)?:
            (status, headers, body) = (code, others, Array(text.utf8))
            sent = body.count
        case .breakAfter(let count)?: sent = min(count, body.count)
        case .silence(let seconds)?: Thread.sleep(forTimeInterval: seconds)
        case .wrongByte? where !body.isEmpty: body[body.count / 2] ^= 1
        case .surplus(let count)?:
            body += [UInt8](repeating: 7, count: count)
            headers["Connection"] = "close"
        default: break
        }
        var head = "HTTP/1.1 \(status) Any\r\n"
        if case .surplus? = fault { sent = body.count } else { head += "Content-Length: \(body.count)\r\n" }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        // In one piece: a second one would wait for the first one's receipt.
        guard send(Array((head + "\r\n").utf8) + body.prefix(sent)) else { return false }
        return sent == body.count && headers["Connection"] == nil
    }

    private func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private func storageHas(_ request: HubServer.Request) -> Bool { request.path.hasPrefix("/storage/") }

    private typealias Content = (status: Int, headers: [String: String], body: [UInt8])

    private static func refusal(_ status: Int, _ code: String, _ message: String = "") -> Content {
        var headers = ["X-Error-Message": message.isEmpty ? code : message]
        if !code.isEmpty { headers["X-Error-Code"] = code }
        return (status, headers, Array("{\"error\":\"\(message)\"}".utf8))
    }

    private func content(_ request: HubServer.Request) -> Content {
        let (models, storage, required, pageSize) = state.withLock {
            ($0.models, $0.storage, $0.requiredToken, $0.pageSize)
        }
        if storageHas(request) {
            let name = String(request.path.dropFirst("/storage/".count))
            let files = models.values.flatMap { $0.files.values.flatMap { Array($0.values) } }
            guard let file = files.first(where: { $0.blobName == name }) else { return (403, [:], []) }
            return (200, [:], file.content)
        }
        let isAPI = request.path.hasPrefix("/api/models/")
        let path = isAPI ? String(request.path.dropFirst("/api/models".count)) : request.path
        guard let (name, model) = models.first(where: { path.hasPrefix("/\($0.key)/") }) else {
            return Self.refusal(401, "RepoNotFound", "Repository not found")
        }
        if let required, request.headers["authorization"] != "Bearer \(required)" {
            return Self.refusal(
                request.headers["authorization"] == nil ? 401 : 403, "GatedRepo", "Access is restricted")
        }
        let rest = path.dropFirst(name.count + 2)
        let parts = rest.split(separator: "/", maxSplits: 1).map(String.init)
        let argument = parts.count > 1 ? parts[1] : ""
        switch (isAPI, parts[0]) {
        case (true, "revision"):
            guard let commit = model.revisions[argument] ?? (model.files[argument] == nil ? nil : argument) else {
                return Self.refusal(404, "RevisionNotFound", "Invalid rev id: \(argument)")
            }
            return (200, [:], Array("{\"id\":\"\(name)\",\"sha\":\"\(commit)\",\"siblings\":[]}".utf8))
        case (true, "tree"):
            guard let files = model.files[argument] else { return Self.refusal(404, "RevisionNotFound") }
            let all = files.sorted { $0.key < $1.key }
            let start =
                request.query.split(separator: "&").first { $0.hasPrefix("cursor=") }
                .flatMap { Int($0.dropFirst("cursor=".count)) } ?? 0
            let end = min(all.count, start + pageSize)
            var entries: [JSONValue] = [["type": "directory", "oid": "0", "size": 0, "path": "onnx"]]
            for (path, file) in all[start..<end] { entries.append(Self.entry(path, file)) }
            var headers: [String: String] = [:]
            if end < all.count {
                headers["Link"] =
                    "<http://127.0.0.1:\(port)\(request.path)?recursive=true&cursor=\(end)>; rel=\"next\""
            }
            return (200, headers, Array(JSONValue.array(entries).jsonText.utf8))
        case (true, "discussions"):
            let entries: [JSONValue] =
                model.conversion.map { number in
                    [
                        [
                            "num": .integer(number), "title": "Adding `safetensors` variant of this model",
                            "isPullRequest": true, "status": "open",
                            "author": ["name": .string(model.conversionAuthor)],
                        ]
                    ]
                } ?? []
            return (200, [:], Array(JSONValue.object([.init("discussions", .array(entries))]).jsonText.utf8))
        case (false, "resolve"):
            let place = argument.split(separator: "/", maxSplits: 1).map(String.init)
            let commit = model.revisions[place[0]] ?? place[0]
            guard place.count == 2, let file = model.files[commit]?[place[1]] else {
                return Self.refusal(404, "EntryNotFound")
            }
            let headers = ["ETag": "\"\(file.gitName)\"", "X-Repo-Commit": commit]
            if file.isLarge, let storage {
                let more = [
                    "Location": "\(storage)/storage/\(file.blobName)", "X-Linked-Etag": "\"\(file.blobName)\"",
                    "X-Linked-Size": "\(file.content.count)",
                ]
                return (302, headers.merging(more) { $1 }, [])
            }
            return (200, headers, file.content)
        default: return (404, [:], [])
        }
    }

    private static func entry(_ path: String, _ file: HubServer.File) -> JSONValue {
        let size = JSONValue.integer(file.listedSize ?? file.content.count)
        var members: [JSONValue.Member] = [
            .init("type", "file"), .init("path", .string(path)),
            .init("oid", .string(file.isLarge ? file.gitName : file.blobName)), .init("size", size),
        ]
        if file.isLarge {
            members.append(.init("lfs", ["oid": .string(file.blobName), "size": size, "pointerSize": 134]))
        }
        return .object(members)
    }
}
