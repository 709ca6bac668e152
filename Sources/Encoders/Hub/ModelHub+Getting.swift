import Tensor

/// A model as it lies in the cache.
public struct ModelSnapshot: Sendable, Hashable {
    /// The model's name.
    public let name: String
    /// The directory to load it from.
    public let directory: String
    /// The branch, tag or commit that was asked for, or chosen.
    public let revision: String
    /// The commit that it stands for.
    public let commit: String
    /// The files that are needed, by their paths in the directory.
    public let files: [String]
    /// The bytes of these files.
    public let bytes: Int
    /// The bytes that came over the network.
    public let downloadedBytes: Int
    /// What should be known besides, such as that the hub was out of reach; `nil` for nothing.
    public let remark: String?
}

extension ModelHub {
    /// Gets a model: what is not in the cache yet is downloaded.
    ///
    /// Wanted are configuration, vocabulary and weights in safetensors, by `modules.json` also those of further modules;
    /// never a file that can hold code. A download that broke goes on where it ended, also in another process. Each file
    /// appears under its name only when its size and its digest (SHA-256, or git's SHA-1 for small files) are those that
    /// the hub lists. Processes that want the same file wait for each other.
    ///
    /// Without the network (``isOffline``) it answers what is in the cache. So it does when the hub cannot be reached,
    /// with a remark.
    ///
    /// - Parameters:
    ///   - name: the model's name, `owner/name`.
    ///   - revision: a branch, tag or commit. By default `main`; where that has no safetensors but the hub's own
    ///     conversion program offers some, these.
    ///   - files: paths of the files to get in place of those that are wanted.
    ///   - progress: told how many bytes are there of how many.
    /// - Throws: ``EncoderError/modelUnavailable(name:reason:)`` when there is no such model, or it may not be read;
    ///   ``EncoderError/download(name:reason:)`` when the network or the disk failed; ``EncoderError/file(path:reason:)``
    ///   when what the hub sent is not what it lists; ``EncoderError/cancelled``.
    public func get(
        _ name: String, revision: String? = nil, files: [String]? = nil, progress: ProgressHandler = .none
    ) throws(EncoderError) -> ModelSnapshot {
        let hubName = try HubName(checking: name)
        if let revision, !HubRevision.isValid(revision) {
            throw .parameter(name: "revision", value: quoted(revision), valid: "the name of a branch, tag or commit")
        }
        let cache = HubCache(cacheDirectory: cacheDirectory, name: hubName)
        if isOffline { return try cached(cache, revision: revision, files: files, remark: nil) }
        do throws(EncoderError) {
            return try HubDownload(self, cache, progress).run(revision: revision, files: files)
        } catch {
            guard case .download(_, let reason) = error,
                let snapshot = try? cached(
                    cache, revision: revision, files: files,
                    remark: "the hub could not be asked for changes (\(reason)); this is the copy in the cache")
            else { throw error }
            return snapshot
        }
    }

    /// The directory of a model, without the network.
    ///
    /// - Parameters:
    ///   - nameOrDirectory: a directory, or the name of a model that is in the cache. A directory comes first.
    ///   - revision: a branch, tag or commit. By default `main` or, where that has no safetensors, the revision with
    ///     those of the hub's conversion program.
    /// - Throws: ``EncoderError/modelUnavailable(name:reason:)`` when there is neither; the error says what to do.
    public func resolve(_ nameOrDirectory: String, revision: String? = nil) throws(EncoderError) -> String {
        if FileSystem.isDirectory(nameOrDirectory) { return nameOrDirectory }
        let cache = HubCache(cacheDirectory: cacheDirectory, name: try HubName(checking: nameOrDirectory))
        return try cached(cache, revision: revision, files: nil, remark: nil).directory
    }

    /// What the cache has of a model.
    func cached(
        _ cache: HubCache, revision: String?, files: [String]?, remark: String?
    ) throws(EncoderError) -> ModelSnapshot {
        // A conversion is looked for only where nobody asked for something else.
        let candidates =
            revision.map { [$0] } ?? ["main"]
            + cache.revisions.map(\.revision).filter {
                $0.hasPrefix("refs/pr/")
            }
        var missing: String?
        for candidate in candidates {
            guard let commit = cache.commit(of: candidate) else { continue }
            let directory = cache.snapshot(commit)
            guard FileSystem.isDirectory(directory) else { continue }
            let lacking =
                files.map { $0.first { FileSystem.size("\(directory)/\($0)") == nil } }
                ?? HubSelection.missingFile(in: directory)
            if let lacking {
                missing = missing ?? lacking
                continue
            }
            let names = files ?? Self.files(below: directory).map(\.path)
            return ModelSnapshot(
                name: cache.name.text, directory: directory, revision: candidate, commit: commit, files: names,
                bytes: names.reduce(0) { $0 + (FileSystem.size("\(directory)/\($1)") ?? 0) }, downloadedBytes: 0,
                remark: remark)
        }
        let state =
            missing.map { "the copy in \(cache.folder) lacks \(quoted($0))" }
            ?? "it is neither a directory nor in \(cacheDirectory)"
        let command = "kindred models get \(cache.name.text)" + (revision.map { " --revision \($0)" } ?? "")
        throw .modelUnavailable(
            name: cache.name.text,
            reason: state + (isOffline ? ", and the network must not be used (HF_HUB_OFFLINE)" : "")
                + "; get it with: \(command)")
    }

    /// The files below a directory with their sizes, in order of their paths; links to files count as files, those to
    /// directories are not followed.
    static func files(below directory: String) -> [(path: String, size: Int)] {
        var result: [(path: String, size: Int)] = []
        var open = [""]
        while let prefix = open.popLast(), result.count < HubListing.mostFiles {
            for entry in (try? Directory.entries(of: "\(directory)/\(prefix)")) ?? [] {
                guard let name = String(validating: entry.name, as: UTF8.self) else { continue }
                let path = prefix + name
                if let size = FileSystem.size("\(directory)/\(path)") {
                    result.append((path, size))
                } else if entry.kind == .directory, !entry.isLink, path.split(separator: "/").count < 8 {
                    open.append(path + "/")
                }
            }
        }
        return result.sorted { $0.path < $1.path }
    }
}

extension HubName {
    /// - Throws: ``EncoderError/modelUnavailable(name:reason:)`` for what is no name.
    init(checking text: String) throws(EncoderError) {
        guard let name = HubName(text) else {
            throw .modelUnavailable(
                name: quoted(text),
                reason:
                    "there is no such directory, and a model on the hub is called owner/name, with letters, digits, "
                    + "-, _ and . only")
        }
        self = name
    }
}
