import Tensor

/// Points drawn by sensitivity: their share of the cost of a rough solution, and of the weight of their cluster there.
///
/// Where others give the drawn points weights, here each takes the points of its cluster that are nearest to it along, so
/// that weight, sum and sum of squares stay what they are.
struct SensitivitySampling {
    private let prepared: PreparedRows
    /// The cluster of each point in the rough solution. `[n]`
    private let clusters: [Int32]
    private let clusterCount: Int
    /// `[n]`
    private let sensitivities: [Double]

    /// - Parameter clusterCount: how many clusters the rough solution has; it is one by a coreset tree.
    init(_ input: CoresetInput, clusterCount: Int, _ random: inout RandomSource) {
        let prepared = PreparedRows(input.positions, metric: .euclidean)
        let (clusters, clusterCount) = CoresetTree.labels(input, count: clusterCount, &random)
        let sums = ClusterSums(prepared, weights: input.weights, labels: clusters, clusterCount: clusterCount)
        let centroids = sums.means(replacing: [], by: [])
        let distances = KMeansAssignment.squaredDistances(prepared, centroids: centroids, labels: clusters)
        let cost = zip(distances, input.weights).reduce(0) { $0 + $1.0 * $1.1 }
        var masses = [Double](repeating: 0, count: clusterCount)
        for (cluster, weight) in zip(clusters, input.weights) { masses[Int(cluster)] += weight }
        sensitivities = clusters.indices.map { point in
            let weight = input.weights[point]
            return (cost > 0 ? weight * distances[point] / cost : 0) + weight / masses[Int(clusters[point])]
        }
        self.prepared = prepared
        self.clusters = clusters
        self.clusterCount = clusterCount
    }

    /// The group of each point.
    ///
    /// - Complexity: O(n · m / k · d) where clusters are alike.
    func labels(count: Int, _ random: inout RandomSource) -> (labels: [Int32], count: Int) {
        let members = RowsByLabel(clusters, rows: nil, clusterCount: clusterCount)
        let drawn = draw(count, members, &random)
        var labels = [Int32](repeating: -1, count: clusters.count)
        for cluster in 0..<clusterCount {
            let rows = members.rows(of: cluster).map { Int($0) }
            let representatives = drawn[cluster]
            guard !representatives.isEmpty else { continue }
            let vectors = prepared.rows.gatheringRows(representatives)
            let halves = vectors.rowSquaredNorms().map { Float($0 / 2) }
            let nearest = prepared.rows.gatheringRows(rows).greatestProducts(with: vectors, offsets: halves).rows
            for (row, index) in zip(rows, nearest) { labels[row] = Int32(representatives[Int(index)]) }
        }
        // Groups are numbered in order of their first points; a drawn point may coincide with another, and have none.
        var numbers = [Int32](repeating: -1, count: clusters.count)
        var groups: Int32 = 0
        for row in labels.indices {
            let representative = Int(labels[row])
            if numbers[representative] < 0 {
                numbers[representative] = groups
                groups += 1
            }
            labels[row] = numbers[representative]
        }
        return (labels, Int(groups))
    }

    /// The points drawn in each cluster, ascending: at least one each.
    private func draw(_ count: Int, _ members: RowsByLabel, _ random: inout RandomSource) -> [[Int]] {
        // As in weighted sampling without replacement: the points whose times come first.
        let times = sensitivities.map { -naturalLogarithm(1 - random.uniform()) / $0 }
        var isDrawn = [Bool](repeating: false, count: clusters.count)
        var left = count
        for cluster in 0..<clusterCount {
            let first = members.rows(of: cluster).min { (times[Int($0)], $0) < (times[Int($1)], $1) }
            guard let first else { continue }
            isDrawn[Int(first)] = true
            left -= 1
        }
        let order = times.indices.filter { !isDrawn[$0] }.sorted { (times[$0], $0) < (times[$1], $1) }
        for point in order.prefix(left) { isDrawn[point] = true }
        return (0..<clusterCount).map { cluster in
            members.rows(of: cluster).filter { isDrawn[Int($0)] }.map { Int($0) }
        }
    }
}
