/// A model in the cache.
public struct CachedModel: Sendable, Hashable {
    /// The model's name, `owner/name`.
    public let name: String
    /// Its branches and tags as they were last asked for, with their commits; commits that were asked for as such stand
    /// by themselves.
    public let revisions: [String: String]
    /// The bytes of all its contents, each counted once.
    public let bytes: Int
    /// When something of it was last added, in seconds since 1970.
    public let changed: Int
    /// The directory to load it from; `nil` when no revision is whole.
    public let directory: String?
}

extension ModelHub {
    /// The models in the cache, by name, whoever downloaded them.
    ///
    /// - Complexity: O(files in the cache).
    public func list() -> [CachedModel] {
        FileSystem.names(cacheDirectory).compactMap { folder in
            guard let name = HubName(folder: folder) else { return nil }
            let cache = HubCache(cacheDirectory: cacheDirectory, name: name)
            let commits = cache.commits
            guard !commits.isEmpty else { return nil }
            var revisions = Dictionary(cache.revisions.map { ($0.revision, $0.commit) }) { first, _ in first }
            for commit in commits where !revisions.values.contains(commit) { revisions[commit] = commit }
            // Files that two commits share are one content; where there are no links, each is its own.
            var seen: Set<[UInt64]> = []
            var (bytes, changed) = (0, 0)
            for commit in commits {
                for file in Self.files(below: cache.snapshot(commit)) {
                    let path = "\(cache.snapshot(commit))/\(file.path)"
                    guard let identity = FileSystem.identity(path), seen.insert(identity).inserted else { continue }
                    bytes += file.size
                    changed = max(changed, FileSystem.changed(path) ?? 0)
                }
            }
            return CachedModel(
                name: name.text, revisions: revisions, bytes: bytes, changed: changed,
                directory: try? cached(cache, revision: nil, files: nil, remark: nil).directory)
        }
    }
}
