import Tensor

/// A model on its way into the cache.
final class HubDownload {
    private let hub: ModelHub
    private let cache: HubCache
    private let client: HubClient
    private let report: HubProgress

    init(_ hub: ModelHub, _ cache: HubCache, _ progress: ProgressHandler) throws(EncoderError) {
        self.hub = hub
        self.cache = cache
        let report = HubProgress("downloading \(cache.name.text)", progress)
        self.report = report
        client = try HubClient(hub, cache.name) { report.goesOn() }
    }

    /// - Parameters:
    ///   - wish: the revision that was asked for.
    func run(revision wish: String?, files: [String]?) throws(EncoderError) -> ModelSnapshot {
        var revision = wish ?? "main"
        var (commit, selection) = try look(revision)
        var remark: String?
        if wish == nil, files == nil, !selection.hasWeights, let other = try client.conversion(endpoint: hub.endpoint) {
            (commit, selection) = try look(other)
            remark = "main has no safetensors; these are those of the hub's conversion program, \(other)"
            revision = other
        }
        let wanted: [HubFile]
        if let files {
            wanted = try Self.named(files, in: selection)
        } else {
            guard selection.hasWeights else { throw selection.missingWeights }
            wanted = try selection.files { file throws(EncoderError) in
                self.report.total += file.size
                try self.get(file, commit)
                return try JSONValue(path: "\(self.cache.snapshot(commit))/\(file.path)")
            }
        }
        report.restart(total: wanted.reduce(0) { $0 + $1.size })
        try requireSpace(for: wanted, commit)
        for file in wanted { try get(file, commit) }
        try cache.remember(commit, for: revision)
        return ModelSnapshot(
            name: cache.name.text, directory: cache.snapshot(commit), revision: revision, commit: commit,
            files: wanted.map(\.path).sorted(), bytes: wanted.reduce(0) { $0 + $1.size },
            downloadedBytes: report.downloaded, remark: remark)
    }

    /// What a revision stands for, and its files.
    private func look(_ revision: String) throws(EncoderError) -> (commit: String, selection: HubSelection) {
        let commit =
            HubRevision.isCommit(revision) ? revision : try client.commit(of: revision, endpoint: hub.endpoint)
        // A commit never changes: its list need not be asked for again.
        if let listing = cache.listing(of: commit) { return (commit, HubSelection(listing: listing, name: cache.name)) }
        let listing = try client.listing(of: commit, endpoint: hub.endpoint)
        try cache.keep(listing, of: commit)
        return (commit, HubSelection(listing: listing, name: cache.name))
    }

    private static func named(_ files: [String], in selection: HubSelection) throws(EncoderError) -> [HubFile] {
        var result: [HubFile] = []
        for path in files {
            guard let file = selection.listing.file(path) else {
                let known = selection.listing.files.map(\.path).prefix(20).joined(separator: ", ")
                throw .modelUnavailable(
                    name: selection.name.text, reason: "it has no file \(quoted(path)); it has \(known)")
            }
            result.append(file)
        }
        return result
    }

    private func requireSpace(for files: [HubFile], _ commit: String) throws(EncoderError) {
        let missing = files.filter { !cache.has($0, in: commit) && FileSystem.size(cache.blob($0.blobName)) != $0.size }
        let needed = missing.reduce(0) { $0 + $1.size - (FileSystem.size(cache.incomplete($1.blobName)) ?? 0) }
        try FileSystem.makeDirectory(cache.folder)
        guard let free = FileSystem.free(cache.folder), free < needed else { return }
        throw .download(
            name: cache.name.text,
            reason: "\(MemoryEstimate("files", bytes: needed)) are to be downloaded, but only "
                + "\(MemoryEstimate("space", bytes: free)) are free in \(cache.cacheDirectory); free some, or set HF_HUB_CACHE"
        )
    }

    /// Brings one file into the snapshot.
    private func get(_ file: HubFile, _ commit: String) throws(EncoderError) {
        defer { report.finish(file.size) }
        if cache.has(file, in: commit) { return }
        let blob = cache.blob(file.blobName)
        try FileSystem.makeDirectory("\(cache.folder)/blobs")
        try FileSystem.makeDirectory(cache.locks)
        let lock = try HubLock("\(cache.locks)/\(file.blobName).lock") { () throws(EncoderError) in
            try client.wait(.milliseconds(100))
        }
        defer { withExtendedLifetime(lock) {} }
        if FileSystem.size(blob) != file.size {
            var start: Int?
            let report = report
            let content = try HubBlob(
                file, subject: "\(cache.name.text)/\(file.path)", path: blob,
                temporary: cache.incomplete(file.blobName)
            ) { report.advance($0) }
            start = content.position
            defer { report.downloaded += max(0, content.position - (start ?? 0)) }
            let address = "\(hub.endpoint)/\(cache.name.text)/resolve/\(commit)/\(HubPath.escaped(file.path))"
            try content.fetch(address, by: client)
        }
        try cache.link(file, in: commit)
    }
}

/// Bytes that are there, of all that are wanted.
final class HubProgress {
    private let stage: String
    private let handler: ProgressHandler
    /// The bytes of all files.
    var total = 0
    /// What came over the network.
    var downloaded = 0
    /// The bytes of files that are done with, and of the present one.
    private var finished = 0
    private var present = 0

    init(_ stage: String, _ handler: ProgressHandler) {
        self.stage = stage
        self.handler = handler
    }

    func restart(total: Int) {
        self.total = total
        (finished, present) = (0, 0)
    }

    func advance(_ bytes: Int) -> Bool {
        present = bytes
        return goesOn()
    }

    func finish(_ bytes: Int) {
        finished += bytes
        present = 0
    }

    func goesOn() -> Bool { handler.advance(stage, finished + present, of: total, unit: .bytes) }
}
