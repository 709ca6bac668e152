import Foundation

/// What the page's script reads.
extension ReportContents {
    /// Rows by column, clusters, colours. Places are scaled to whole numbers in 0…10,000, so they take few bytes.
    func scriptData() -> String {
        let rows = rows.map { report.rows[$0] }
        var json = ScriptJSON()
        json.object { json in
            json.key("total")
            json.integer(report.rows.count)
            json.key("clusters")
            json.array(report.clusters.indices) { json, cluster in
                json.object { json in
                    json.key("name")
                    json.string(name(cluster))
                    json.key("size")
                    json.integer(sizes[cluster])
                    json.key("medoids")
                    json.array(report.clusters[cluster].medoids.compactMap { pageRow[$0] }) { $0.integer($1) }
                }
            }
            json.key("truths")
            json.array(truths) { $0.string($1) }
            json.key("statuses")
            json.array(statuses) { $0.string($1.status.title) }
            json.key("colors")
            json.object { json in
                for (name, theme) in [("light", ReportPalette.Theme.light), ("dark", .dark)] {
                    json.key(name)
                    json.array(0..<max(report.clusters.count, truths.count)) {
                        $0.string(ReportPalette.color($1, theme))
                    }
                    json.key(name + "Noise")
                    json.string(ReportPalette.noise(theme))
                }
            }
            json.key("rows")
            json.object { columns(of: rows, into: &$0) }
        }
        return json.text
    }

    private func columns(of rows: [Report.Row], into json: inout ScriptJSON) {
        let statusIndex = Dictionary(uniqueKeysWithValues: statuses.enumerated().map { ($1.status, $0) })
        let truthIndex = Dictionary(uniqueKeysWithValues: truths.enumerated().map { ($1, $0) })
        json.key("id")
        json.array(rows) { $0.string($1.id) }
        json.key("caption")
        json.array(rows) { $0.string($1.caption) }
        json.key("status")
        json.array(rows) { $0.integer(statusIndex[$1.status] ?? 0) }
        json.key("reason")
        json.array(rows) { $0.string($1.reason ?? "") }
        json.key("cluster")
        json.array(rows) { json, row in
            switch row.assignment {
            case .cluster(let cluster): json.integer(cluster)
            case .noise: json.integer(-1)
            case .leftOut: json.integer(-2)
            }
        }
        json.key("truth")
        json.array(rows) { $0.integer($1.truth.flatMap { truthIndex[$0] } ?? -1) }
        json.key("thumbnail")
        json.array(rows) { $0.integer($1.thumbnail.flatMap { pageThumbnail[$0] } ?? -1) }
        let places = scaledPlaces(of: rows)
        json.key("x")
        json.array(places) { $0.integer($1?.x ?? -1) }
        json.key("y")
        json.array(places) { $0.integer($1?.y ?? -1) }
    }

    private func scaledPlaces(of rows: [Report.Row]) -> [(x: Int, y: Int)?] {
        let places = rows.map { row in row.position.flatMap { $0.x.isFinite && $0.y.isFinite ? $0 : nil } }
        let xs = places.compactMap { $0.map { Double($0.x) } }
        let ys = places.compactMap { $0.map { Double($0.y) } }
        guard let left = xs.min(), let right = xs.max(), let bottom = ys.min(), let top = ys.max() else {
            return places.map { _ in nil }
        }
        let extent = max(right - left, top - bottom)
        let scale = extent > 0 ? 10_000 / extent : 0
        return places.map { place in
            place.map {
                (Int(((Double($0.x) - left) * scale).rounded()), Int(((Double($0.y) - bottom) * scale).rounded()))
            }
        }
    }

    /// The pictures, each once, as base64.
    func scriptThumbnails() -> String {
        var json = ScriptJSON()
        json.array(thumbnails) { $0.base64(report.thumbnails[$1].base64EncodedString()) }
        return json.text
    }
}
