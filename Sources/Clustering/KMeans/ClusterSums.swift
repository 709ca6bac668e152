import Tensor

/// The sum of each cluster's rows, in double precision, kept up to date while rows change their clusters.
///
/// Each cluster's rows are added in ascending order by one thread, so sums do not depend on threads.
struct ClusterSums {
    private let data: PreparedRows
    /// How much each row counts; all the same when `nil`. `[n]`
    private let weights: [Double]?
    private let clusterCount: Int
    /// Row by row, a cluster after the other. `[k × d]`
    private(set) var sums: [Double]
    /// The weight of each cluster's rows. `[k]`
    private(set) var totals: [Double]

    /// Clusters without rows.
    init(_ data: PreparedRows, weights: [Double]?, clusterCount: Int) {
        self.data = data
        self.weights = weights
        self.clusterCount = clusterCount
        sums = [Double](repeating: 0, count: clusterCount * data.rows.columns)
        totals = [Double](repeating: 0, count: clusterCount)
    }

    init(_ data: PreparedRows, weights: [Double]?, labels: [Int32], clusterCount: Int) {
        self.init(data, weights: weights, clusterCount: clusterCount)
        recompute(labels)
    }

    /// Whether rows that change their clusters may be added up in parts of the data first: where the sums fit the cache,
    /// many times over the memory.
    var takesParts: Bool { weights == nil && sums.count <= Self.partSize }

    /// The most numbers that sums in parts consist of.
    static let partSize = 1 << 13

    /// The clusters without rows that count, ascending.
    var emptyClusters: [Int] { totals.indices.filter { totals[$0] <= 0 } }

    /// Takes in that rows changed their clusters.
    ///
    /// - Parameter labels: the labels of all rows now.
    mutating func update(with changes: LabelChanges, labels: [Int32]) {
        // Moving a row costs two additions, adding up all rows one each.
        guard changes.rows.count * 3 < data.count else { return recompute(labels) }
        if let moved = changes.moved {
            sums.add(moved.sums)
            totals.add(moved.totals)
        }
        let rows = changes.rows
        guard !rows.isEmpty else { return }
        guard weights == nil else {
            // A heavy row taken out of a sum of light ones would leave little but rounding.
            var isChanged = [Bool](repeating: false, count: clusterCount)
            for (row, previous) in zip(rows, changes.previous) {
                isChanged[Int(previous)] = true
                isChanged[Int(labels[Int(row)])] = true
            }
            return recompute(labels, where: isChanged)
        }
        let joined = RowsByLabel(rows.map { labels[Int($0)] }, rows: rows, clusterCount: clusterCount)
        // The first time no row leaves a cluster.
        let left =
            changes.isFirst ? nil : RowsByLabel(changes.previous, rows: rows, clusterCount: clusterCount)
        add(joined, minus: left)
    }

    /// Adds up the rows of all clusters, or of some, anew.
    mutating func recompute(_ labels: [Int32], where isWanted: [Bool]? = nil) {
        let columns = data.rows.columns
        for cluster in totals.indices where isWanted?[cluster] ?? true {
            totals[cluster] = 0
            for index in cluster * columns..<(cluster + 1) * columns { sums[index] = 0 }
        }
        add(RowsByLabel(labels, rows: nil, clusterCount: clusterCount), minus: nil, where: isWanted)
    }

    private mutating func add(_ joined: RowsByLabel, minus left: RowsByLabel?, where isWanted: [Bool]? = nil) {
        func weight(of rows: ArraySlice<Int32>) -> Double {
            guard let weights else { return Double(rows.count) }
            return rows.reduce(0) { $0 + weights[Int($1)] }
        }
        let clusters = totals.indices.filter { isWanted?[$0] ?? true }
        for cluster in clusters {
            // Where rows are taken out all count 1, so that these sums are exact.
            totals[cluster] += weight(of: joined.rows(of: cluster))
            if let left { totals[cluster] -= weight(of: left.rows(of: cluster)) }
        }
        let columns = data.rows.columns
        sums.withUnsafeMutableBufferPointer { sums in
            data.rows.withUnsafeBufferPointer { rows in
                nonisolated(unsafe) let (sums, rows) = (sums.baseAddress, rows.baseAddress)
                parallelFor(clusters.count) { index in
                    guard let sums, let rows else { return }
                    let cluster = clusters[index]
                    for (part, sign) in [(left, -1.0), (joined, 1.0)] {
                        part?.rows(of: cluster).withUnsafeBufferPointer {
                            RowKernel.accumulate(
                                sums + cluster * columns, rows, at: $0, weights: weights, sign: sign, depth: columns)
                        }
                    }
                }
            }
        }
    }

    /// The mean of each cluster's rows, of length 1 for the cosine metric. The clusters `empty` have the given rows
    /// instead.
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
                let scale = data.metric.meanScale(sum, mass: totals[cluster])
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
        var next = starts
        order = [Int32](unsafeUninitializedCapacity: labels.count) { order, initialized in
            labels.withUnsafeBufferPointer { labels in
                starts.withUnsafeMutableBufferPointer { starts in
                    for label in labels { starts[Int(label) + 1] += 1 }
                    for cluster in 0..<clusterCount { starts[cluster + 1] += starts[cluster] }
                }
                next = starts
                next.withUnsafeMutableBufferPointer { next in
                    for (position, label) in labels.enumerated() {
                        order[next[Int(label)]] = rows?[position] ?? Int32(position)
                        next[Int(label)] += 1
                    }
                }
            }
            initialized = labels.count
        }
        self.starts = starts
    }

    func rows(of cluster: Int) -> ArraySlice<Int32> { order[starts[cluster]..<starts[cluster + 1]] }
}

extension PreparedRows {
    /// The sum of the variances of the columns of ``rows``, each row counted as much as its weight.
    func totalVariance(weights: [Double]?) -> Double {
        guard let weights else { return totalVariance }
        let total = weights.reduce(0, +)
        let sums = ClusterSums(self, weights: weights, labels: [Int32](repeating: 0, count: count), clusterCount: 1)
        let squares = zip(rows.rowSquaredNorms(), weights).reduce(0) { $0 + $1.0 * $1.1 }
        return max(0, squares / total - sums.sums.reduce(0) { $0 + ($1 / total) * ($1 / total) })
    }
}
