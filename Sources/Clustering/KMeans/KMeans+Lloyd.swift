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

    func run(_ data: PreparedRows, restart: Int, progress: ProgressHandler) throws(ClusteringError) -> Run {
        let stage = restarts > 1 ? "k-means, start \(restart + 1) of \(restarts)" : "k-means"
        guard progress.advance(stage, 0, of: maximumIterations) else { throw .cancelled }
        var centroids = try firstCentroids(data, restart: restart, progress: progress)
        let limit = tolerance * data.totalVariance / Double(data.rows.columns)
        var assignment = KMeansAssignment(data, centroids: centroids)
        var sums = ClusterSums(data, labels: assignment.labels, clusterCount: clusterCount)
        var iterations = 0
        var converged = false
        while iterations < maximumIterations && !converged {
            guard progress.advance(stage, iterations, of: maximumIterations) else { throw .cancelled }
            let empty = sums.emptyClusters
            let replacements =
                empty.isEmpty
                ? [] : farthestRows(empty.count, data, labels: assignment.labels, centroids: centroids)
            let next = sums.means(replacing: empty, by: replacements)
            let movement = Self.squaredMovement(centroids, next)
            centroids = next
            let changes = assignment.move(to: centroids)
            sums.update(with: changes, labels: assignment.labels)
            iterations += 1
            converged = changes.isEmpty || movement <= limit
        }
        return Run(
            centroids: centroids, labels: assignment.labels,
            inertia: KMeansAssignment.inertia(data, centroids: centroids, labels: assignment.labels),
            iterations: iterations, converged: converged)
    }

    /// The rows farthest from their own centroids, farthest first: where clusters that lost all their rows begin anew.
    private func farthestRows(_ count: Int, _ data: PreparedRows, labels: [Int32], centroids: Matrix) -> [Int] {
        let distances = KMeansAssignment.squaredDistances(data, centroids: centroids, labels: labels)
        var order = Array(distances.indices)
        order.sort { (-distances[$0], $0) < (-distances[$1], $1) }
        return Array(order.prefix(count))
    }

    private static func squaredMovement(_ before: Matrix, _ after: Matrix) -> Double {
        before.withUnsafeBufferPointer { a in
            after.withUnsafeBufferPointer { b in
                guard let a = a.baseAddress, let b = b.baseAddress else { return 0 }
                return RowKernel.squaredDistance(a, b, count: before.count)
            }
        }
    }
}
