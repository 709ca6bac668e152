import Tensor

/// Where layers of bytes are kept from one process to the next.
///
/// The file's name is the digest of all that the layers are made of: the checkpoint's contents, the model's configuration
/// files, and which part of the model it is. Files that cannot be read or written are no errors: the layers are then made
/// anew.
package struct LayerCache {
    private let directory: String
    private let key: [UInt8]

    /// - Parameter part: what is asked of the checkpoint.
    /// - Returns: `nil` where nothing is to be kept.
    init?(_ weights: ModelWeights, _ part: String) {
        guard let directory = Self.directory({ Self.environment?[$0] ?? Environment.value(of: $0) }) else { return nil }
        self.directory = directory
        var digest = SHA256()
        digest.update(Array("layers of bytes, version \(StoredLayers.Head.version)\n\(part)\n".utf8))
        for name in ["config.json", "preprocessor_config.json"] {
            var content = SHA256()
            if let file = try? FileBytes(mapping: weights.directory + "/" + name) {
                file.withBytes { content.update($0) }
            }
            digest.update(content.bytes)
        }
        for file in weights.digests(rememberedIn: directory) { digest.update(Array(file.utf8)) }
        key = digest.bytes
    }

    /// What counts before the environment, for tests.
    @TaskLocal package static var environment: [String: String]?

    /// The directory that the environment names: `KINDRED_INT8_CACHE`, of which `0` means none; else `kindred/int8` in
    /// `XDG_CACHE_HOME`, or in `.cache` at home.
    package static func directory(_ environment: (String) -> String?) -> String? {
        func value(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        if let path = value("KINDRED_INT8_CACHE") { return path == "0" ? nil : path }
        let base = value("XDG_CACHE_HOME") ?? value("HOME").map { $0 + "/.cache" }
        return base.map { $0 + "/kindred/int8" }
    }

    var path: String { directory + "/" + SHA256.hexadecimal(key) + ".layers" }

    /// What was kept; `nil` where there is nothing, or something else.
    func read() -> StoredLayers? { StoredLayers(path: path, key: key) }

    /// Keeps layers, where that is possible.
    func write(_ layers: [LinearLayer]) {
        let parts = layers.compactMap(\.parts)
        guard parts.count == layers.count, (try? FileSystem.makeDirectory(directory)) != nil else { return }
        try? StoredLayers.write(parts, path: path, key: key)
    }
}
