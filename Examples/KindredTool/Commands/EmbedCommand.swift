import ArgumentParser
import Kindred

/// `kindred embed`: pictures or texts become vectors.
struct EmbedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed",
        abstract: "Turn pictures or texts into vectors.",
        discussion: """
            Every row of the input has a row in the output. Rows without a usable picture or text are rows of zeros; the \
            .rows.csv beside the output lists the id, the status and the reason of each row.

            EXAMPLE
              kindred embed images --input pictures --encoder classical \\
                  --output images.npy
              kindred embed texts --input posts.csv --text-column text --encoder tfidf \\
                  --output texts.npy
            """,
        subcommands: [EmbedImagesCommand.self, EmbedTextsCommand.self])
}

extension Session {
    /// Says which rows hold nothing, the first few with their reasons.
    func remark(onAbsentRowsOf sheet: RowSheet, in path: String) {
        let absent = sheet.statuses.indices.filter { sheet.statuses[$0].kind != .ok }
        guard !absent.isEmpty else { return }
        remark(
            "\(absent.count) of \(counted(sheet.ids.count, "row")) without content, left zero and listed in \(path):")
        for row in absent.prefix(5) { remark("  \(sheet.ids[row]): \(sheet.statuses[row])") }
    }
}

extension RowSheet {
    /// How many rows have each status, by the names of the statuses.
    var json: JSONValue {
        .object(
            RowStatus.Kind.allCases.compactMap { kind in
                let count = statuses.count { $0.kind == kind }
                return count > 0 || kind == .ok ? .init(kind.rawValue, .integer(count)) : nil
            })
    }
}
