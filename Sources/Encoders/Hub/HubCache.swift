import Tensor

/// The folder of one model in the cache.
///
/// ```
/// models--owner--name
///   blobs/<digest>                   contents, by SHA-256 or git's name
///   refs/main                        the commit that a branch or tag stood for when it was last asked for
///   snapshots/<commit>/config.json   links to contents
///   trees/<commit>.json              the list of a commit's files, with sizes and digests
/// ```
struct HubCache: Sendable {
    let cacheDirectory: String
    let name: HubName

    var folder: String { "\(cacheDirectory)/\(name.folder)" }
    var locks: String { "\(cacheDirectory)/.locks/\(name.folder)" }

    func snapshot(_ commit: String) -> String { "\(folder)/snapshots/\(commit)" }
    func blob(_ name: String) -> String { "\(folder)/blobs/\(name)" }
    /// Where the first bytes of a content wait for the rest. Python's client has called them so, too.
    func incomplete(_ name: String) -> String { blob(name) + ".incomplete" }

    // MARK: Revisions

    /// The commit that `revision` stands for as far as the cache knows.
    func commit(of revision: String) -> String? {
        if HubRevision.isCommit(revision) { return revision }
        guard HubRevision.isValid(revision), let text = FileSystem.text("\(folder)/refs/\(revision)", most: 256) else {
            return nil
        }
        let commit = String(text.filter { !$0.isWhitespace })
        return HubRevision.isCommit(commit) ? commit : nil
    }

    /// Remembers the commit that `revision` stands for.
    func remember(_ commit: String, for revision: String) throws(EncoderError) {
        // A cache that may only be read stays usable as long as nothing changes.
        guard revision != commit, self.commit(of: revision) != commit else { return }
        let directory = "\(folder)/refs"
        try FileSystem.makeDirectories(of: revision, below: directory)
        try FileSystem.write(commit, to: "\(directory)/\(revision)")
    }

    /// All revisions that are remembered, in order, with their commits.
    var revisions: [(revision: String, commit: String)] {
        var result: [(String, String)] = []
        var open = [""]
        while let prefix = open.popLast() {
            for name in FileSystem.names("\(folder)/refs/\(prefix)") {
                let path = prefix + name
                if FileSystem.isDirectory("\(folder)/refs/\(path)") {
                    // Names of references are short paths; deeper ones are something else.
                    if path.split(separator: "/").count < 8 { open.append(path + "/") }
                } else if let commit = commit(of: path), !HubRevision.isCommit(path) {
                    result.append((path, commit))
                }
            }
        }
        return result.sorted { $0.0 < $1.0 }
    }

    /// The commits of which there is anything.
    var commits: [String] { FileSystem.names("\(folder)/snapshots").filter(HubRevision.isCommit) }

    // MARK: Lists of files

    /// The list of a commit's files, where it was kept.
    func listing(of commit: String) -> HubListing? {
        let path = "\(folder)/trees/\(commit).json"
        guard FileSystem.size(path) != nil, let value = try? JSONValue(path: path),
            value["format_version"] == .integer(1), case .object(let members)? = value["files"]
        else { return nil }
        var files: [HubFile] = []
        for member in members {
            guard case .string(let gitName)? = member.value["blob_id"], case .integer(var size)? = member.value["size"]
            else { return nil }
            var sha256: String?
            if case .string(let digest)? = member.value["lfs_sha256"] {
                sha256 = digest
                if case .integer(let whole)? = member.value["lfs_size"] { size = whole }
            }
            files.append(HubFile(path: member.key, size: size, gitName: gitName, sha256: sha256))
        }
        return try? HubListing(files, source: path)
    }

    /// Keeps the list of a commit's files in the form in which Python's client keeps it.
    func keep(_ listing: HubListing, of commit: String) throws(EncoderError) {
        let files = listing.files.map { file in
            var entry: [JSONValue.Member] = [
                .init("size", .integer(file.size)), .init("blob_id", .string(file.gitName)),
            ]
            if let sha256 = file.sha256 {
                entry += [.init("lfs_sha256", .string(sha256)), .init("lfs_size", .integer(file.size))]
            }
            return JSONValue.Member(file.path, .object(entry))
        }
        try FileSystem.makeDirectory("\(folder)/trees")
        try FileSystem.write(
            JSONValue.object([.init("format_version", 1), .init("files", .object(files))]).jsonText,
            to: "\(folder)/trees/\(commit).json")
    }

    // MARK: Contents

    /// Whether a snapshot has this file, whole.
    func has(_ file: HubFile, in commit: String) -> Bool {
        FileSystem.size("\(snapshot(commit))/\(file.path)") == file.size
    }

    /// Gives a content its name in a snapshot.
    func link(_ file: HubFile, in commit: String) throws(EncoderError) {
        let directory = snapshot(commit)
        try FileSystem.makeDirectories(of: file.path, below: directory)
        let up = String(repeating: "../", count: file.path.split(separator: "/").count + 1)
        try FileSystem.link("\(up)blobs/\(file.blobName)", at: "\(directory)/\(file.path)")
    }
}
