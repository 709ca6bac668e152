import Foundation

/// From posts to groups with names and reasons: encode pictures and texts, join them, group them, explain the groups.
///
/// A pipeline is a value that holds one choice for each step. Each step is a protocol of the layers below, so any
/// encoder, fusion or clustering algorithm can stand in its place.
///
/// ```swift
/// let posts = try PostCollection(pictures: "photos")
/// let result = try Pipeline(algorithm: KMeans(clusterCount: 12)).run(posts)
/// try result.write(to: "out")
/// ```
///
/// Rows are processed in the byte order of their ids, and results are mapped back: they do not depend on the order of
/// the input. A row with a bad picture is grouped by its text; one without either keeps its place and has no label.
public struct Pipeline: Sendable {
    /// How texts become vectors.
    public enum TextEncoding: Sendable {
        /// Word counts of this collection, reduced by latent semantic analysis. Needs no weights.
        case tfidf(TFIDF)
        /// An encoder with weights of its own.
        case encoder(any Encoder<String>)
    }

    /// Turns pictures into vectors.
    public var imageEncoder: any Encoder<Image>
    /// Turns texts into vectors.
    public var textEncoding: TextEncoding
    /// Each modality is reduced to at most this many principal components before joining; at least 1.
    public var components: Int
    /// Joins picture and text vectors, in this order. Not used where a collection has only one of the two.
    public var fusion: any FusionMethod
    /// Groups the joint vectors.
    public var algorithm: any ClusteringAlgorithm
    /// The metric of scores and prototypes; choose that of the algorithm.
    public var metric: Metric
    /// How text becomes the words that name the groups.
    public var topicAnalyzer: TextAnalyzer
    /// Which groups are hot.
    public var hotClusters: HotClusters
    /// Whether the same algorithm also runs on pictures alone and on texts alone, for comparison.
    public var comparesModalities: Bool
    /// The longest side of the report's pictures, in pixels; at least 16.
    public var thumbnailSide: Int
    /// The most pictures in the report; at least 0.
    public var maximumThumbnails: Int
    /// How large a picture may be.
    public var imageLimits: ImageLimits
    /// Names the random numbers of the pipeline's own steps.
    public var seed: UInt64

    /// A pipeline; without arguments the one that needs no weights.
    public init(
        imageEncoder: any Encoder<Image> = ClassicalImageEncoder(), textEncoding: TextEncoding = .tfidf(TFIDF()),
        components: Int = 100, fusion: any FusionMethod = Concatenation(weights: [1, 1]),
        algorithm: any ClusteringAlgorithm = AutomaticKMeans(), metric: Metric = .euclidean,
        topicAnalyzer: TextAnalyzer = TextAnalyzer(wordsPerTerm: 1...2), hotClusters: HotClusters = HotClusters(),
        comparesModalities: Bool = true, thumbnailSide: Int = 96, maximumThumbnails: Int = 2000,
        imageLimits: ImageLimits = ImageLimits(), seed: UInt64 = 0
    ) {
        self.imageEncoder = imageEncoder
        self.textEncoding = textEncoding
        self.components = components
        self.fusion = fusion
        self.algorithm = algorithm
        self.metric = metric
        self.topicAnalyzer = topicAnalyzer
        self.hotClusters = hotClusters
        self.comparesModalities = comparesModalities
        self.thumbnailSide = thumbnailSide
        self.maximumThumbnails = maximumThumbnails
        self.imageLimits = imageLimits
        self.seed = seed
    }

    /// Throws ``KindredError`` for the first parameter outside its range.
    public func validate() throws(KindredError) {
        func require(_ holds: Bool, _ name: String, _ value: Int, _ valid: String) throws(KindredError) {
            if !holds { throw .parameter(name: name, value: "\(value)", valid: valid) }
        }
        try require(components >= 1, "components", components, "at least 1")
        try require(thumbnailSide >= 16, "thumbnailSide", thumbnailSide, "at least 16")
        try require(maximumThumbnails >= 0, "maximumThumbnails", maximumThumbnails, "0 or more")
        try translatingErrors {
            try fusion.validate()
            try algorithm.validate()
            try hotClusters.validate()
        }
    }

