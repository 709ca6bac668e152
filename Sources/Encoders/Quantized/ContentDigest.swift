import Tensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The SHA-256 of large files, which takes longer than all else that is done with weights that were kept.
///
/// Digests are remembered for what the system knows files by, as git does it: a file that was not changed is not read
/// again.
package struct ContentDigest {
    /// Where digests are remembered.
    let directory: String
    /// How many seconds ago a file must have been changed for its digest to be remembered.
    let settled: Int

    package init(directory: String, settled: Int = 3) { (self.directory, self.settled) = (directory, settled) }

    /// The digest of a file, in hexadecimal digits: its name where it lies in the hub's cache, which names files so.
    package func digest(of file: MemoryMap) -> String {
        if let name = Self.nameInHub(file.path) { return name }
        let path = directory + "/" + name(of: file) + ".digest"
        if let known = FileSystem.text(path, most: 64), Self.isDigest(known) { return known }
        var digest = SHA256()
        digest.update(file.bytes)
        // What was changed meanwhile, or may have been changed since without a trace, is read again the next time.
        if FileIdentity(path: file.path) == file.identity, time(nil) - file.identity.changed >= settled,
            (try? FileSystem.makeDirectory(directory)) != nil
        {
            try? FileSystem.write(digest.hexadecimal, to: path)
        }
        return digest.hexadecimal
    }

    private func name(of file: MemoryMap) -> String {
        var digest = SHA256()
        digest.update(Array("\(file.path)\n\(file.identity.numbers)".utf8))
        return digest.hexadecimal
    }

    private static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.allSatisfy { "0123456789abcdef".contains($0) }
    }

    /// The name of the content that a link leads to, where that lies in the hub's cache and is named by its SHA-256.
    private static func nameInHub(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        let parts = String(cString: resolved).split(separator: "/").suffix(2).map(String.init)
        return parts.count == 2 && parts[0] == "blobs" && isDigest(parts[1]) ? parts[1] : nil
    }
}
