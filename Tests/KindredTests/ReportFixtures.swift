import Foundation
import Kindred

/// A small report with every part filled.
func sampleReport(rows count: Int = 12, clusters clusterCount: Int = 3, hasPictures: Bool = true) -> Report {
    let rows = (0..<count).map { row in
        let isBad = row == count - 1
        return Report.Row(
            id: "row-\(row)", status: isBad ? .decodeError : .ok, reason: isBad ? "not an image" : nil,
            assignment: isBad ? .leftOut : clusterCount == 0 || row % 5 == 4 ? .noise : .cluster(row % clusterCount),
            caption: "caption of row \(row)",
            position: isBad ? nil : Report.Position(x: Float(row % 4), y: Float(row / 4)),
            thumbnail: hasPictures && !isBad ? row : nil, truth: row.isMultiple(of: 2) ? "even" : "odd")
    }
    let clusters = (0..<clusterCount).map { cluster in
        let members = rows.indices.filter { rows[$0].assignment == .cluster(cluster) }
        return Report.Cluster(
            name: "word\(cluster) + other", isHot: cluster == 0, heat: 0.3, cohesion: -0.1,
            words: [Report.Word("word\(cluster)", weight: 2), Report.Word("other", weight: 1)],
            medoids: Array(members.prefix(2)),
            boundary: members.suffix(1).map { Report.Boundary(row: $0, neighbour: cluster == 0 ? nil : 0) },
            composition: [Report.Category("even", count: 2), Report.Category("odd", count: 1)])
    }
    let scores = Report.Scores(
        silhouette: 0.25, daviesBouldin: 1.5, calinskiHarabasz: 40, normalizedMutualInformation: 0.5,
        adjustedRandIndex: 0.4)
    return Report(
        title: "A sample", createdAt: "today",
        run: Report.Run(
            version: "1.0", commandLine: "kindred run", seed: 7, parameters: [Report.Parameter("k", "3")],
            timings: [Report.Timing("Cluster", seconds: 1.5)], peakMemoryBytes: 400_000_000, labelDigest: "abc"),
        rows: rows, clusters: clusters, scores: scores,
        ablation: [
            Report.Ablation(
                name: "Image only", clusterCount: 3, noiseShare: 0.1, scores: Report.Scores(silhouette: 0.1)),
            Report.Ablation(name: "Fused", clusterCount: 3, noiseShare: 0.1, scores: scores),
        ],
        thumbnails: hasPictures ? (0..<count).map { Data([0xFF, 0xD8, 0xFF, UInt8($0 % 256), 0xD9]) } : [],
        mapMethod: "PCA")
}

/// The text between the first `start` and the next `end`.
func part(of text: String, from start: String, to end: String) -> Substring? {
    guard let low = text.range(of: start), let high = text.range(of: end, range: low.upperBound..<text.endIndex) else {
        return nil
    }
    return text[low.upperBound..<high.lowerBound]
}

/// The JSON that the page's script reads.
func pageData(_ html: String, _ id: String = "data") throws -> Any? {
    guard let text = part(of: html, from: "<script type=\"application/json\" id=\"\(id)\">", to: "</script>") else {
        return nil
    }
    return try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
}
