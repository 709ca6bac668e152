import Foundation
import Kindred
import Testing
import _TestSupport

/// What came of running the tool.
struct ToolRun {
    let status: Int32
    let output: String
    let errors: String

    /// The one object that `--json` printed.
    func json() throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }
}

/// A temporary directory in which the built tool is run.
struct Workspace {
    let directory: URL

    /// The built program, which lies beside the tests.
    static var program: URL {
        get throws {
            let tests = try #require(Bundle.main.executableURL)
            return tests.resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("kindred")
        }
    }

    /// Calls `body` with a new workspace that is removed afterwards.
    static func with<R>(_ body: (Workspace) throws -> R) throws -> R {
        try withTemporaryDirectory { try body(Workspace(directory: $0)) }
    }

    func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    /// Starts the tool; `waitUntilExit` and ``result(of:)`` follow.
    func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Process {
        let process = Process()
        process.executableURL = try Self.program
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        // Files, not pipes: a pipe that nobody reads would stop the tool.
        process.standardOutput = try newFile("stdout-\(UUID().uuidString).log")
        process.standardError = try newFile("stderr-\(UUID().uuidString).log")
        try process.run()
        return process
    }

    /// Runs the tool with arguments that stand apart by spaces.
    func run(_ arguments: String, environment: [String: String] = [:]) throws -> ToolRun {
        try run(arguments.split(separator: " ").map { String($0) }, environment: environment)
    }

    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> ToolRun {
        try result(of: try start(arguments, environment: environment))
    }

    func result(of process: Process) throws -> ToolRun {
        process.waitUntilExit()
        func text(_ handle: Any?) throws -> String {
            let handle = try #require(handle as? FileHandle)
            try handle.seek(toOffset: 0)
            return String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
        }
        #expect(process.terminationReason == .exit)
        return ToolRun(
            status: process.terminationStatus, output: try text(process.standardOutput),
            errors: try text(process.standardError))
    }

    private func newFile(_ name: String) throws -> FileHandle {
        let url = directory.appendingPathComponent(name)
        try Data().write(to: url)
        return try FileHandle(forUpdating: url)
    }
}

extension Workspace {
    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: directory.appendingPathComponent(name))
    }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: directory.appendingPathComponent(name)) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    func table(_ name: String) throws -> Table { try Table(csv: path(name)) }

    func matrix(_ name: String) throws -> Matrix { try Matrix(npy: path(name)) }

    /// Three groups far apart, `x.npy` `[n × 8]`, and their names in `truth.csv`.
    func writeBlobs(count: Int = 40, centers: Int = 3, to name: String = "x.npy") throws {
        let (points, truth) = blobs(centers: centers, count: count, dimension: 8, spread: 40, seed: 5)
        try points.write(npy: path(name))
        try write("id,label\n" + truth.enumerated().map { "\($0),group \($1)\n" }.joined(), to: "truth.csv")
    }

    /// The words of the posts.
    static let themes = [
        ["snow", "mountain", "hiking", "ridge"], ["pasta", "tomato", "basil", "oven"],
        ["kitten", "paw", "fur", "purr"],
    ]

    /// Thirty texts about three things as `posts.csv`, row 4 without a text.
    func writePosts() throws {
        var random = RandomSource(seed: 3, stage: "posts")
        var lines = "id,text\n"
        for row in 0..<30 {
            let theme = Self.themes[row % 3]
            let words = (0..<5).map { _ in theme[random.integer(below: theme.count)] }.joined(separator: " ")
            lines += "post \(row),\"\(row == 4 ? "" : words)\"\n"
        }
        try write(lines, to: "posts.csv")
    }

    /// A picture of one colour, with a dark stripe, as JPEG.
    func writePicture(_ name: String, red: UInt8, green: UInt8, blue: UInt8) throws {
        let pixels = (0..<24 * 24).flatMap { (place: Int) -> [UInt8] in
            place % 24 < 4 ? [20, 20, 20] : [red, green, blue]
        }
        let image = Image(width: 24, height: 24, colorModel: .rgb, pixels: pixels)
        try Data(try image.jpegData()).write(to: directory.appendingPathComponent(name))
    }
}
