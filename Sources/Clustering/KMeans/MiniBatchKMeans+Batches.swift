import Tensor

extension MiniBatchKMeans {
    func run(
        _ data: PreparedRows, weights: [Double]?, progress: ProgressHandler
    ) throws(ClusteringError) -> KMeans.Run {
        let batchSize = min(batchSize, data.count)
        var centroids = RunningCentroids(
            try firstCentroids(data, weights: weights, progress: progress), metric: metric)
        var stopping = Stopping(
            patience: patience, limit: tolerance * data.totalVariance(weights: weights) / Double(data.rows.columns),
            smoothing: min(1, Double(batchSize) * 2 / Double(data.count + 1)))
        var starvation = Starvation(ratio: reassignmentRatio)
        let mostBatches = maximumEpochs * (0..<data.count).tileCount(size: batchSize)
        var batches = 0
        var ended = false
        for epoch in 0..<maximumEpochs where !ended {
            var random = RandomSource(seed: seed, stage: "mini-batch k-means", item: epoch)
            let order = random.permutation(of: data.count)
            for tile in 0..<order.indices.tileCount(size: batchSize) where !ended {
                guard progress.advance("mini-batch k-means", batches, of: mostBatches) else { throw .cancelled }
                let rows = Array(order[order.indices.tile(tile, size: batchSize)])
                let batch = data.gathering(rows)
                let batchWeights = weights.map { weights in rows.map { weights[$0] } }
                let mass = batchWeights?.reduce(0, +) ?? Double(rows.count)
                batches += 1
                guard mass > 0 else { continue }
                let step = centroids.step(batch, weights: batchWeights)
                let moved = starvation.feed(&centroids, batch, weights: batchWeights, &random)
                ended = stopping.isDue(after: step, mass: mass) && !moved
            }
        }
        let assignment = KMeansAssignment(data, centroids: centroids.centroids)
        return KMeans.Run(
            centroids: centroids.centroids, labels: assignment.labels,
            inertia: KMeansAssignment.inertia(
                data, weights: weights, centroids: centroids.centroids, labels: assignment.labels),
            iterations: batches, converged: ended)
    }

    private func firstCentroids(
        _ data: PreparedRows, weights: [Double]?, progress: ProgressHandler
    ) throws(ClusteringError) -> Matrix {
        if case .given = seeding {
            return try start.firstCentroids(data, weights: nil, restart: 0, progress: progress)
        }
        let size = min(data.count, initialSize ?? 3 * max(batchSize, clusterCount))
        var random = RandomSource(seed: seed, stage: "mini-batch k-means sample")
        let sample = random.sample(size, outOf: data.count)
        var sampleWeights = weights.map { weights in sample.map { weights[$0] } }
        // A sample of rows that do not count is as good as any.
        if sampleWeights?.allSatisfy({ $0 == 0 }) ?? false { sampleWeights = nil }
        return try start.bestRun(data.gathering(sample), weights: sampleWeights, progress: progress).centroids
    }
}

/// When mini-batches have done their work.
private struct Stopping {
    let patience: Int?
    let limit: Double
    /// How much the newest batch counts in the smoothed inertia.
    let smoothing: Double
    private var steps = 0
    private var smoothed: Double?
    private var least = Double.infinity
    private var withoutImprovement = 0

    init(patience: Int?, limit: Double, smoothing: Double) {
        (self.patience, self.limit, self.smoothing) = (patience, limit, smoothing)
    }

    mutating func isDue(after step: RunningCentroids.Step, mass: Double) -> Bool {
        steps += 1
        // The first batch is compared with centroids that are still raw.
        guard steps > 1 else { return false }
        if step.movement <= limit { return true }
        let inertia = step.cost / mass
        let now = smoothed.map { $0 * (1 - smoothing) + inertia * smoothing } ?? inertia
        smoothed = now
        if now < least {
            least = now
            withoutImprovement = 0
        } else {
            withoutImprovement += 1
        }
        return patience.map { withoutImprovement >= $0 } ?? false
    }
}

/// Moves centroids that get hardly any rows to where rows are.
struct Starvation {
    let ratio: Double
    private var rowsSince = 0

    init(ratio: Double) { self.ratio = ratio }

    /// - Returns: whether a centroid was moved.
    mutating func feed(
        _ centroids: inout RunningCentroids, _ batch: PreparedRows, weights: [Double]?, _ random: inout RandomSource
    ) -> Bool {
        let masses = centroids.masses
        rowsSince += batch.count
        guard ratio > 0, let greatest = masses.max(), greatest > 0,
            rowsSince >= 10 * masses.count || masses.contains(0)
        else { return false }
        rowsSince = 0
        let candidates = (0..<batch.count).filter { weights?[$0] ?? 1 > 0 }
        // The lightest first; at most half of the batch's rows become centroids.
        let starving = masses.indices.filter { masses[$0] < ratio * greatest }
            .sorted { (masses[$0], $0) < (masses[$1], $1) }.prefix(candidates.count / 2)
        guard !starving.isEmpty else { return false }
        let rows = random.sample(starving.count, outOf: candidates.count).map { candidates[$0] }
        centroids.move(Array(starving), to: rows, of: batch)
        return true
    }
}
