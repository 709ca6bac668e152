import Tensor

/// The centroids of online k-means, and what they stand for.
struct OnlineGroups: Sendable, Equatable {
    let metric: Metric
    /// What centroids are relative to: the mean of the first rows, so that products lose no digits. `[d]`
    let origin: [Double]?
    /// `[k × d]`
    private(set) var centroids: Matrix
    /// The rows of each group; groups may have none. `[k]`
    private(set) var groups: Coreset
    /// The weight that has come to each group since starving ones were looked for, and how many rows have. `[k]`
    private(set) var recent: [Double]
    private(set) var recentRows = 0
    /// How many batches there have been: they name the random numbers.
    var batches = 0

    /// The groups of the first points.
    init(_ points: CoresetInput, labels: [Int32], _ parameters: OnlineKMeans) {
        metric = parameters.metric
        groups = points.grouped(by: labels, count: parameters.clusterCount)
        origin = metric == .cosine ? nil : groups.mean
        recent = [Double](repeating: 0, count: parameters.clusterCount)
        centroids = Matrix(rows: parameters.clusterCount, columns: groups.dimension)
        for group in recent.indices where groups.weights[group] > 0 { moveToMean(group) }
        // Groups without rows stand where others do, and get none until they are moved.
        let first = groups.weights.firstIndex { $0 > 0 } ?? 0
        for group in recent.indices where groups.weights[group] == 0 {
            for column in 0..<groups.dimension { centroids[group, column] = centroids[first, column] }
        }
    }

    init(
        metric: Metric, origin: [Double]?, centroids: Matrix, groups: Coreset, recent: [Double], recentRows: Int,
        batches: Int
    ) {
        self.metric = metric
        self.origin = origin
        self.centroids = centroids
        self.groups = groups
        self.recent = recent
        self.recentRows = recentRows
        self.batches = batches
    }

    /// Lets all rows so far count less.
    mutating func scale(by factor: Double) {
        guard factor != 1 else { return }
        groups.multiply(by: factor)
        for group in recent.indices { recent[group] *= factor }
    }

    /// Lets the rows of a batch join their nearest centroids, and moves centroids that starve.
    mutating func join(_ batch: CoresetInput, _ parameters: OnlineKMeans) {
        let rows = PreparedRows(batch.positions, metric: metric, shift: origin)
        let labels = KMeansAssignment(rows, centroids: centroids).labels
        let joined = batch.grouped(by: labels, count: recent.count)
        for group in recent.indices where joined.weights[group] > 0 {
            groups.join(group, with: joined, group)
            recent[group] += joined.weights[group]
            moveToMean(group)
        }
        recentRows += batch.count
        batches += 1
        if recentRows >= 10 * recent.count { feedStarving(rows, batch.weights, labels, parameters) }
    }

    private mutating func feedStarving(
        _ rows: PreparedRows, _ weights: [Double], _ labels: [Int32], _ parameters: OnlineKMeans
    ) {
        let limit = parameters.reassignmentRatio * (recent.max() ?? 0)
        // The lightest first; at most half of the batch's rows become centroids.
        let starving = recent.indices.filter { recent[$0] < limit }
            .sorted { (recent[$0], $0) < (recent[$1], $1) }.prefix(rows.count / 2)
        for group in recent.indices { recent[group] = 0 }
        recentRows = 0
        guard !starving.isEmpty else { return }
        // Rows that are far from all centroids are where new clusters may be.
        var random = RandomSource(seed: parameters.seed, stage: "online k-means", item: batches)
        let distances = KMeansAssignment.squaredDistances(rows, centroids: centroids, labels: labels)
        let costs = zip(distances, weights).map { $0 * $1 }
        let batchCost = costs.reduce(0, +)
        let chosen = random.sample(starving.count, weightedBy: costs)
        let isStarving = Set(starving)
        let others = recent.indices.filter { !isStarving.contains($0) }
        for (group, row) in zip(starving, chosen) where costs[row] > 0 {
            if groups.weights[group] > 0 {
                // What it stands for goes to the nearest other, unless that costs more than the rows of the batch do.
                let apart = others.map { Metric.euclidean.distance(centroids.row(group), centroids.row($0)) }
                guard let nearest = apart.indices.min(by: { (apart[$0], $0) < (apart[$1], $1) }) else { continue }
                let (mine, theirs) = (groups.weights[group], groups.weights[others[nearest]])
                guard mine * theirs / (mine + theirs) * apart[nearest] * apart[nearest] <= batchCost else { continue }
                groups.join(others[nearest], with: groups, group)
                groups.clear(group)
                moveToMean(others[nearest])
            }
            for (column, value) in rows.rows.row(row).enumerated() { centroids[group, column] = value }
        }
    }

    private mutating func moveToMean(_ group: Int) {
        let columns = centroids.columns
        let sum = groups.sums[group * columns..<(group + 1) * columns]
        // Divided and not multiplied by an inverse, so that the mean of equal rows is that row.
        let divisor = metric == .cosine ? 1 / metric.meanScale(sum, mass: 1) : groups.weights[group]
        for (column, value) in sum.enumerated() {
            centroids[group, column] = Float(value / divisor - (origin?[column] ?? 0))
        }
    }

    /// The groups that have rows.
    var coreset: Coreset { groups.withoutEmptyGroups }

    var model: StreamModel { StreamModel(coreset, centroids: centroids, origin: origin, metric: metric) }
}
