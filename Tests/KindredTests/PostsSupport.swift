import Foundation
import Testing

/// Files of a test, below one temporary directory.
struct TestFiles {
    let root: URL

    func path(_ name: String) -> String { root.path + "/" + name }

    /// Writes a file, and the directories above it where there are none.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let url = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return url.path
    }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

    func link(_ name: String, to destination: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: destination)
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }
}

/// The error that `body` throws, as text; empty when it throws none.
func message<R>(_ body: () throws -> R) -> String {
    do {
        _ = try body()
        return ""
    } catch {
        return "\(error)"
    }
}
