import Tensor

/// A model's name on the hub, `owner/name` or, for some old ones, `name` alone.
struct HubName: Sendable, Hashable {
    let text: String

    /// The name, unless the hub would have no model of this name.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy(Self.isPart), !text.contains("--"), !text.contains("..") else {
            return nil
        }
        self.text = text
    }

    /// The name of the model that is kept in a folder; `nil` for a folder of something else.
    init?(folder: String) {
        let prefix = "models--"
        guard folder.hasPrefix(prefix) else { return nil }
        let parts = folder.dropFirst(prefix.count).split(separator: "--", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return nil }
        self.init(parts.joined(separator: "/"))
    }

    /// The folder of the cache that the model is kept in.
    var folder: String { "models--" + text.split(separator: "/").joined(separator: "--") }

    private static func isPart(_ part: Substring) -> Bool {
        let bytes = part.utf8
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 96 else { return false }
        func isLetter(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return isLetter(first) && isLetter(last) && !part.hasSuffix(".git")
            && bytes.allSatisfy { isLetter($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }
}

/// A branch, a tag or a commit of a model.
enum HubRevision {
    /// Whether `text` can name one, and can be a path below the directory of references.
    static func isValid(_ text: String) -> Bool { HubPath.isSafe(text) && !text.hasSuffix(".lock") }

    /// Whether `text` is the whole name of a commit.
    static func isCommit(_ text: String) -> Bool { isHexadecimal(text, count: 40) }

    /// Whether `text` is so many hexadecimal digits in lower case.
    static func isHexadecimal(_ text: String, count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}

/// Paths that come from a server.
enum HubPath {
    /// Whether `path`, put behind a directory's, leads to somewhere below that directory on every system.
    static func isSafe(_ path: String) -> Bool {
        guard !path.isEmpty, path.utf8.count <= 1024 else { return false }
        return path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part != "." && part != ".." && part.utf8.count <= 255
                && part.utf8.allSatisfy {
                    $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: ":")
                }
        }
    }

    /// The path as it stands in an address, with a slash escaped too where it does not part directories.
    static func escaped(_ path: String, keepingSlashes: Bool = true) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                result.append(byte)
            case UInt8(ascii: "/") where keepingSlashes: result.append(byte)
            default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
