/// The cluster of each row: 0, 1, 2, …, or noise.
///
/// Reading element `i` gives the cluster of row `i`, or `nil` when the row is noise. Files and peers write noise as −1;
/// ``values`` has that form.
public struct ClusterLabels: RandomAccessCollection, Sendable, Hashable {
    /// The label that stands for noise in ``values``.
    public static let noise: Int32 = -1

    /// The labels as numbers, noise as −1. `[n]`
    public let values: [Int32]
    /// One more than the highest label; 0 when every row is noise.
    public let clusterCount: Int

    /// Labels from numbers; every negative number means noise.
    ///
    /// - Complexity: O(n).
    public init(_ values: some Sequence<Int32>) {
        self.values = values.map { Swift.max($0, Self.noise) }
        clusterCount = Int(self.values.max() ?? Self.noise) + 1
    }

    /// Labels from numbers; every negative number means noise.
    ///
    /// - Precondition: all numbers fit 32 bits.
    /// - Complexity: O(n).
    public init(_ values: some Sequence<Int>) { self.init(values.map { Int32($0) }) }

    public var startIndex: Int { 0 }
    public var endIndex: Int { values.count }

    /// The cluster of row `row`; `nil` when the row is noise.
    public subscript(row: Int) -> Int? {
        let value = values[row]
        return value < 0 ? nil : Int(value)
    }

    /// The number of noise rows.
    ///
    /// - Complexity: O(n).
    public var noiseCount: Int { values.count { $0 < 0 } }

    /// The number of rows in each cluster. `[clusterCount]`
    ///
    /// - Complexity: O(n).
    public var sizes: [Int] {
        var result = [Int](repeating: 0, count: clusterCount)
        for value in values where value >= 0 { result[Int(value)] += 1 }
        return result
    }

    /// The rows of each cluster, ascending. `[clusterCount]`
    ///
    /// - Complexity: O(n).
    public var members: [[Int]] {
        var result = [[Int]](repeating: [], count: clusterCount)
        for (row, value) in values.enumerated() where value >= 0 { result[Int(value)].append(row) }
        return result
    }

    /// The same groups, numbered by size, largest first; equal sizes by their lowest row. Empty clusters vanish.
    ///
    /// - Parameter weights: how much each row counts, by default 1; a group's size is then the sum of its rows' weights.
    /// - Returns: the new labels, and for each new cluster the number it had before.
    /// - Precondition: there are as many weights as rows.
    /// - Complexity: O(n + k log k).
    public func numberedBySize(weights: [Double]? = nil) -> (labels: ClusterLabels, previous: [Int]) {
        precondition(weights.map { $0.count == count } ?? true, "\(weights?.count ?? 0) weights for \(count) rows")
        let sizes = sizes
        var masses = sizes.map { Double($0) }
        if let weights {
            masses = [Double](repeating: 0, count: clusterCount)
            for (value, weight) in zip(values, weights) where value >= 0 { masses[Int(value)] += weight }
        }
        var firstRow = [Int](repeating: Int.max, count: clusterCount)
        for (row, value) in values.enumerated().reversed() where value >= 0 { firstRow[Int(value)] = row }
        let order = (0..<clusterCount).filter { sizes[$0] > 0 }
            .sorted { (-masses[$0], firstRow[$0]) < (-masses[$1], firstRow[$1]) }
        var renamed = [Int32](repeating: Self.noise, count: clusterCount)
        for (new, old) in order.enumerated() { renamed[old] = Int32(new) }
        return (ClusterLabels(values.map { $0 < 0 ? Self.noise : renamed[Int($0)] }), order)
    }
}
