import Kindred

/// What the tool says when it cannot do what is asked, in one line, and how it then ends.
struct ToolError: Error, Equatable, CustomStringConvertible {
    let status: ExitStatus
    let description: String

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }

    /// The command line asks for something that cannot be.
    static func usage(_ message: String) -> ToolError { ToolError(.usage, message) }
    /// The data is not what is needed.
    static func badData(_ message: String) -> ToolError { ToolError(.badData, message) }
    /// The work was stopped by Ctrl-C.
    static let interrupted = ToolError(.interrupted, "interrupted; unfinished files were not written")

    /// Runs `body`, in which only `path` is written: what fails there is no missing input.
    static func writing<R>(_ path: String, _ body: () throws -> R) throws -> R {
        do {
            return try body()
        } catch TensorError.file(_, let reason), KindredError.file(_, let reason) {
            throw ToolError(.failure, "\(path) cannot be written: \(reason)")
        }
    }
}