    /// About the most memory that grouping `rows` rows takes besides the program itself: the vectors of both
    /// modalities, what joining and the algorithm add, the report's pictures, and texts of a few hundred letters each.
    public func memoryEstimate(rows: Int, hasImages: Bool, hasTexts: Bool) -> MemoryEstimate {
        let imageFeatures = hasImages ? imageEncoder.dimension : 0
        let joint = (hasImages ? components : 0) + (hasTexts ? components : 0)
        let pictures = hasImages ? 2 * 64 * 256 * 256 * 4 + Parallelism.threadCount * 48 << 20 : 0
        return MemoryEstimate("vectors", floats: rows * (2 * imageFeatures + 3 * joint))
            + MemoryEstimate("texts", bytes: hasTexts ? rows * 2048 : 0)
            + MemoryEstimate("pictures", bytes: pictures)
            + MemoryEstimate("thumbnails", bytes: min(rows, maximumThumbnails) * 8192)
            + algorithm.memoryEstimate(rows: rows, columns: joint)
    }

    /// Groups `posts` and explains the groups.
    ///
    /// - Throws: ``KindredError``: ``KindredError/nothingToGroup(source:reason:)`` when no row can be used, and what a
    ///   step could not do. A picture that cannot be read is no error but a status of its row.
    /// - Complexity: that of the encoders, the fusion and the algorithm, besides O(n² · d) for the exact silhouette up
    ///   to 20,000 rows; beyond that it is estimated from a sample.
    public func run(_ posts: PostCollection, progress: ProgressHandler = .none) throws(KindredError) -> PipelineResult {
        try validate()
        var watch = Stopwatch()
        var posts = posts

        let gallery = try watch.time("pictures") { () throws(KindredError) in
            try encodePictures(of: &posts, progress: progress)
        }
        let reading = try watch.time("texts") { () throws(KindredError) in
            try encodeTexts(of: posts, progress: progress)
        }
        let rows = posts.canonicalOrder.filter { gallery?.hasRow($0) ?? false || reading?.hasRow($0) ?? false }
        guard !rows.isEmpty else {
            throw .nothingToGroup(source: posts.source, reason: Self.reason(for: posts))
        }
        let joined = try watch.time("joining") { () throws(KindredError) in
            try join([gallery?.vectors, reading].compactMap { $0 }, rows: rows, progress: progress)
        }
        let model = try watch.time("grouping") { () throws(KindredError) in
            try translatingErrors { try algorithm.fit(joined.joint, progress: progress) }
        }
        let (labels, _) = model.labels.numberedBySize()
        return try explain(
            posts: posts, rows: rows, joined: joined, model: model, labels: labels, gallery: gallery, watch: &watch,
            progress: progress)
    }

    private static func reason(for posts: PostCollection) -> String {
        guard !posts.isEmpty else { return "it has no rows" }
        let counts = posts.statusCounts.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { "\($0.value) × \($0.key.rawValue)" }
        let first = posts.statuses.first { $0.kind != .ok && !$0.reason.isEmpty }?.reason
        return counts.joined(separator: ", ") + (first.map { "; the first: \($0)" } ?? "")
    }
}

/// Vectors of the rows that have a modality.
struct EncodedModality {
    /// What it is called in comparisons.
    let name: String
    /// The vectors. `[m × d]`
    let vectors: Matrix
    /// Where each post's vector is in `vectors`. `[n]`
    private let places: [Int?]
    /// Whether each encoded vector says anything: not one of zeros, as that of a text whose words no other text has.
    /// `[m]`
    private let isInformative: [Bool]

    init(name: String, vectors: Matrix, rows: [Int], count: Int) {
        self.name = name
        self.vectors = vectors
        var places = [Int?](repeating: nil, count: count)
        for (place, row) in rows.enumerated() { places[row] = place }
        self.places = places
        isInformative = vectors.rowNorms().map { $0 > 0 }
    }

    /// The same rows with other vectors.
    init(_ other: EncodedModality, vectors: Matrix) {
        name = other.name
        places = other.places
        isInformative = other.isInformative
        self.vectors = vectors
    }

    func hasRow(_ row: Int) -> Bool { places[row] != nil }

    /// Whether the row has a vector that says something.
    func informs(_ row: Int) -> Bool { places[row].map { isInformative[$0] } ?? false }

    /// The vectors of the given rows, zeros for those that have none. `[rows.count × d]`
    func vectors(of rows: [Int]) -> Matrix {
        var result = Matrix(rows: rows.count, columns: vectors.columns)
        let columns = vectors.columns
        result.withUnsafeMutableBufferPointer { target in
            vectors.withUnsafeBufferPointer { source in
                guard let target = target.baseAddress, let source = source.baseAddress else { return }
                for (index, row) in rows.enumerated() {
                    guard let place = places[row] else { continue }
                    (target + index * columns).update(from: source + place * columns, count: columns)
                }
            }
        }
        return result
    }
}
