/// The rows that could not be read in full.
struct ProblemsView {
    struct Line {
        let id: String
        let status: String
        let reason: String
        let assignment: String
    }

    let count: String
    let lines: [Line]
    let more: [String]

    /// - Returns: `nil` when all rows are fine.
    init?(_ contents: ReportContents) {
        let rows = contents.report.rows.filter { $0.status != .ok }
        guard !rows.isEmpty else { return nil }
        let shown = rows.prefix(100)
        count = ReportFormat.count(rows.count, "row")
        lines = shown.map { row in
            let assignment =
                switch row.assignment {
                case .cluster(let cluster): contents.name(cluster)
                case .noise: "Noise"
                case .leftOut: "left out"
                }
            return Line(id: row.id, status: row.status.title, reason: row.reason ?? "–", assignment: assignment)
        }
        more = rows.count > shown.count ? [ReportFormat.count(rows.count - shown.count)] : []
    }
}

/// How the run was made.
struct AboutView {
    struct Stage {
        let name: String
        let duration: String
        let width: String
    }
    struct Fact {
        let name: String
        let value: String
        let isCode: Bool
    }

    let facts: [Fact]
    let hasFacts: Bool
    let parameters: [Fact]
    let hasParameters: Bool
    let command: [String]
    let stages: [Stage]
    let hasStages: Bool
    let total: String

    /// - Returns: `nil` when nothing was recorded.
    init?(_ report: Report) {
        let run = report.run
        var facts: [Fact] = []
        func add(_ name: String, _ value: String?, isCode: Bool = false) {
            if let value { facts.append(Fact(name: name, value: value, isCode: isCode)) }
        }
        add("Kindred", run.version)
        add("Made", report.createdAt)
        add("Seed", run.seed.map { String($0) })
        add("Peak memory", run.peakMemoryBytes.map(ReportFormat.bytes))
        add("Digest of labels", run.labelDigest, isCode: true)
        self.facts = facts
        hasFacts = !facts.isEmpty
        parameters = run.parameters.map { Fact(name: $0.name, value: $0.value, isCode: true) }
        hasParameters = !parameters.isEmpty
        command = run.commandLine.map { [$0] } ?? []
        let seconds = run.timings.map(\.seconds).filter { $0.isFinite && $0 >= 0 }
        let longest = seconds.max() ?? 0
        stages = run.timings.map {
            Stage(
                name: $0.stage, duration: ReportFormat.duration($0.seconds),
                width: ReportFormat.style(longest > 0 ? max(0.5, 100 * $0.seconds / longest) : 0))
        }
        hasStages = !stages.isEmpty
        guard hasFacts || hasParameters || hasStages || !command.isEmpty else { return nil }
        total = ReportFormat.duration(seconds.reduce(0, +))
    }
}
