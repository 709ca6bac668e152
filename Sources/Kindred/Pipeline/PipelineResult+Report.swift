import Foundation

extension PipelineResult {
    /// The report of this run.
    ///
    /// - Complexity: O(n), and decoding the chosen pictures again where the collection has more than the report shows.
    public func report(_ description: RunDescription) -> Report {
        var report = Report(title: description.title, createdAt: description.date)
        report.clusters = labels.sizes.indices.map(cluster)
        let pictures = pictures(for: report.clusters)
        let shown = pictures.keys.sorted()
        report.thumbnails = shown.map { Data(pictures[$0] ?? []) }
        let places = Dictionary(uniqueKeysWithValues: shown.enumerated().map { ($1, $0) })
        report.rows = reportRows(thumbnailPlaces: places)
        report.scores = scores
        report.ablation = comparison
        report.mapMethod = map == nil ? nil : "PCA"
        report.run = Report.Run(
            version: KindredVersion.current, commandLine: description.commandLine, seed: pipeline.seed,
            parameters: description.parameters, timings: timings.map { .init($0.stage, seconds: $0.seconds) },
            peakMemoryBytes: PeakMemory.bytes > 0 ? PeakMemory.bytes : nil, labelDigest: digest)
        return report
    }

    private func cluster(_ index: Int) -> Report.Cluster {
        let topic = topics.first { $0.cluster == index }
        let heat = heat.first { $0.label == index }
        let prototypes = prototypes[index]
        return Report.Cluster(
            name: topic?.line ?? "", isHot: heat?.isHot ?? false, heat: heat?.heat,
            cohesion: silhouette.flatMap { $0.clusterMeans[index] },
            words: (topic?.words ?? []).map { .init($0.term, weight: Double($0.weight)) },
            medoids: prototypes.medoids.map { rows[$0.row] },
            boundary: prototypes.boundary.map { .init(row: rows[$0.row], neighbour: $0.otherLabel) },
            composition: composition(of: index))
    }

    /// The most frequent true groups of a cluster's rows.
    private func composition(of cluster: Int) -> [Report.Category] {
        guard let truth else { return [] }
        var counts = [Int](repeating: 0, count: truth.names.count)
        for (position, group) in zip(truth.rows, truth.labels) where labels[position] == cluster {
            if let group { counts[group] += 1 }
        }
        return counts.indices.filter { counts[$0] > 0 }.sorted { (-counts[$0], $0) < (-counts[$1], $1) }.prefix(5)
            .map { .init(truth.names[$0], count: counts[$0]) }
    }

    /// The small pictures that the page shows, by row of the posts.
    private func pictures(for clusters: [Report.Cluster]) -> [Int: [UInt8]] {
        let present = posts.imagePresence
        let chosen = Report.representativeRows(
            maximum: pipeline.maximumThumbnails, ids: posts.ids, clusters: clusters, isCandidate: { present[$0] })
        let missing = chosen.filter { thumbnails[$0] == nil }
        guard !missing.isEmpty else { return thumbnails }
        return thumbnails.merging(pipeline.thumbnails(of: missing, in: posts)) { kept, _ in kept }
    }

    private func reportRows(thumbnailPlaces: [Int: Int]) -> [Report.Row] {
        var positions = [Int?](repeating: nil, count: posts.count)
        for (position, row) in rows.enumerated() { positions[row] = position }
        return (0..<posts.count).map { row in
            let status = posts.status(of: row)
            let position = positions[row]
            let assignment: Report.Assignment =
                position.map { labels[$0].map { .cluster($0) } ?? .noise } ?? .leftOut
            let place = position.flatMap { position in
                map.map { Report.Position(x: $0.coordinates[position, 0], y: $0.coordinates[position, 1]) }
            }
            return Report.Row(
                id: posts.ids[row], status: .init(rawValue: status.kind.rawValue),
                reason: status.reason.isEmpty ? nil : status.reason, assignment: assignment,
                caption: String((posts.texts[row] ?? "").prefix(140)), position: place,
                thumbnail: thumbnailPlaces[row], truth: posts.truth[row])
        }
    }
}
