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

/// The tool at work.
struct RunningTool {
    let process: Process
    let output: URL
    let errors: URL

    /// What it has written to standard error so far.
    var errorText: String {
        get throws { String(decoding: try Data(contentsOf: errors), as: UTF8.self) }
    }

    /// What it has written to standard output so far.
    var outputText: String {
        get throws { String(decoding: try Data(contentsOf: output), as: UTF8.self) }
    }

    /// Waits for its end.
    func result() throws -> ToolRun {
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        return ToolRun(
            status: process.terminationStatus, output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: try errorText)
    }
}

/// A temporary directory in which the built tool is run.
struct Workspace {
    let directory: URL

    /// A built program, which lies beside the tests.
    static func program(_ name: String = "kindred") throws -> URL {
        let tests = try #require(Bundle.main.executableURL)
        return tests.resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent(name)
    }

    /// Calls `body` with a new workspace that is removed afterwards.
    static func with<R>(_ body: (Workspace) throws -> R) throws -> R {
        try withTemporaryDirectory { try body(Workspace(directory: $0)) }
    }

    func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    /// Starts the tool, or an example.
    func start(
        _ arguments: [String], of program: String = "kindred", environment: [String: String] = [:],
        input: FileHandle? = nil
    ) throws -> RunningTool {
        let tool = RunningTool(
            process: Process(), output: directory.appendingPathComponent("stdout-\(UUID().uuidString).log"),
            errors: directory.appendingPathComponent("stderr-\(UUID().uuidString).log"))
        tool.process.executableURL = try Self.program(program)
        tool.process.arguments = arguments
        tool.process.currentDirectoryURL = directory
        // Nothing is kept outside the workspace.
        let own = ["KINDRED_INT8_CACHE": path("int8-cache")]
        tool.process.environment = ProcessInfo.processInfo.environment.merging(own) { $1 }.merging(environment) { $1 }
        // Files, not pipes: a pipe that nobody reads would stop the tool.
        try Data().write(to: tool.output)
        try Data().write(to: tool.errors)
        tool.process.standardOutput = try FileHandle(forWritingTo: tool.output)
        tool.process.standardError = try FileHandle(forWritingTo: tool.errors)
        if let input { tool.process.standardInput = input }
        try tool.process.run()
        return tool
    }

    /// Runs the tool with arguments that stand apart by spaces.
    func run(_ arguments: String, environment: [String: String] = [:]) throws -> ToolRun {
        try run(arguments.split(separator: " ").map { String($0) }, environment: environment)
    }

    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> ToolRun {
        try start(arguments, environment: environment).result()
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
