import Foundation

/// Everything that one run found, as plain values, ready to be shown.
///
/// A report holds no matrices and no models: the pipeline fills it, ``ReportRenderer`` turns it into one HTML file that
/// needs no network. Counts that the rows imply (rows, noise, sizes, statuses) are not stored a second time, so that
/// they always reconcile.
public struct Report: Sendable, Hashable, Codable {
    /// The heading of the page.
    public var title: String
    /// When the report was made, as it should be read. Leave it `nil` for bytes that can be reproduced.
    public var createdAt: String?
    /// How the run was made: version, command line, parameters, timings.
    public var run: Run
    /// The rows in the order of the input. Row indices elsewhere in the report count in this array.
    public var rows: [Row]
    /// The clusters; `Row.assignment` counts in this array. Largest first, by convention.
    public var clusters: [Cluster]
    /// How good the grouping is.
    public var scores: Scores
    /// The same clustering on image only, text only and both; empty when there is nothing to compare.
    public var ablation: [Ablation]
    /// Small pictures (JPEG, PNG, WebP or GIF files, about 96 pixels wide); `Row.thumbnail` counts in this array.
    public var thumbnails: [Data]
    /// How the map was made, for example "PCA".
    public var mapMethod: String?

    /// A report.
    public init(
        title: String, createdAt: String? = nil, run: Run = Run(), rows: [Row] = [], clusters: [Cluster] = [],
        scores: Scores = Scores(), ablation: [Ablation] = [], thumbnails: [Data] = [], mapMethod: String? = nil
    ) {
        self.title = title
        self.createdAt = createdAt
        self.run = run
        self.rows = rows
        self.clusters = clusters
        self.scores = scores
        self.ablation = ablation
        self.thumbnails = thumbnails
        self.mapMethod = mapMethod
    }
}
