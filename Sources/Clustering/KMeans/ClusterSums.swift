import Tensor

/// The sum of each cluster's rows, in double precision, kept up to date while rows change their clusters.
///
/// Each cluster's rows are added in ascending order by one thread, so sums do not depend on threads.
struct ClusterSums {
    private let data: PreparedRows
    private let clusterCount: Int
    /// Row by row, a cluster after the other. `[k × d]`
    private var sums: [Double]
    private var counts: [Int]

    init(_ data: PreparedRows, labels: [Int32], clusterCount: Int) {
        self.data = data
        self.clusterCount = clusterCount
        sums = []
        counts = []
        recompute(labels)
    }

    /// The clusters without rows, ascending.
    var emptyClusters: [Int] { counts.indices.filter { counts[$0] == 0 } }

    /// Takes in that rows changed their clusters.
    ///
    /// - Parameters:
    ///   - changes: the rows, ascending, with the label that each had.
    ///   - labels: the labels of all rows now.
    mutating func update(with changes: [(row: Int32, previous: Int32)], labels: [Int32]) {
        // Moving a row costs two additions, adding up all rows one each.
        guard changes.count * 3 < data.count else { return recompute(labels) }
        let rows = changes.map(\.row)
        let left = RowsByLabel(changes.map(\.previous), rows: rows, clusterCount: clusterCount)
        let joined = RowsByLabel(rows.map { labels[Int($0)] }, rows: rows, clusterCount: clusterCount)
        add(joined, minus: left)
    }

    private mutating func recompute(_ labels: [Int32]) {
        sums = [Double](repeating: 0, count: clusterCount * data.rows.columns)
        counts = [Int](repeating: 0, count: clusterCount)
        add(RowsByLabel(labels, rows: nil, clusterCount: clusterCount), minus: nil)
    }

    private mutating func add(_ joined: RowsByLabel, minus left: RowsByLabel?) {
        for cluster in counts.indices { counts[cluster] += joined.count(of: cluster) - (left?.count(of: cluster) ?? 0) }
        let columns = data.rows.columns
        sums.withUnsafeMutableBufferPointer { sums in
            data.rows.withUnsafeBufferPointer { rows in
                nonisolated(unsafe) let (sums, rows) = (sums.baseAddress, rows.baseAddress)
                parallelFor(clusterCount) { cluster in
                    guard let sums, let rows else { return }
                    let sum = sums + cluster * columns
                    if let left {
                        for row in left.rows(of: cluster) {
                            RowKernel.accumulate(sum, rows + Int(row) * columns, weight: -1, count: columns)
                        }
                    }
                    for row in joined.rows(of: cluster) {
                        RowKernel.accumulate(sum, rows + Int(row) * columns, count: columns)
                    }
                }
            }
        }
    }

    /// The mean of each cluster's rows, of length 1 for the cosine metric. The clusters `empty` have the given rows instead.
    func means(replacing empty: [Int], by replacements: [Int]) -> Matrix {
        let columns = data.rows.columns
        return Matrix(rows: clusterCount, columns: columns) { target in
            for cluster in 0..<clusterCount {
                if let place = empty.firstIndex(of: cluster) {
                    for (column, value) in data.rows.row(replacements[place]).enumerated() {
                        target[cluster * columns + column] = value
                    }
                    continue
                }
                let sum = sums[cluster * columns..<(cluster + 1) * columns]
                var scale = 1 / Double(counts[cluster])
                if data.metric == .cosine {
                    let norm = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
                    // Rows that cancel out have no direction; their mean, zero, is then as good as any.
                    scale = norm > 0 ? 1 / norm : 0
                }
                for (column, value) in sum.enumerated() { target[cluster * columns + column] = Float(value * scale) }
            }
        }
    }
}

/// Rows by label, ascending: a counting sort.
struct RowsByLabel {
    private let starts: [Int]
    private let order: [Int32]

    /// Sorts `rows`, by default 0, 1, …, whose labels are `labels`.
    init(_ labels: [Int32], rows: [Int32]?, clusterCount: Int) {
        var starts = [Int](repeating: 0, count: clusterCount + 1)
        for label in labels { starts[Int(label) + 1] += 1 }
        for cluster in 0..<clusterCount { starts[cluster + 1] += starts[cluster] }
        var next = starts
        var order = [Int32](repeating: 0, count: labels.count)
        for (position, label) in labels.enumerated() {
            order[next[Int(label)]] = rows?[position] ?? Int32(position)
            next[Int(label)] += 1
        }
        self.starts = starts
        self.order = order
    }

    func count(of cluster: Int) -> Int { starts[cluster + 1] - starts[cluster] }
    func rows(of cluster: Int) -> ArraySlice<Int32> { order[starts[cluster]..<starts[cluster + 1]] }
}
