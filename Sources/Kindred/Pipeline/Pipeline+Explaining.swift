extension Pipeline {
    /// Up to this many rows the silhouette is exact; beyond, it is estimated from as many sampled rows as
    /// `silhouetteSample`.
    private static let exactSilhouetteRows = 20_000
    private static let silhouetteSample = 2_000

    /// Scores the groups, compares modalities, and finds words, prototypes, heat and map.
    func explain(
        posts: PostCollection, rows: [Int], joined: JoinedVectors, model: any ClusteringModel, labels: ClusterLabels,
        gallery: Gallery?, watch: inout Stopwatch, progress: ProgressHandler
    ) throws(KindredError) -> PipelineResult {
        let truth = TruthLabels(rows.map { posts.truth[$0] })
        let (scores, silhouette) = try watch.time("scores") { () throws(KindredError) in
            try score(joined.joint, labels, truth: truth, progress: progress)
        }
        let comparison = try watch.time("comparison of modalities") { () throws(KindredError) in
            try compare(joined, labels: labels, scores: scores, truth: truth, progress: progress)
        }
        let topics = watch.time("words") {
            posts.hasTexts
                ? TopicSummary(texts: rows.map { posts.texts[$0] ?? "" }, labels: labels, analyzer: topicAnalyzer) : nil
        }
        let (prototypes, heat, map) = try watch.time("prototypes and map") { () throws(KindredError) in
            try translatingErrors {
                (
                    // Prototypes lie near centroids; where the metric has none, those of Euclidean distances serve.
                    try Prototypes(
                        medoidCount: 12, boundaryCount: 6, metric: metric.hasCentroids ? metric : .euclidean
                    ).find(labels, data: joined.joint),
                    try hotClusters.rank(labels, data: joined.joint),
                    joined.joint.columns > 1 ? try PrincipalMap(joined.joint, seed: seed) : nil
                )
            }
        }
        return PipelineResult(
            posts: posts, rows: rows, joint: joined.joint, labels: labels, model: model, scores: scores,
            silhouette: silhouette, comparison: comparison, topics: topics?.topics ?? [], prototypes: prototypes,
            heat: heat, map: map, truth: truth, thumbnails: gallery?.thumbnails ?? [:], pipeline: self,
            timings: watch.timings)
    }

    /// The scores of a grouping; those that have no meaning for it are missing.
    private func score(
        _ data: Matrix, _ labels: ClusterLabels, truth: TruthLabels?, progress: ProgressHandler
    ) throws(KindredError) -> (Report.Scores, Silhouette?) {
        try translatingErrors {
            var scores = Report.Scores()
            var exact: Silhouette?
            if data.rows <= Self.exactSilhouetteRows {
                exact = try Silhouette(data, labels: labels, metric: metric, progress: progress)
                scores.silhouette = exact?.mean
            } else {
                scores.silhouette = try Silhouette.estimate(
                    data, labels: labels, sampleSize: Self.silhouetteSample, metric: metric, seed: seed,
                    progress: progress)?.mean
            }
            let geometry = try ClusterGeometry(metric == .cosine ? data.normalizedRows() : data, labels: labels)
            scores.daviesBouldin = geometry.daviesBouldin
            scores.calinskiHarabasz = geometry.calinskiHarabasz
            if let truth {
                let mine = ClusterLabels(truth.rows.map { labels.values[$0] })
                let table = try ContingencyTable(mine, truth.labels, noise: .ownGroup)
                scores.normalizedMutualInformation = table.normalizedMutualInformation()
                scores.adjustedRandIndex = table.adjustedRandIndex
            }
            return (scores, exact)
        }
    }

    /// The same algorithm on each modality alone, beside the joint result.
    private func compare(
        _ joined: JoinedVectors, labels: ClusterLabels, scores: Report.Scores, truth: TruthLabels?,
        progress: ProgressHandler
    ) throws(KindredError) -> [Report.Ablation] {
        guard comparesModalities, joined.parts.count > 1 else { return [] }
        func entry(_ name: String, _ labels: ClusterLabels, _ scores: Report.Scores) -> Report.Ablation {
            Report.Ablation(
                name: name, clusterCount: labels.clusterCount,
                noiseShare: labels.isEmpty ? 0 : Double(labels.noiseCount) / Double(labels.count), scores: scores)
        }
        // A number of clusters that was chosen from the joint vectors is kept: groupings into 2 and into 20 do not
        // compare.
        var same = algorithm
        if var chosen = (algorithm as? AutomaticKMeans)?.base {
            chosen.clusterCount = labels.clusterCount
            same = chosen
        }
        var entries: [Report.Ablation] = []
        for part in joined.parts {
            let kept = part.present.indices.filter { part.present[$0] }
            let data = part.vectors.gatheringRows(kept).normalizedRows()
            // A modality that few rows have may not be divisible into as many clusters: it is then left out.
            guard let alone = try labelsUnlessTooFew(data, same, progress: progress) else { continue }
            let scores = try score(data, alone, truth: truth?.selecting(kept), progress: progress).0
            entries.append(entry(part.name, alone, scores))
        }
        return entries + [entry("fused", labels, scores)]
    }

    private func labelsUnlessTooFew(
        _ data: Matrix, _ algorithm: any ClusteringAlgorithm, progress: ProgressHandler
    ) throws(KindredError) -> ClusterLabels? {
        do throws(ClusteringError) {
            return try algorithm.fit(data, progress: progress).labels.numberedBySize().labels
        } catch .tooFewRows {
            return nil
        } catch {
            throw KindredError(error)
        }
    }
}

/// The true groups of those rows for which they are known.
struct TruthLabels: Sendable {
    /// Positions among the rows that were grouped.
    let rows: [Int]
    /// Their true groups, numbered in the byte order of their names.
    let labels: ClusterLabels
    /// The names.
    let names: [String]

    /// `nil` when no truth is known.
    init?(_ truth: [String?]) {
        names = Set(truth.compactMap { $0 }).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        guard !names.isEmpty else { return nil }
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        rows = truth.indices.filter { truth[$0] != nil }
        labels = ClusterLabels(rows.map { row in truth[row].flatMap { numbers[$0] } ?? 0 })
    }

    private init(rows: [Int], labels: ClusterLabels, names: [String]) {
        self.rows = rows
        self.labels = labels
        self.names = names
    }

    /// The truth of the rows at ascending `positions`, counted anew; `nil` when it is known for none.
    func selecting(_ positions: [Int]) -> TruthLabels? {
        let numbers = Dictionary(uniqueKeysWithValues: zip(rows, labels.values))
        let kept = positions.indices.filter { numbers[positions[$0]] != nil }
        guard !kept.isEmpty else { return nil }
        return TruthLabels(
            rows: kept, labels: ClusterLabels(kept.map { numbers[positions[$0]] ?? 0 }), names: names)
    }
}
