/// What a pipeline found in a collection.
///
/// Matrices and labels count in ``rows``; everything that is written to files and shown counts in the rows of the
/// input.
public struct PipelineResult: Sendable {
    /// The posts, with what was found to be wrong with their pictures.
    public let posts: PostCollection
    /// The rows of ``posts`` that were grouped, in the byte order of their ids. `[n]`
    public let rows: [Int]
    /// The vectors that were grouped. `[n × d]`
    public let joint: Matrix
    /// The cluster of each grouped row, numbered by size, largest first. `[n]`
    public let labels: ClusterLabels
    /// The fitted algorithm.
    public let model: any ClusteringModel
    /// How good the grouping is.
    public let scores: Report.Scores
    /// The exact silhouettes of the grouped rows, where there were few enough rows.
    public let silhouette: Silhouette?
    /// The same algorithm on pictures, on texts and on both; empty where a collection has only one of them.
    public let comparison: [Report.Ablation]
    /// What the texts of each cluster are about; empty without texts. Representatives count in ``rows``.
    public let topics: [TopicSummary.Topic]
    /// The rows that stand for each cluster and those at its edge. They count in ``rows``.
    public let prototypes: [Prototypes.Cluster]
    /// The clusters by heat, hottest first.
    public let heat: [HotClusters.Cluster]
    /// The map, where the vectors have two features or more.
    public let map: PrincipalMap?
    /// How long each step took.
    public let timings: [RunManifest.Timing]
    let truth: TruthLabels?
    let thumbnails: [Int: [UInt8]]
    let pipeline: Pipeline

    init(
        posts: PostCollection, rows: [Int], joint: Matrix, labels: ClusterLabels, model: any ClusteringModel,
        scores: Report.Scores, silhouette: Silhouette?, comparison: [Report.Ablation], topics: [TopicSummary.Topic],
        prototypes: [Prototypes.Cluster], heat: [HotClusters.Cluster], map: PrincipalMap?, truth: TruthLabels?,
        thumbnails: [Int: [UInt8]], pipeline: Pipeline, timings: [RunManifest.Timing]
    ) {
        self.posts = posts
        self.rows = rows
        self.joint = joint
        self.labels = labels
        self.model = model
        self.scores = scores
        self.silhouette = silhouette
        self.comparison = comparison
        self.topics = topics
        self.prototypes = prototypes
        self.heat = heat
        self.map = map
        self.truth = truth
        self.thumbnails = thumbnails
        self.pipeline = pipeline
        self.timings = timings
    }

    /// The cluster of each post, −1 for noise, `nil` for rows that could not be grouped. `[posts.count]`
    public var postLabels: [Int32?] {
        var result = [Int32?](repeating: nil, count: posts.count)
        for (position, row) in rows.enumerated() { result[row] = labels.values[position] }
        return result
    }

    /// What a cluster is called: its topic line, or its number where it has no words.
    public func name(ofCluster cluster: Int) -> String {
        let line = topics.first { $0.cluster == cluster }?.line ?? ""
        return line.isEmpty ? "cluster \(cluster)" : line
    }

    /// A fingerprint of which post is in which cluster; rows that could not be grouped do not enter.
    public var digest: String { labelsDigest(ids: rows.map { posts.ids[$0] }, labels: labels) }
}
