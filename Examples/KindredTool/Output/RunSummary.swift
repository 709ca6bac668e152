import Foundation
import Kindred

/// What `kindred run` prints at its end.
struct RunSummary {
    let result: PipelineResult
    let files: [String]

    var text: String {
        ([rowLine, ""] + clusterTable + [""] + comparisonTable + [timeLine, "report: \(report)"]).joined(
            separator: "\n")
    }

    var json: JSONValue {
        let scores = result.scores.named.sorted { $0.key < $1.key }
        return .object([
            .init("rows", .integer(result.posts.count)),
            .init(
                "statuses",
                .object(statuses.map { .init($0.kind.rawValue, .integer($0.count)) })),
            .init("clusters", .integer(result.labels.clusterCount)),
            .init("sizes", .array(result.labels.sizes.map { .integer($0) })),
            .init("noise", .integer(result.labels.noiseCount)),
            .init("names", .array(result.labels.sizes.indices.map { .string(result.name(ofCluster: $0)) })),
            .init("scores", .object(scores.map { .init($0.key, .number($0.value)) })),
            .init("labels_digest", .string(result.digest)),
            .init("peak_memory_bytes", .integer(PeakMemory.bytes)),
            .init("files", .array(files.map { .string($0) })),
        ])
    }

    private var report: String { files.first { $0.hasSuffix("report.html") } ?? "" }

    private var statuses: [(kind: RowStatus.Kind, count: Int)] {
        let counts = result.posts.statusCounts
        return RowStatus.Kind.allCases.compactMap { kind in counts[kind].map { (kind, $0) } }
    }

    private var rowLine: String {
        let parts = statuses.map { "\($0.count) \($0.kind.rawValue)" }.joined(separator: ", ")
        let noise = result.labels.noiseCount
        return "\(result.posts.count) posts (\(parts)) in \(result.labels.clusterCount) clusters"
            + (noise > 0 ? ", \(noise) rows of noise" : "")
    }

    private var clusterTable: [String] {
        let heat = Dictionary(uniqueKeysWithValues: result.heat.map { ($0.label, $0) })
        let rows = result.labels.sizes.enumerated().map { cluster, size in
            [
                "\(cluster)", "\(size)", percent(heat[cluster]?.share), heat[cluster]?.isHot == true ? "hot" : "",
                result.name(ofCluster: cluster),
            ]
        }
        return TextTable(columns: ["cluster", "size", "share", "", "topic"], rows: rows, leftAligned: [3, 4]).lines
    }

    private var comparisonTable: [String] {
        let labels = result.labels
        let whole = Report.Ablation(
            name: "all", clusterCount: labels.clusterCount,
            noiseShare: Double(labels.noiseCount) / Double(max(1, labels.count)), scores: result.scores)
        let entries = result.comparison.isEmpty ? [whole] : result.comparison
        let hasNoise = entries.contains { $0.noiseShare > 0 }
        let hasTruth = entries.contains { $0.scores.normalizedMutualInformation != nil }
        let rows = entries.map { entry in
            [entry.name, "\(entry.clusterCount)"] + (hasNoise ? [percent(entry.noiseShare)] : [])
                + [number(entry.scores.silhouette), number(entry.scores.daviesBouldin)]
                + (hasTruth
                    ? [number(entry.scores.normalizedMutualInformation), number(entry.scores.adjustedRandIndex)] : [])
        }
        let columns =
            ["grouped by", "clusters"] + (hasNoise ? ["noise"] : []) + ["silhouette", "Davies–Bouldin"]
            + (hasTruth ? ["NMI", "ARI"] : [])
        return TextTable(columns: columns, rows: rows, leftAligned: [0]).lines + [""]
    }

    private var timeLine: String {
        let seconds = result.timings.reduce(0) { $0 + $1.seconds }
        return "\(String(format: "%.1f", seconds)) s, \(MemorySize(bytes: PeakMemory.bytes)) at most"
    }

    private func number(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "–" }
    private func percent(_ share: Double?) -> String { share.map { String(format: "%.1f %%", $0 * 100) } ?? "" }
}

/// Lines of text with columns under each other.
struct TextTable {
    let columns: [String]
    let rows: [[String]]
    /// The columns that are aligned to the left; the others are to the right.
    let leftAligned: Set<Int>

    var lines: [String] {
        let widths = columns.indices.map { column in ([columns] + rows).map { $0[column].count }.max() ?? 0 }
        return ([columns] + rows).map { cells in
            let padded = cells.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return leftAligned.contains(column) ? cell + padding : padding + cell
            }
            let line = padded.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
