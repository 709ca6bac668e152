/// How unequal the sizes of clusters are, while clusters are merged.
///
/// n rows have at most √(2 · n) different sizes of clusters, so that each merge takes O(√n).
struct SizeInequality {
    /// The different sizes, ascending, and how many clusters have each.
    private var counts: [(size: Int, count: Int)]
    private var clusterCount: Int
    private let rowCount: Int
    /// Σ |a − b| over all pairs of clusters.
    private var differences = 0

    /// As many clusters of one row.
    init(clusterCount: Int) {
        self.clusterCount = clusterCount
        rowCount = clusterCount
        counts = clusterCount > 0 ? [(1, clusterCount)] : []
    }

    /// The least size.
    var smallest: Int { counts.first?.size ?? 0 }

    /// 0 where all sizes are equal, 1 where one cluster has (almost) everything; 0 for a single cluster.
    var giniIndex: Double {
        clusterCount > 1 ? Double(differences) / (Double(clusterCount - 1) * Double(rowCount)) : 0
    }

    /// Two clusters of these sizes become one.
    mutating func merge(_ a: Int, _ b: Int) {
        change(a, by: -1)
        change(b, by: -1)
        change(a + b, by: 1)
    }

    private mutating func change(_ size: Int, by step: Int) {
        var sum = 0
        for (other, count) in counts { sum += abs(other - size) * count }
        differences += step * sum
        clusterCount += step
        let place = counts.firstIndex { $0.size >= size } ?? counts.count
        if place < counts.count, counts[place].size == size {
            counts[place].count += step
            if counts[place].count == 0 { counts.remove(at: place) }
        } else {
            counts.insert((size, step), at: place)
        }
    }
}
