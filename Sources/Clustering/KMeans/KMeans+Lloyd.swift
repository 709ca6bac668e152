import Tensor

extension KMeans {
    /// One run from one set of seeds: centroids, labels and inertia that belong together.
    struct Run {
        var centroids: Matrix
        var labels: [Int32]
        var inertia: Double
        var iterations: Int
        var converged: Bool
    }

    /// The run of least inertia from all sets of seeds, kept whole.
    func bestRun(
        _ data: PreparedRows, weights: [Double]?, progress: ProgressHandler
    ) throws(ClusteringError) -> Run {
        var best = try run(data, weights: weights, restart: 0, progress: progress)
        for restart in 1..<max(1, restarts) {
            let run = try run(data, weights: weights, restart: restart, progress: progress)
            if run.inertia < best.inertia { best = run }
        }
        return best
    }

    private func run(
        _ data: PreparedRows, weights: [Double]?, restart: Int, progress: ProgressHandler
    ) throws(ClusteringError) -> Run {
        let stage = restarts > 1 ? "k-means, start \(restart + 1) of \(restarts)" : "k-means"
        guard progress.advance(stage, 0, of: maximumIterations) else { throw .cancelled }
        var centroids = try firstCentroids(data, weights: weights, restart: restart, progress: progress)
        let limit = tolerance * data.totalVariance(weights: weights) / Double(data.rows.columns)
        var sums = ClusterSums(data, weights: weights, clusterCount: clusterCount)
        var assignment = KMeansAssignment(data, centroids: centroids, sums: &sums)
        var iterations = 0
        var converged = false
        while iterations < maximumIterations && !converged {
            guard progress.advance(stage, iterations, of: maximumIterations) else { throw .cancelled }
            let empty = sums.emptyClusters
            let replacements =
                empty.isEmpty
                ? [] : farthestRows(empty.count, data, weights, labels: assignment.labels, centroids: centroids)
            let next = sums.means(replacing: empty, by: replacements)
            let movement = centroids.squaredDistance(to: next)
            centroids = next
            let changed = assignment.move(to: centroids, sums: &sums)
            iterations += 1
            converged = !changed || movement <= limit
        }
        return Run(
            centroids: centroids, labels: assignment.labels,
            inertia: KMeansAssignment.inertia(
                data, weights: weights, centroids: centroids, labels: assignment.labels),
            iterations: iterations, converged: converged)
    }

    /// The rows farthest from their own centroids, farthest first: where clusters that lost all their rows begin anew.
    private func farthestRows(
        _ count: Int, _ data: PreparedRows, _ weights: [Double]?, labels: [Int32], centroids: Matrix
    ) -> [Int] {
        var distances = KMeansAssignment.squaredDistances(data, centroids: centroids, labels: labels)
        // Rows that do not count come last.
        if let weights { for row in distances.indices where weights[row] == 0 { distances[row] = -1 } }
        var order = Array(distances.indices)
        order.sort { (-distances[$0], $0) < (-distances[$1], $1) }
        return Array(order.prefix(count))
    }
}
