import ArgumentParser

/// The options that all commands have.
struct CommonOptions: ParsableArguments {
    @Option(
        name: [.long, .customLong("random-state")],
        help: "Names the random numbers: the same seed gives the same result.")
    var seed: UInt64 = 0

    @Option(
        help: ArgumentHelp(
            "How many threads to use (default: one for each processor). It changes no result.", valueName: "count"))
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Refuse, with exit status 65, work that is estimated to take more memory: 2GB, 512MB.", valueName: "size"))
    var memoryLimit: MemorySize?

    @Flag(help: "Show no progress and no remarks.")
    var quiet = false

    @Flag(help: "Print one JSON object on standard output instead of text.")
    var json = false

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); it must be at least 1") }
    }
}
