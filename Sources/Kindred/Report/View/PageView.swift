/// The values that the page's template names. Optional parts are arrays of one or none: Mustache looks for a missing
/// value in the enclosing view, where it could find another one of the same name.
struct PageView {
    let title: String
    let created: [String]
    let summary: String
    let policy: String
    let style: String
    let script: String
    let data: String
    let pictures: String
    let hasMap: Bool
    let hasPictures: Bool
    let hasTruth: Bool
    let mapMethod: [String]
    let rowsLabel: String
    let shortened: [String]
    let overview: OverviewView
    let clusters: [ClusterView]
    let hasClusters: Bool
    let noise: [NoiseView]
    let problems: [ProblemsView]
    let about: [AboutView]
    let hasAbout: Bool

    init(_ contents: ReportContents) {
        let report = contents.report
        let script = ReportTemplates.script
        title = report.title
        created = report.createdAt.map { [$0] } ?? []
        summary = Self.summary(contents)
        policy =
            "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; "
            + "script-src '\(ScriptDigest.source(script))'; base-uri 'none'; form-action 'none'"
        style = ReportTemplates.style + Self.palette(contents)
        self.script = script
        data = contents.scriptData()
        pictures = contents.scriptThumbnails()
        hasMap = contents.hasMap
        hasPictures = !contents.thumbnails.isEmpty
        hasTruth = !contents.truths.isEmpty
        mapMethod = report.mapMethod.map { [$0] } ?? []
        rowsLabel = ReportFormat.count(report.rows.count, "row")
        shortened =
            contents.rows.count < report.rows.count
            ? [
                "The map and this table show \(ReportFormat.count(contents.rows.count)) of "
                    + "\(ReportFormat.count(report.rows.count)) rows: those that stand for a cluster, and a sample."
            ] : []
        overview = OverviewView(contents)
        clusters = report.clusters.indices.map { ClusterView($0, contents) }
        hasClusters = !report.clusters.isEmpty
        noise = contents.noiseCount > 0 ? [NoiseView(contents)] : []
        problems = ProblemsView(contents).map { [$0] } ?? []
        about = AboutView(report).map { [$0] } ?? []
        hasAbout = !about.isEmpty
    }

    /// One sentence whose counts add up to all rows.
    private static func summary(_ contents: ReportContents) -> String {
        let report = contents.report
        guard !report.rows.isEmpty else { return "There were no rows to group." }
        let grouped = contents.clusteredCount - contents.noiseCount
        let leftOut = report.rows.count - contents.clusteredCount
        let hot = report.clusters.count(where: \.isHot)
        var parts: [String] = []
        if !report.clusters.isEmpty {
            let verb = grouped == 1 ? "falls" : "fall"
            parts.append(
                "\(ReportFormat.count(grouped)) \(verb) into \(ReportFormat.count(report.clusters.count, "cluster"))"
                    + (hot > 0 ? ", \(hot) of them hot" : ""))
        }
        if contents.noiseCount > 0 {
            let share = ReportFormat.percent(contents.share(contents.noiseCount))
            parts.append(
                "\(ReportFormat.count(contents.noiseCount)) (\(share)) \(contents.noiseCount == 1 ? "is" : "are") noise"
            )
        }
        if leftOut > 0 {
            parts.append("\(ReportFormat.count(leftOut)) could not be used")
        }
        return "Of \(ReportFormat.count(report.rows.count, "row")), " + parts.joined(separator: "; ") + "."
    }

    /// The colours of the clusters as custom properties, once for each theme.
    private static func palette(_ contents: ReportContents) -> String {
        let count = max(contents.report.clusters.count, 12)
        func properties(_ theme: ReportPalette.Theme) -> String {
            (0..<count).map { "--k\($0):\(ReportPalette.color($0, theme));" }.joined()
                + "--noise:\(ReportPalette.noise(theme));"
        }
        return """
            :root{\(properties(.light))}
            @media screen and (prefers-color-scheme:dark){:root:not([data-theme="light"]){\(properties(.dark))}}
            @media screen{:root[data-theme="dark"]{\(properties(.dark))}}

            """
    }
}
