import ArgumentParser
import Foundation
import Kindred

/// The program `kindred`.
@main
struct KindredCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kindred",
        abstract: "Finds groups in pictures and texts.",
        discussion: """
            Vectors are .npy files, tables CSV or JSONL with a header. Results go to files and to standard output, \
            progress and remarks to standard error.

            EXAMPLE
              kindred embed texts --input posts.csv --text-column text --encoder tfidf \\
                  --output x.npy
              kindred cluster kmeans --input x.npy --n-clusters 8 --output labels.csv
              kindred topics --input posts.csv --text-column text --labels labels.csv \\
                  --output topics.jsonl

            EXIT STATUS
              0 done, 64 wrong command line, 65 bad data, 66 missing input, 70 internal failure, 130 interrupted
            """,
        version: KindredVersion.current,
        subcommands: subcommands)

    private static let subcommands: [any ParsableCommand.Type] = [
        RunCommand.self, EmbedCommand.self, FuseCommand.self, ReduceCommand.self, MapCommand.self,
        ClusterCommand.self, PredictCommand.self, StreamCommand.self, AlignCommand.self, EvaluateCommand.self,
        ChooseCommand.self, TopicsCommand.self, LabelCommand.self, ExplainCommand.self, SearchCommand.self,
        TokenizeCommand.self, NeighborsCommand.self, ModelsCommand.self, InfoCommand.self,
    ]

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            leave(with: error)
        }
    }

    /// Says in one line what went wrong and ends the process.
    private static func leave(with error: any Error) -> Never {
        if let error = ToolError(error) {
            StandardError.print("kindred: error: \(error)")
            Foundation.exit(error.status.rawValue)
        }
        let code = exitCode(for: error)
        // Help and version are no errors.
        if code.isSuccess { exit(withError: error) }
        if code == .validationFailure {
            let message = fullMessage(for: error)
            let prefix = "Error: "
            StandardError.print(
                "kindred: error: " + (message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message))
            Foundation.exit(ExitStatus.usage.rawValue)
        }
        StandardError.print("kindred: error: \(error)")
        Foundation.exit(ExitStatus.failure.rawValue)
    }
}
