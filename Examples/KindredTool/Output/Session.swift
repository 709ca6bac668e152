import Foundation
import Kindred

/// One run of a command: its progress, its remarks and its result.
///
/// ```swift
/// let session = Session(common)
/// try session.requireMemory(estimate, for: "k-means")
/// let model = try algorithm.fit(data, progress: session.progress)
/// try session.write("labels.csv") { try model.write(…) }
/// session.finish("8 clusters", json: ["clusters": 8])
/// ```
struct Session {
    private let options: CommonOptions
    private let bar: ProgressBar

    /// Sets the number of threads and starts to listen to Ctrl-C.
    init(_ options: CommonOptions) {
        self.options = options
        if let threads = options.threads { Parallelism.threadCount = threads }
        bar = ProgressBar(isQuiet: options.quiet)
        Interrupt.watch()
    }

    /// What is given to the library's long functions.
    var progress: ProgressHandler { bar.handler }

    /// A remark for people on standard error, unless they asked for quiet.
    func remark(_ text: String) {
        if options.quiet { return }
        bar.clear()
        StandardError.print("kindred: \(text)")
    }

    /// Says how much memory the work takes, and refuses what is above `--memory-limit`.
    ///
    /// What the process has in use already, a few tens of megabytes, is added.
    ///
    /// - Parameter estimate: data and working memory together.
    func requireMemory(_ estimate: MemoryEstimate, for work: String) throws {
        let estimate = estimate + MemoryEstimate("the program", bytes: PeakMemory.bytes)
        if let limit = options.memoryLimit, estimate.bytes > limit.bytes {
            throw ToolError.badData(
                "\(work) takes about \(estimate) of memory (\(estimate.breakdown)), more than --memory-limit \(limit); raise the limit, give fewer "
                    + "rows, or reduce the features first with `kindred reduce`")
        }
        remark("\(work) takes about \(estimate) of memory: \(estimate.breakdown)")
        let installed = ProcessInfo.processInfo.physicalMemory
        if estimate.bytes > installed {
            remark("warning: this machine has only \(MemorySize(bytes: Int(clamping: installed)))")
        }
    }

    /// Writes the file at `path` by `body`, unless the work was interrupted: whole or not at all, in place of a file
    /// that was there.
    func write(_ path: String, _ body: () throws -> Void) throws {
        try Interrupt.check()
        try ToolError.writing(path, body)
    }

    /// Prints something that happened while the work goes on, at once.
    func report(_ text: String, json: JSONValue) {
        finish(text, json: json)
        fflush(nil)
    }

    /// Prints the result.
    func finish(_ text: String, json: JSONValue) {
        bar.clear()
        print(options.json ? json.jsonText : text)
    }
}
