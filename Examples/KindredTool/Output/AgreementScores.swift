import Kindred

/// Scores of clusters against true groups, over the rows that have both. Noise is one more group.
struct AgreementScores {
    private let table: ContingencyTable
    private let measure: VMeasure
    private let groupCount: Int

    /// - Parameters:
    ///   - labels: the label of each row as it stands in its file; empty where there is none.
    ///   - truth: the true group of each row, likewise.
    /// - Returns: `nil` when no row has both.
    init?(_ labels: [String], truth: [String]) throws {
        let both = labels.indices.filter { !labels[$0].isEmpty && !truth[$0].isEmpty }
        guard !both.isEmpty else { return nil }
        let groups = NamedLabels(both.map { truth[$0] })
        groupCount = groups.names.count
        table = try ContingencyTable(
            NamedLabels(both.map { labels[$0] }).labels, groups.labels, noise: .ownGroup)
        measure = try VMeasure(table)
    }

    var text: [String] {
        [
            "against the truth    \(table.total) rows in \(groupCount) groups",
            "  NMI                \(table.normalizedMutualInformation().short)",
            "  ARI                \(table.adjustedRandIndex.short)",
            "  homogeneity        \(measure.homogeneity.short)",
            "  completeness       \(measure.completeness.short)",
            "  V-measure          \(measure.value.short)",
            "  purity             \(table.purity.short)",
        ]
    }

    var json: JSONValue {
        [
            "rows": .integer(table.total),
            "groups": .integer(groupCount),
            "nmi": .number(table.normalizedMutualInformation()),
            "ari": .number(table.adjustedRandIndex),
            "homogeneity": .number(measure.homogeneity),
            "completeness": .number(measure.completeness),
            "v_measure": .number(measure.value),
            "purity": .number(table.purity),
        ]
    }
}
