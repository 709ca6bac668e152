import Foundation

/// What a run was asked to do, for its manifest and its report.
public struct RunDescription: Sendable, Hashable {
    /// The heading of the report.
    public var title: String
    /// The command line, where there was one.
    public var commandLine: String?
    /// The parameters, in the order in which they are shown.
    public var parameters: [Report.Parameter]
    /// When the run took place, as it should be read; `nil` for files that can be reproduced.
    public var date: String?

    /// A description of a run; what is left out is not shown.
    public init(
        title: String, commandLine: String? = nil, parameters: [Report.Parameter] = [], date: String? = nil
    ) {
        self.title = title
        self.commandLine = commandLine
        self.parameters = parameters
        self.date = date
    }
}

extension PipelineResult {
    /// Writes `labels.csv`, `clusters.jsonl`, `embeddings.npy`, `embeddings.rows.csv`, `report.html` and `run.json`
    /// into a directory, which is made if it is missing. Each file is written whole or not at all.
    ///
    /// - Returns: the paths of the files.
    /// - Throws: ``KindredError`` naming the file that cannot be written.
    @discardableResult
    public func write(to directory: String, description: RunDescription? = nil) throws(KindredError) -> [String] {
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw .file(path: directory, reason: "the directory cannot be made: \(error.localizedDescription)")
        }
        let description = description ?? RunDescription(title: title)
        func path(_ name: String) -> String { (directory as NSString).appendingPathComponent(name) }
        try writeLabels(to: path("labels.csv"))
        try JSONLWriter.write(clusterRecords, to: path("clusters.jsonl"))
        try translatingErrors { try embeddings.write(npy: path("embeddings.npy")) }
        try writeRowSheet(to: path("embeddings.rows.csv"))
        var watch = Stopwatch()
        try watch.time("report") { () throws(KindredError) in
            let page = try translatingErrors {
                try ReportRenderer(maximumThumbnails: pipeline.maximumThumbnails).render(report(description))
            }
            try translatingErrors { try AtomicFile.write(page, to: path("report.html")) }
        }
        let names = [
            "labels.csv", "clusters.jsonl", "embeddings.npy", "embeddings.rows.csv", "report.html", "run.json",
        ]
        var manifest = manifest(description)
        manifest.timings += watch.timings
        manifest.outputs = names
        try manifest.write(to: path("run.json"))
        return names.map(path)
    }

    /// The last part of the source's path: a heading for reports.
    public var title: String { (posts.source as NSString).lastPathComponent }

    /// The joint vectors in the order of the posts, zeros for rows that could not be grouped. `[posts.count × d]`
    public var embeddings: Matrix {
        var result = Matrix(rows: posts.count, columns: joint.columns)
        for (position, row) in rows.enumerated() {
            for (column, value) in joint.row(position).enumerated() { result[row, column] = value }
        }
        return result
    }

    private func writeLabels(to path: String) throws(KindredError) {
        let statuses = posts.statuses
        let records = postLabels.enumerated().map { row, label in
            [
                posts.ids[row], label.map { "\($0)" } ?? "", statuses[row].kind.rawValue, statuses[row].reason,
            ]
        }
        try CSVWriter.write(columns: ["id", "label", "status", "reason"], rows: records, to: path)
    }

    /// Which rows of `embeddings.npy` hold something: those that were grouped are `ok`.
    private func writeRowSheet(to path: String) throws(KindredError) {
        let records = postLabels.enumerated().map { row, label in
            let status = posts.status(of: row)
            return [posts.ids[row], label == nil ? status.kind.rawValue : "ok", label == nil ? status.reason : ""]
        }
        try CSVWriter.write(columns: ["id", "status", "reason"], rows: records, to: path)
    }

    /// One record for each cluster, in order.
    private var clusterRecords: [JSONValue] {
        let sizes = labels.sizes
        return sizes.indices.map { cluster in
            let topic = topics.first { $0.cluster == cluster }
            let heat = heat.first { $0.label == cluster }
            let cohesion = silhouette.flatMap { $0.clusterMeans[cluster] }
            func ids(_ positions: [Int]) -> JSONValue { .array(positions.map { .string(posts.ids[rows[$0]]) }) }
            let words = (topic?.words ?? []).map { word in
                JSONValue.object([
                    .init("word", .string(word.term)), .init("weight", .number(Double(word.weight))),
                    .init("count", .integer(word.count)), .init("share", .number(word.documentShare)),
                ])
            }
            return .object([
                .init("cluster", .integer(cluster)), .init("name", .string(name(ofCluster: cluster))),
                .init("size", .integer(sizes[cluster])), .init("share", .number(heat?.share ?? 0)),
                .init("hot", .boolean(heat?.isHot ?? false)), .init("heat", .number(heat?.heat ?? 0)),
                .init("silhouette", cohesion.map { .number($0) } ?? .null), .init("words", .array(words)),
                .init("medoids", ids(prototypes[cluster].medoids.map(\.row))),
                .init("boundary", ids(prototypes[cluster].boundary.map(\.row))),
                .init("texts", ids(topic?.representatives ?? [])),
            ])
        }
    }

    /// The manifest of this run on this machine.
    public func manifest(_ description: RunDescription) -> RunManifest {
        let machine = MachineDescription.current
        var manifest = RunManifest(
            kindredVersion: KindredVersion.current, swiftVersion: machine.swiftVersion, processor: machine.processor,
            blasCore: machine.blasCore ?? "none", seed: pipeline.seed, threads: Parallelism.threadCount)
        manifest.parameters = Dictionary(
            description.parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        manifest.input = RunManifest.Input(posts)
        manifest.clusters = RunManifest.Clusters(
            count: labels.clusterCount, sizes: labels.sizes, noise: labels.noiseCount,
            noiseShare: Double(labels.noiseCount) / Double(max(1, labels.count)))
        manifest.scores = scores.named
        manifest.timings = timings
        manifest.peakMemoryBytes = PeakMemory.bytes
        manifest.labelsDigest = digest
        return manifest
    }
}

extension Report.Scores {
    /// The scores that there are, by the names that they have in files.
    public var named: [String: Double] {
        let all = [
            ("silhouette", silhouette), ("davies_bouldin", daviesBouldin), ("calinski_harabasz", calinskiHarabasz),
            ("normalized_mutual_information", normalizedMutualInformation), ("adjusted_rand_index", adjustedRandIndex),
        ]
        return Dictionary(uniqueKeysWithValues: all.compactMap { name, value in value.map { (name, $0) } })
    }
}
