import ArgumentParser
import Foundation
import Kindred

/// `kindred align`: clusters are called what they were called before.
struct AlignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "align",
        abstract: "Carry the numbers of clusters over from earlier labels, and tell what changed.",
        discussion: """
            Rows are matched by id; either file may have rows that the other lacks. Each earlier cluster hands its number to at \
            most one of now, such that as many rows as possible keep theirs. Other clusters get numbers that were never given: \
            hand the next_id that is printed to --next-id the next time.

            EXAMPLE
              kindred align --labels friday.csv --previous monday.csv --output labels.csv
              kindred align --labels friday.csv --previous monday.csv --next-id 14 --json \\
                  --output labels.csv
            """)

    @Option(help: ArgumentHelp("The labels of now: a CSV file with the columns id and label.", valueName: "labels.csv"))
    var labels: String

    @Option(help: ArgumentHelp("The labels of before.", valueName: "previous.csv"))
    var previous: String

    @Option(help: ArgumentHelp("The labels of now, by the numbers of before.", valueName: "aligned.csv"))
    var output: OutputPath

    @Option(help: "The first number that was never given (default: one more than the highest of before).")
    var nextId: Int?

    @Option(help: "A cluster with at least this share of an earlier one's rows is what became of it, from 0.5 to 1.")
    var matchShare = 0.5

    @Option(help: "Clusters may share a number, too, from this share of the rows in both among those in either.")
    var minimumOverlap = 0.25

    @Option(help: "The least share of an earlier cluster's rows that makes a part in a split.")
    var splitShare = 0.2

    @Flag(help: "Give new clusters the numbers of those that are gone.")
    var reuseIds = false

    @OptionGroup var common: CommonOptions

    func run() throws {
        let session = Session(common)
        try output.check()
        let now = try NumberedLabels(labels)
        let before = try NumberedLabels(previous)
        let aligner = ClusterAligner(
            matchShare: matchShare, minimumOverlap: minimumOverlap, splitShare: splitShare, reusesIDs: reuseIds)
        let alignment = try aligner.align(
            now.labels, rows: now.rowIDs, to: before.labels, rows: before.rowIDs, nextID: nextId)
        try session.write(output.path) {
            try LabelsFile.write(alignment.labels, of: now.rows, ids: now.ids, to: output.path)
        }
        session.finish(text(alignment), json: json(alignment))
    }

    private func text(_ alignment: ClusterAlignment) -> String {
        let changes = alignment.changes
        func parts(_ overlaps: [ClusterChanges.Overlap], _ id: (ClusterChanges.Overlap) -> Int) -> String {
            overlaps.map { "\(id($0)) (\(counted($0.rowCount, "row")), \(Percentage($0.shareOfPrevious)))" }
                .joined(separator: ", ")
        }
        var lines = [
            "\(counted(changes.survivals.count, "cluster")) kept, "
                + "\(Percentage(changes.churn)) of \(counted(changes.sharedRowCount, "row")) changed their cluster"
        ]
        lines += changes.births.map { "\($0.id) is new, with \(counted($0.rowCount, "row"))" }
        lines += changes.deaths.map { "\($0.id) is gone, with \(counted($0.rowCount, "row"))" }
        lines += changes.splits.map { "\($0.id) split into \(parts($0.parts) { $0.current })" }
        lines += changes.merges.map { "\($0.id) came of \(parts($0.parts) { $0.previous })" }
        return (lines + ["next id \(alignment.nextID)", "labels in \(output)"]).joined(separator: "\n")
    }

    private func json(_ alignment: ClusterAlignment) -> JSONValue {
        func overlap(_ overlap: ClusterChanges.Overlap) -> JSONValue {
            [
                "previous": .integer(overlap.previous), "current": .integer(overlap.current),
                "rows": .integer(overlap.rowCount), "share_of_previous": .number(overlap.shareOfPrevious),
                "share_of_current": .number(overlap.shareOfCurrent),
            ]
        }
        let changes = alignment.changes
        return [
            "rows": .integer(alignment.labels.count), "shared_rows": .integer(changes.sharedRowCount),
            "churn": .number(changes.churn), "next_id": .integer(alignment.nextID),
            "survivals": .array(changes.survivals.map { overlap($0) }),
            "births": .array(
                changes.births.map {
                    [
                        "id": .integer($0.id), "rows": .integer($0.rowCount), "new_rows": .integer($0.newRowCount),
                        "former_noise": .integer($0.formerNoiseCount),
                    ]
                }),
            "deaths": .array(
                changes.deaths.map {
                    [
                        "id": .integer($0.id), "rows": .integer($0.rowCount), "gone_rows": .integer($0.goneRowCount),
                        "noise": .integer($0.noiseCount),
                    ]
                }),
            "merges": .array(
                changes.merges.map {
                    [
                        "id": .integer($0.id), "rows": .integer($0.rowCount),
                        "parts": .array($0.parts.map { overlap($0) }),
                    ]
                }),
            "splits": .array(
                changes.splits.map {
                    [
                        "id": .integer($0.id), "rows": .integer($0.rowCount),
                        "parts": .array($0.parts.map { overlap($0) }),
                    ]
                }),
            "output": .string(output.path),
        ]
    }
}

/// The rows of a file that have a label, which must be a number.
private struct NumberedLabels {
    let ids: [String]
    /// The rows that have a label, ascending.
    let rows: [Int]
    let labels: ClusterLabels

    var rowIDs: [String] { rows.map { ids[$0] } }

    init(_ path: String) throws {
        let file = try LabelsFile(path)
        ids = file.ids
        rows = file.fields.indices.filter { !file.fields[$0].isEmpty }
        labels = ClusterLabels(
            try rows.map { row -> Int32 in
                guard let label = Int32(file.fields[row]), label < 1 << 24 else {
                    throw ToolError.badData(
                        "\(path): the label of row \"\(file.ids[row])\" is \"\(file.fields[row])\"; it must be a number below "
                            + "\(1 << 24), or -1 for noise")
                }
                return label
            })
        var seen: [String: Int] = [:]
        for row in rows {
            if let first = seen.updateValue(row, forKey: ids[row]) {
                throw KindredError.duplicateID(path: path, id: ids[row], firstRow: first + 1, secondRow: row + 1)
            }
        }
    }
}
