import Foundation

/// A report and the part of it that goes into the page: which rows, which pictures, and under which numbers.
struct ReportContents {
    let report: Report
    /// The rows in the page, ascending.
    let rows: [Int]
    /// The number in the page of each row of the report, or `nil` when it has none. `[report.rows.count]`
    let pageRow: [Int?]
    /// The pictures in the page, as indices into the report's.
    let thumbnails: [Int]
    /// The number in the page of each picture of the report. `[report.thumbnails.count]`
    let pageThumbnail: [Int?]
    /// The number of members of each cluster.
    let sizes: [Int]
    let noiseCount: Int
    /// The status of rows and how often each occurs: `ok` first, then by count, then by name.
    let statuses: [(status: Report.Status, count: Int)]
    /// The true categories in the order of their names.
    let truths: [String]

    init(_ report: Report, maximumRows: Int, maximumThumbnails: Int) {
        self.report = report
        let ids = report.rows.map(\.id)
        let rows = Report.representativeRows(maximum: maximumRows, ids: ids, clusters: report.clusters)
        self.rows = rows
        var pageRow = [Int?](repeating: nil, count: ids.count)
        for (new, old) in rows.enumerated() { pageRow[old] = new }
        self.pageRow = pageRow

        let pictured = Report.representativeRows(maximum: maximumThumbnails, ids: ids, clusters: report.clusters) {
            pageRow[$0] != nil && report.rows[$0].thumbnail != nil
        }
        var pageThumbnail = [Int?](repeating: nil, count: report.thumbnails.count)
        var thumbnails: [Int] = []
        for thumbnail in pictured.compactMap({ report.rows[$0].thumbnail }) where pageThumbnail[thumbnail] == nil {
            pageThumbnail[thumbnail] = thumbnails.count
            thumbnails.append(thumbnail)
        }
        self.thumbnails = thumbnails
        self.pageThumbnail = pageThumbnail

        var sizes = [Int](repeating: 0, count: report.clusters.count)
        var noise = 0
        var statuses: [Report.Status: Int] = [:]
        for row in report.rows {
            statuses[row.status, default: 0] += 1
            switch row.assignment {
            case .cluster(let cluster): sizes[cluster] += 1
            case .noise: noise += 1
            case .leftOut: break
            }
        }
        self.sizes = sizes
        noiseCount = noise
        self.statuses = statuses.map { (status: $0.key, count: $0.value) }.sorted {
            ($0.status == .ok ? 0 : 1, -$0.count, $0.status.rawValue)
                < ($1.status == .ok ? 0 : 1, -$1.count, $1.status.rawValue)
        }
        truths = Set(report.rows.compactMap(\.truth)).sorted()
    }

    /// The number of rows that were clustered, noise among them.
    var clusteredCount: Int { sizes.reduce(noiseCount, +) }

    /// A part of the clustered rows, 0…1.
    func share(_ count: Int) -> Double { clusteredCount == 0 ? 0 : Double(count) / Double(clusteredCount) }

    func name(_ cluster: Int) -> String {
        let name = report.clusters[cluster].name
        return name.isEmpty ? "Cluster \(cluster)" : name
    }

    func hasThumbnail(_ row: Int) -> Bool { report.rows[row].thumbnail.flatMap { pageThumbnail[$0] } != nil }

    var hasMap: Bool {
        rows.contains { row in report.rows[row].position.map { $0.x.isFinite && $0.y.isFinite } ?? false }
    }
}
