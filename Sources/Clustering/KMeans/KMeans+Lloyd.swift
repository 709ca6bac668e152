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
        let columns = data.rows.columns
        let variance = data.rows.columnStandardDeviations().reduce(0) { $0 + $1 * $1 } / Double(columns)
        let limit = tolerance * variance
        var assignment = KMeansAssignment(data, centroids: centroids)
        var iterations = 0
        var converged = false
        while iterations < maximumIterations {
            guard progress.advance(stage, iterations, of: maximumIterations) else { throw .cancelled }
            let next = means(of: data, labels: assignment.labels, centroids: centroids)
            let movement = Self.squaredMovement(centroids, next)
            centroids = next
            let updated = KMeansAssignment(data, centroids: centroids)
            iterations += 1
            let unchanged = updated.labels == assignment.labels
            assignment = updated
            if unchanged || movement <= limit {
                converged = true
                break
            }
        }
        return Run(
            centroids: centroids, labels: assignment.labels,
            inertia: KMeansAssignment.inertia(data, centroids: centroids, labels: assignment.labels),
            iterations: iterations, converged: converged)
    }

    /// The mean of each cluster's rows. A cluster that lost all its rows moves to the row that lies farthest from its
    /// own centroid, the next such cluster to the next such row.
    private func means(of data: PreparedRows, labels: [Int32], centroids: Matrix) -> Matrix {
        let groups = RowsByLabel(labels, clusterCount: clusterCount)
        let columns = data.rows.columns
        let empty = (0..<clusterCount).filter { groups.count(of: $0) == 0 }
        let replacements = empty.isEmpty ? [] : farthestRows(empty.count, data, labels: labels, centroids: centroids)
        return data.rows.withUnsafeBufferPointer { rows in
            Matrix(rows: clusterCount, columns: columns) { target in
                nonisolated(unsafe) let (source, target) = (rows.baseAddress, target.baseAddress)
                parallelFor(clusterCount) { cluster in
                    guard let source, let target else { return }
                    let mean = target + cluster * columns
                    if let place = empty.firstIndex(of: cluster) {
                        return mean.update(from: source + replacements[place] * columns, count: columns)
                    }
                    var sums = [Double](repeating: 0, count: columns)
                    sums.withUnsafeMutableBufferPointer { sums in
                        guard let sums = sums.baseAddress else { return }
                        // Rows in ascending order: the sum does not depend on threads.
                        for row in groups.rows(of: cluster) {
                            RowKernel.accumulate(sums, source + Int(row) * columns, count: columns)
                        }
                    }
                    var scale = 1 / Double(groups.count(of: cluster))
                    if metric == .cosine {
                        let norm = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
                        // Rows that cancel out have no direction; their mean, zero, is then as good as any.
                        scale = norm > 0 ? 1 / norm : 0
                    }
                    for column in 0..<columns { mean[column] = Float(sums[column] * scale) }
                }
            }
        }
    }

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

/// The rows of each label, ascending: a counting sort.
struct RowsByLabel {
    private let starts: [Int]
    private let order: [Int32]

    init(_ labels: [Int32], clusterCount: Int) {
        var starts = [Int](repeating: 0, count: clusterCount + 1)
        for label in labels { starts[Int(label) + 1] += 1 }
        for cluster in 0..<clusterCount { starts[cluster + 1] += starts[cluster] }
        var next = starts
        var order = [Int32](repeating: 0, count: labels.count)
        for (row, label) in labels.enumerated() {
            order[next[Int(label)]] = Int32(row)
            next[Int(label)] += 1
        }
        self.starts = starts
        self.order = order
    }

    func count(of cluster: Int) -> Int { starts[cluster + 1] - starts[cluster] }
    func rows(of cluster: Int) -> ArraySlice<Int32> { order[starts[cluster]..<starts[cluster + 1]] }
}
