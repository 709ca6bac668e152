/// The numbers at the top of the page.
struct OverviewView {
    struct Tile {
        let label: String
        let value: String
        let note: String
    }
    struct TileLine {
        let tiles: [Tile]
    }
    /// A piece of a stacked bar.
    struct Segment {
        let width: String
        let color: String
        let label: String
        let href: [String]
    }
    struct Column {
        let label: String
        let hint: String
    }
    struct Cell {
        let label: String
        let value: String
        let best: Bool
    }
    struct Line {
        let label: String
        let cells: [Cell]
    }
    struct Table {
        let columns: [Column]
        let lines: [Line]
        let silhouetteNote: Bool
    }

    let tileLines: [TileLine]
    let hasRows: Bool
    let segments: [Segment]
    let statuses: [Segment]
    let ablation: [Table]

    init(_ contents: ReportContents) {
        tileLines = [Self.facts(contents), Self.scores(contents.report.scores)].filter { !$0.isEmpty }
            .map { TileLine(tiles: $0) }
        hasRows = !contents.report.rows.isEmpty
        segments = Self.segments(contents)
        statuses = contents.statuses.map { status, count in
            let share = contents.report.rows.isEmpty ? 0 : Double(count) / Double(contents.report.rows.count)
            return Segment(
                width: ReportFormat.style(100 * share), color: Self.color(of: status),
                label: "\(status.title): \(ReportFormat.count(count)) (\(ReportFormat.percent(share)))", href: [])
        }
        ablation = contents.report.ablation.isEmpty ? [] : [Self.table(contents.report.ablation)]
    }

    private static func color(of status: Report.Status) -> String {
        switch status {
        case .ok: "var(--good)"
        case .missingImage, .missingText: "var(--k5)"
        case .empty: "var(--noise)"
        default: "var(--bad)"
        }
    }

    private static func facts(_ contents: ReportContents) -> [Tile] {
        let report = contents.report
        let okCount = contents.statuses.first { $0.status == .ok }?.count ?? 0
        let hot = report.clusters.count(where: \.isHot)
        var tiles = [
            Tile(
                label: "Rows", value: ReportFormat.count(report.rows.count),
                note: okCount == report.rows.count
                    ? "all read in full" : "\(ReportFormat.count(report.rows.count - okCount)) with a problem"),
            Tile(
                label: "Clusters", value: ReportFormat.count(report.clusters.count),
                note: hot == 0 ? "none hot" : "\(hot) hot"),
            Tile(
                label: "Noise", value: ReportFormat.percent(contents.share(contents.noiseCount)),
                note: ReportFormat.count(contents.noiseCount, "row")),
        ]
        let timings = report.run.timings.map(\.seconds).filter { $0.isFinite && $0 >= 0 }
        if let longest = timings.max() {
            let stage = report.run.timings.first { $0.seconds == longest }?.stage ?? ""
            tiles.append(
                Tile(
                    label: "Time", value: ReportFormat.duration(timings.reduce(0, +)),
                    note: "\(ReportFormat.duration(longest)) of it: \(stage)"))
        }
        if let memory = report.run.peakMemoryBytes {
            tiles.append(Tile(label: "Memory", value: ReportFormat.bytes(memory), note: "at most"))
        }
        return tiles
    }

    private static func scores(_ scores: Report.Scores) -> [Tile] {
        var tiles: [Tile] = []
        func add(_ label: String, _ value: Double?, _ digits: Int, _ note: String) {
            if let value { tiles.append(Tile(label: label, value: ReportFormat.decimal(value, digits), note: note)) }
        }
        add("Silhouette", scores.silhouette, 3, "−1…1, more is better")
        add("Davies–Bouldin", scores.daviesBouldin, 2, "less is better")
        add("Calinski–Harabasz", scores.calinskiHarabasz, 0, "more is better")
        add("NMI", scores.normalizedMutualInformation, 3, "against the truth, 0…1")
        add("ARI", scores.adjustedRandIndex, 3, "beyond chance, up to 1")
        return tiles
    }

    private static func segments(_ contents: ReportContents) -> [Segment] {
        var segments = contents.report.clusters.indices.map { cluster in
            let share = contents.share(contents.sizes[cluster])
            return Segment(
                width: ReportFormat.style(100 * share), color: "var(--k\(cluster))",
                label: "\(contents.name(cluster)): \(ReportFormat.count(contents.sizes[cluster], "row")), "
                    + ReportFormat.percent(share), href: ["#cluster-\(cluster)"])
        }
        if contents.noiseCount > 0 {
            let share = contents.share(contents.noiseCount)
            segments.append(
                Segment(
                    width: ReportFormat.style(100 * share), color: "var(--noise)",
                    label: "Noise: \(ReportFormat.count(contents.noiseCount, "row")), \(ReportFormat.percent(share))",
                    href: ["#noise"]))
        }
        return segments
    }

    /// Only scores have a best: fewer clusters or less noise is no merit in itself.
    private static func table(_ lines: [Report.Ablation]) -> Table {
        typealias Score = (
            label: String, hint: String, digits: Int, value: KeyPath<Report.Scores, Double?>, sign: Double
        )
        let all: [Score] = [
            ("Silhouette", "−1…1, more is better", 3, \.silhouette, 1),
            ("Davies–Bouldin", "less is better", 2, \.daviesBouldin, -1),
            ("Calinski–Harabasz", "more is better", 0, \.calinskiHarabasz, 1),
            ("NMI", "agreement with the truth, more is better", 3, \.normalizedMutualInformation, 1),
            ("ARI", "agreement with the truth beyond chance, more is better", 3, \.adjustedRandIndex, 1),
        ]
        let scores = all.filter { score in lines.contains { $0.scores[keyPath: score.value] != nil } }
        let best = scores.map { score in
            lines.compactMap { $0.scores[keyPath: score.value] }.filter(\.isFinite).map { $0 * score.sign }.max()
        }
        return Table(
            columns: [Column(label: "Clusters", hint: ""), Column(label: "Noise", hint: "share of the rows")]
                + scores.map { Column(label: $0.label, hint: $0.hint) },
            lines: lines.map { line in
                Line(
                    label: line.name,
                    cells: [
                        Cell(label: "Clusters", value: ReportFormat.count(line.clusterCount), best: false),
                        Cell(label: "Noise", value: ReportFormat.percent(line.noiseShare), best: false),
                    ]
                        + zip(scores, best).map { score, best in
                            let value = line.scores[keyPath: score.value]
                            return Cell(
                                label: score.label, value: value.map { ReportFormat.decimal($0, score.digits) } ?? "–",
                                best: lines.count > 1 && value != nil && value.map { $0 * score.sign } == best)
                        })
            },
            silhouetteNote: scores.contains { $0.label == "Silhouette" })
    }
}
