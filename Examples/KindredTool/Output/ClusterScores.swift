import Kindred

/// Scores of clusters by the vectors alone.
struct ClusterScores {
    /// A mean silhouette; a margin of 0 means that every row was looked at.
    struct MeanSilhouette {
        let mean: Double
        let margin: Double
        let sampleSize: Int
    }

    let silhouette: MeanSilhouette?
    let daviesBouldin: Double?
    let calinskiHarabasz: Double?

    /// The probability that the interval of a sampled silhouette holds the mean over all rows.
    private static let confidence = 0.95

    init(
        _ data: Matrix, labels: ClusterLabels, metric: Metric, sample: Int, seed: UInt64, progress: ProgressHandler
    ) throws {
        // The cosine silhouette is exact for every number of rows, since it needs no pairs.
        let isSampled = metric != .cosine && labels.count - labels.noiseCount > sample
        if isSampled {
            silhouette = try Silhouette.estimate(
                data, labels: labels, sampleSize: sample, confidence: Self.confidence, metric: metric, seed: seed,
                progress: progress
            ).map { MeanSilhouette(mean: $0.mean, margin: $0.margin, sampleSize: $0.sampleSize) }
        } else {
            silhouette = try Silhouette(data, labels: labels, metric: metric, progress: progress).map {
                MeanSilhouette(mean: $0.mean, margin: 0, sampleSize: labels.count - labels.noiseCount)
            }
        }
        // Distances alone have no centroids.
        let geometry =
            metric == .precomputed
            ? nil : try ClusterGeometry(metric == .cosine ? data.normalizedRows() : data, labels: labels)
        daviesBouldin = geometry?.daviesBouldin
        calinskiHarabasz = geometry?.calinskiHarabasz
    }

    var text: [String] {
        let none = "none: it needs two clusters, one of them with two rows, and rows that have features"
        let silhouetteText = silhouette.map { estimate in
            estimate.margin == 0
                ? estimate.mean.short
                : "\(estimate.mean.short) ± \(estimate.margin.short) (95 % confidence, from \(estimate.sampleSize) rows)"
        }
        return [
            "silhouette           \(silhouetteText ?? none)",
            "Davies–Bouldin       \(daviesBouldin?.short ?? none)",
            "Calinski–Harabasz    \(calinskiHarabasz?.short ?? none)",
        ]
    }

    var json: [JSONValue.Member] {
        func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
        return [
            .init("silhouette", number(silhouette?.mean)),
            .init("silhouette_margin", number(silhouette?.margin)),
            .init("silhouette_confidence", number(silhouette.map { _ in Self.confidence })),
            .init("silhouette_sample", silhouette.map { .integer($0.sampleSize) } ?? .null),
            .init("davies_bouldin", number(daviesBouldin)),
            .init("calinski_harabasz", number(calinskiHarabasz)),
        ]
    }
}
