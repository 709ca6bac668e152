import Tensor

/// Centroids that follow batches of rows: each is the mean of the rows that have joined it so far.
///
/// - Reference: Sculley, "Web-scale k-means clustering", WWW 2010, doi:10.1145/1772690.1772862.
struct RunningCentroids: Sendable {
    let metric: Metric
    /// In prepared coordinates. `[k × d]`
    private(set) var centroids: Matrix
    /// The sum of the rows of each. `[k × d]`
    private(set) var sums: [Double]
    /// Their weight. `[k]`
    private(set) var masses: [Double]

    /// Centroids that no row has joined yet.
    init(_ centroids: Matrix, metric: Metric) {
        let none = [Double](repeating: 0, count: centroids.rows)
        self.init(
            centroids, metric: metric, sums: [Double](repeating: 0, count: centroids.count), masses: none)
    }

    init(_ centroids: Matrix, metric: Metric, sums: [Double], masses: [Double]) {
        self.metric = metric
        self.centroids = centroids
        self.sums = sums
        self.masses = masses
    }

    /// What a batch did.
    struct Step {
        /// The cluster that each row joined. `[b]`
        let labels: [Int32]
        /// The sum of the weighted squared distances to the centroids as they were before.
        let cost: Double
        /// The squared movement of all centroids together.
        let movement: Double
    }

    /// Lets the rows of a batch join their nearest centroids.
    mutating func step(_ batch: PreparedRows, weights: [Double]?) -> Step {
        let labels = KMeansAssignment(batch, centroids: centroids).labels
        let cost = KMeansAssignment.inertia(batch, weights: weights, centroids: centroids, labels: labels)
        let joined = ClusterSums(batch, weights: weights, labels: labels, clusterCount: centroids.rows)
        let columns = centroids.columns
        var next = centroids
        for cluster in masses.indices where joined.totals[cluster] > 0 {
            masses[cluster] += joined.totals[cluster]
            for index in cluster * columns..<(cluster + 1) * columns { sums[index] += joined.sums[index] }
            write(cluster, to: &next)
        }
        let movement = centroids.squaredDistance(to: next)
        centroids = next
        return Step(labels: labels, cost: cost, movement: movement)
    }

    /// Lets all rows so far count less.
    mutating func scale(by factor: Double) {
        for index in sums.indices { sums[index] *= factor }
        for cluster in masses.indices { masses[cluster] *= factor }
    }

    /// Moves centroids to other rows; they count as much as the lightest of the others.
    mutating func move(_ clusters: [Int], to rows: [Int], of batch: PreparedRows) {
        let moved = Set(clusters)
        let least = masses.indices.filter { !moved.contains($0) }.map { masses[$0] }.min() ?? 0
        let columns = centroids.columns
        for (cluster, row) in zip(clusters, rows) {
            masses[cluster] = least
            for (column, value) in batch.rows.row(row).enumerated() {
                sums[cluster * columns + column] = Double(value) * least
                centroids[cluster, column] = value
            }
        }
    }

    private func write(_ cluster: Int, to target: inout Matrix) {
        let columns = centroids.columns
        let sum = sums[cluster * columns..<(cluster + 1) * columns]
        let scale = metric.meanScale(sum, mass: masses[cluster])
        for (column, value) in sum.enumerated() { target[cluster, column] = Float(value * scale) }
    }
}

extension Metric {
    /// What makes the sum of a cluster's prepared rows its centroid: their mean, of length 1 for ``cosine``.
    @inline(__always)
    func meanScale(_ sum: ArraySlice<Double>, mass: Double) -> Double {
        guard self == .cosine else { return 1 / mass }
        let norm = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        // Rows that cancel out have no direction; their mean, zero, is then as good as any.
        return norm > 0 ? 1 / norm : 0
    }
}

extension Matrix {
    /// The sum of the squared differences of all elements from those of a matrix of the same shape.
    func squaredDistance(to other: Matrix) -> Double {
        withUnsafeBufferPointer { a in
            other.withUnsafeBufferPointer { b in
                guard let a = a.baseAddress, let b = b.baseAddress else { return 0 }
                return RowKernel.squaredDistance(a, b, count: count)
            }
        }
    }
}
