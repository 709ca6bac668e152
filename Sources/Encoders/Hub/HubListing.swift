import Tensor

/// A file of a model as the hub lists it.
struct HubFile: Sendable, Hashable {
    let path: String
    let size: Int
    /// The name that git has for it, or for the note that stands for a large file.
    let gitName: String
    /// The SHA-256 of a large file.
    let sha256: String?

    /// What the cache calls its content, which is also what it can be checked by.
    var blobName: String { sha256 ?? gitName }
}

/// The files of a commit.
struct HubListing: Sendable {
    let files: [HubFile]

    /// More files are refused.
    static let mostFiles = 100_000
    /// More pages are not asked for.
    static let mostPages = 1000

    /// Checks what a server or a file says.
    ///
    /// - Parameter source: what messages call it.
    init(_ files: [HubFile], source: String) throws(EncoderError) {
        guard files.count <= Self.mostFiles else {
            throw .file(path: source, reason: "\(files.count) files are too many for a model")
        }
        for file in files {
            guard HubPath.isSafe(file.path) else {
                throw .file(
                    path: source, reason: "the name \(quoted(file.path)) of a file leads elsewhere; nothing was written"
                )
            }
            guard file.size >= 0, HubRevision.isHexadecimal(file.gitName, count: 40),
                file.sha256.map({ HubRevision.isHexadecimal($0, count: 64) }) ?? true
            else { throw .file(path: source, reason: "the size or digest of \(quoted(file.path)) is none") }
        }
        self.files = files.sorted { $0.path < $1.path }
    }

    func file(_ path: String) -> HubFile? { files.first { $0.path == path } }
}

extension HubClient {
    /// The commit that a revision stands for now.
    func commit(of revision: String, endpoint: String) throws(EncoderError) -> String {
        let subject = "\(name.text) at \(revision)"
        let address =
            "\(endpoint)/api/models/\(name.text)/revision/\(HubPath.escaped(revision, keepingSlashes: false))"
        guard case .string(let commit)? = try json(address, subject: subject).value["sha"],
            HubRevision.isCommit(commit)
        else { throw .file(path: subject, reason: "the answer names no commit: is HF_ENDPOINT a model hub's?") }
        return commit
    }

    /// The files of a commit, page by page.
    func listing(of commit: String, endpoint: String) throws(EncoderError) -> HubListing {
        let source = "the list of files of \(name.text)"
        var files: [HubFile] = []
        var next: String? = "\(endpoint)/api/models/\(name.text)/tree/\(commit)?recursive=true&expand=false"
        var pages = 0
        while let address = next {
            pages += 1
            guard pages <= HubListing.mostPages else {
                throw .file(path: source, reason: "it has more than \(HubListing.mostPages) pages")
            }
            let page = try json(address, subject: source)
            guard case .array(let entries) = page.value else {
                throw .file(path: source, reason: "it must be a list: is HF_ENDPOINT a model hub's?")
            }
            for entry in entries where entry["type"] == .string("file") {
                guard case .string(let path)? = entry["path"], case .string(let gitName)? = entry["oid"],
                    case .integer(var size)? = entry["size"]
                else { throw .file(path: source, reason: "a file lacks its path, its oid or its size") }
                var sha256: String?
                if case .string(let digest)? = entry["lfs"]?["oid"] {
                    sha256 = digest
                    if case .integer(let whole)? = entry["lfs"]?["size"] { size = whole }
                }
                files.append(HubFile(path: path, size: size, gitName: gitName, sha256: sha256))
            }
            let isMore = !entries.isEmpty && files.count <= HubListing.mostFiles
            next = isMore ? Self.nextPage(page.headers["link"] ?? "") : nil
        }
        return try HubListing(files, source: source)
    }

    /// The address of a list's next page: `<address>; rel="next"`.
    private static func nextPage(_ link: String) -> String? {
        for part in link.split(separator: ",") where part.contains("rel=\"next\"") {
            guard let start = part.firstIndex(of: "<"), let end = part.firstIndex(of: ">"), start < end else {
                continue
            }
            return String(part[part.index(after: start)..<end])
        }
        return nil
    }

    /// The revision in which the hub's own program offers the model's weights as safetensors; `nil` when there is none.
    ///
    /// Others could offer any weights under the same title, so only that program's offer counts.
    func conversion(endpoint: String) throws(EncoderError) -> String? {
        let address =
            "\(endpoint)/api/models/\(name.text)/discussions?type=pull_request&status=open&author=SFconvertbot"
        let answer = try json(address, subject: "the proposals for \(name.text)").value
        guard case .array(let entries)? = answer["discussions"] else { return nil }
        for entry in entries {
            guard entry["title"] == .string("Adding `safetensors` variant of this model"),
                entry["isPullRequest"] == .boolean(true), entry["status"] == .string("open"),
                entry["author"]?["name"] == .string("SFconvertbot"), case .integer(let number)? = entry["num"],
                number > 0
            else { continue }
            return "refs/pr/\(number)"
        }
        return nil
    }
}

extension JSONValue {
    /// What `key` stands for in an object.
    subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }
}
