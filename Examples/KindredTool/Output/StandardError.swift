import Foundation

/// Where progress, remarks and errors go.
enum StandardError {
    /// Writes `text` and `end`; what cannot be written is lost.
    static func print(_ text: String, end: String = "\n") {
        try? FileHandle.standardError.write(contentsOf: Data((text + end).utf8))
    }

    /// Whether someone is watching.
    static var isTerminal: Bool { isatty(FileHandle.standardError.fileDescriptor) != 0 }
}
