import ArgumentParser
import Kindred

/// `kindred models get`.
struct ModelsGetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Download a model.",
        discussion: """
            Downloaded is what is needed and not there yet: configuration, vocabulary and weights in safetensors, never \
            files that can hold code. A download that broke goes on where it ended; size and digest of each file are \
            checked.

            EXAMPLE
              kindred models get openai/clip-vit-base-patch32
              kindred models get openai/clip-vit-base-patch32 --revision refs/pr/66
            """)

    @Argument(help: ArgumentHelp("The model's name on the hub.", valueName: "owner/name"))
    var name: String

    @Option(help: ArgumentHelp("A branch, tag or commit (default: main).", valueName: "name"))
    var revision: String?

    @Option(
        name: .customLong("file"),
        help: ArgumentHelp("Get this file only; may be given several times.", valueName: "path"))
    var files: [String] = []

    @OptionGroup var common: CommonOptions

    func run() throws {
        let session = Session(common)
        let hub = ModelHub()
        let snapshot = try hub.get(
            name, revision: revision, files: files.isEmpty ? nil : files, progress: session.progress)
        if let remark = snapshot.remark { session.remark(remark) }
        let new =
            snapshot.downloadedBytes > 0
            ? "\(MemorySize(bytes: snapshot.downloadedBytes)) downloaded" : "all there already"
        session.finish(
            "\(snapshot.name) at \(snapshot.revision): \(counted(snapshot.files.count, "file")), "
                + "\(MemorySize(bytes: snapshot.bytes)), \(new)\n\(snapshot.directory)",
            json: [
                "name": .string(snapshot.name),
                "revision": .string(snapshot.revision),
                "commit": .string(snapshot.commit),
                "directory": .string(snapshot.directory),
                "files": .array(snapshot.files.map { .string($0) }),
                "bytes": .integer(snapshot.bytes),
                "downloaded_bytes": .integer(snapshot.downloadedBytes),
                "remark": snapshot.remark.map { .string($0) } ?? .null,
            ])
    }
}
