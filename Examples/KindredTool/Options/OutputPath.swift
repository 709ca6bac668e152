import ArgumentParser
import Foundation

/// The path of a file that a command writes. It is looked at before work starts, so that nobody waits for nothing.
struct OutputPath: ExpressibleByArgument, CustomStringConvertible {
    let path: String

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        path = argument
    }

    var description: String { path }

    /// Throws when no file can be made here.
    ///
    /// - Parameter option: the option that named it.
    func check(_ option: String = "--output") throws {
        var isDirectory: ObjCBool = false
        let manager = FileManager.default
        if manager.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
            throw ToolError.usage("\(option) \(path) is a directory; give the name of a file")
        }
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard manager.fileExists(atPath: parent, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw ToolError.usage("\(option) \(path): there is no directory \(parent); make it first")
        }
        guard manager.isWritableFile(atPath: parent) || manager.isWritableFile(atPath: path) else {
            throw ToolError.usage("\(option) \(path): the directory \(parent) may not be written to")
        }
    }

    /// Makes a directory for files to come, before the work, so that nobody waits for nothing.
    static func makeDirectory(_ path: String, _ option: String = "--output") throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw ToolError.usage("\(option) \(path): the directory cannot be made: \(error.localizedDescription)")
        }
        guard FileManager.default.isWritableFile(atPath: path) else {
            throw ToolError.usage("\(option) \(path): the directory may not be written to")
        }
    }
}
