/// The card of a cluster.
struct ClusterView {
    struct Word {
        let text: String
        let width: String
    }
    /// A row shown as a picture or, without one, by its caption.
    struct Item {
        let row: Int
        let caption: String
        let label: String
    }
    struct Edge {
        let item: Item
        let color: String
        let neighbour: String
    }
    struct Part {
        let width: String
        let color: String
        let label: String
    }

    let number: Int
    let name: String
    let size: Int
    let heat: String
    let cohesion: String
    let heatText: [String]
    let cohesionText: [String]
    let sizeText: String
    let shareText: String
    let width: String
    let hot: Bool
    let words: [Word]
    let hasWords: Bool
    let pictures: [Item]
    let hasPictures: Bool
    let quotes: [Item]
    let hasQuotes: Bool
    let pictureEdges: [Edge]
    let quoteEdges: [Edge]
    let hasEdges: Bool
    let hasPictureEdges: Bool
    let parts: [Part]
    let hasParts: Bool
    let onMap: Bool

    init(_ index: Int, _ contents: ReportContents) {
        let cluster = contents.report.clusters[index]
        let share = contents.share(contents.sizes[index])
        number = index
        name = contents.name(index)
        size = contents.sizes[index]
        heat = cluster.heat.map(ReportFormat.style) ?? ""
        cohesion = cluster.cohesion.map(ReportFormat.style) ?? ""
        heatText = cluster.heat.map { [ReportFormat.decimal($0, 2)] } ?? []
        cohesionText = cluster.cohesion.map { [ReportFormat.decimal($0, 2)] } ?? []
        sizeText = ReportFormat.count(size, "row")
        shareText = ReportFormat.percent(share)
        width = ReportFormat.style(100 * share)
        hot = cluster.isHot
        let heaviest = cluster.words.map(\.weight).filter(\.isFinite).max() ?? 0
        words = cluster.words.prefix(8).map {
            Word(text: $0.text, width: ReportFormat.style(heaviest > 0 ? max(2, 100 * $0.weight / heaviest) : 0))
        }
        hasWords = !words.isEmpty
        let medoids = Self.items(cluster.medoids, contents)
        pictures = Array(medoids.filter(\.isPicture).map(\.item).prefix(8))
        hasPictures = !pictures.isEmpty
        let captioned = medoids.map(\.item).filter { !$0.caption.isEmpty }
        quotes = Array(captioned.prefix(pictures.isEmpty ? 4 : 1))
        hasQuotes = !quotes.isEmpty
        let edges = cluster.boundary.prefix(6).compactMap { edge in
            Self.items([edge.row], contents).first.map { item in
                (
                    edge: Edge(
                        item: item.item, color: edge.neighbour.map { "var(--k\($0))" } ?? "var(--noise)",
                        neighbour: edge.neighbour.map(contents.name) ?? "noise"), isPicture: item.isPicture
                )
            }
        }
        pictureEdges = edges.filter(\.isPicture).map(\.edge)
        quoteEdges = pictureEdges.isEmpty ? edges.prefix(3).map(\.edge).filter { !$0.item.caption.isEmpty } : []
        hasPictureEdges = !pictureEdges.isEmpty
        hasEdges = !pictureEdges.isEmpty || !quoteEdges.isEmpty
        parts = Self.parts(cluster.composition)
        hasParts = !parts.isEmpty
        onMap = contents.hasMap
    }

    static func items(_ rows: [Int], _ contents: ReportContents) -> [(item: Item, isPicture: Bool)] {
        rows.compactMap { row in
            contents.pageRow[row].map {
                let caption = contents.report.rows[row].caption
                let label = caption.isEmpty ? contents.report.rows[row].id : caption
                return (Item(row: $0, caption: caption, label: label), contents.hasThumbnail(row))
            }
        }
    }

    /// The largest four categories and the rest, in shades of the cluster's colour.
    private static func parts(_ composition: [Report.Category]) -> [Part] {
        let total = composition.reduce(0) { $0 + max(0, $1.count) }
        guard total > 0 else { return [] }
        var groups = composition.prefix(4).map { ($0.name, $0.count) }
        let rest = composition.dropFirst(4).reduce(0) { $0 + max(0, $1.count) }
        if rest > 0 { groups.append(("other", rest)) }
        return groups.enumerated().map { rank, group in
            let share = Double(group.1) / Double(total)
            return Part(
                width: ReportFormat.style(100 * share),
                color: "color-mix(in oklab, var(--c) \([100, 72, 50, 34, 20][rank])%, var(--raised))",
                label: "\(group.0) \(ReportFormat.percent(share))")
        }
    }
}

/// The card of the rows that belong to no cluster.
struct NoiseView {
    let sizeText: String
    let shareText: String
    let width: String
    let pictures: [ClusterView.Item]
    let hasPictures: Bool
    let quotes: [ClusterView.Item]
    let hasQuotes: Bool
    let onMap: Bool

    init(_ contents: ReportContents) {
        let share = contents.share(contents.noiseCount)
        sizeText = ReportFormat.count(contents.noiseCount, "row")
        shareText = ReportFormat.percent(share)
        width = ReportFormat.style(100 * share)
        let rows = contents.report.rows.indices.filter { contents.report.rows[$0].assignment == .noise }
        let items = ClusterView.items(rows, contents)
        let pictured = items.filter(\.isPicture).map(\.item)
        let step = max(1, pictured.count / 24)
        pictures = Array(stride(from: 0, to: pictured.count, by: step).map { pictured[$0] }.prefix(24))
        hasPictures = !pictures.isEmpty
        quotes = pictures.isEmpty ? Array(items.map(\.item).filter { !$0.caption.isEmpty }.prefix(6)) : []
        hasQuotes = !quotes.isEmpty
        onMap = contents.hasMap
    }
}
