import Tensor

/// The distance from each row to the nearest one with which the rows that are no farther away count as many as asked for.
///
/// Without weights every row counts one, the row itself included; with weights, each as much as its weight, as so many
/// copies would.
struct CoreDistances {
    let minimumSamples: Int
    /// How much each row counts; `nil` where each counts one. `[n]`
    let weights: [Double]?

    /// A core distance, in the metric's comparable form; `nil` where the list is too short to tell.
    ///
    /// - Parameters:
    ///   - own: how much the row itself counts.
    ///   - itself: the row, if it may be in its own list.
    ///   - indices: other rows, nearest first.
    ///   - comparables: their distances.
    func core(
        own: Double, itself: Int = -1, _ indices: ArraySlice<Int32>, _ comparables: ArraySlice<Double>
    ) -> Double? {
        guard let weights else {
            let rank = minimumSamples - Int(own)
            return rank <= 0 ? 0 : rank > comparables.count ? nil : comparables[comparables.startIndex + rank - 1]
        }
        var sum = own
        if sum >= Double(minimumSamples) { return 0 }
        for (index, comparable) in zip(indices, comparables) where Int(index) != itself {
            sum += weights[Int(index)]
            if sum >= Double(minimumSamples) { return comparable }
        }
        return nil
    }

    /// The core distances of all rows from lists of their nearest other rows; where these are too short, from longer ones.
    ///
    /// Longer lists are made for few rows at a time, so that they need no more memory than those given.
    ///
    /// - Parameter longer: lists of so many rows nearest to each of some rows, which may be in their own list.
    func all(
        _ lists: NeighborLists, count: Int,
        longer: (_ k: Int, _ rows: ArraySlice<Int>) throws(ClusteringError) -> NeighborLists
    ) throws(ClusteringError) -> [Double] {
        var cores = [Double](repeating: 0, count: count)
        var open: [Int] = []
        for row in 0..<count {
            let range = row * lists.k..<(row + 1) * lists.k
            let found = core(own: weights?[row] ?? 1, lists.indices[range], lists.comparables[range])
            if let found { cores[row] = found } else { open.append(row) }
        }
        var k = lists.k
        while !open.isEmpty {
            k = min(2 * k + 2, count)
            let size = max(1, count * lists.k / k)
            var left: [Int] = []
            for tile in 0..<open.indices.tileCount(size: size) {
                let rows = open[open.indices.tile(tile, size: size)]
                let longer = try longer(k, rows)
                for (position, row) in rows.enumerated() {
                    let range = position * k..<(position + 1) * k
                    let found = core(
                        own: weights?[row] ?? 1, itself: row, longer.indices[range], longer.comparables[range])
                    if let found {
                        cores[row] = found
                    } else if k < count {
                        left.append(row)
                    } else {
                        // All rows together are enough, but for rounding.
                        cores[row] = longer.last(position)
                    }
                }
            }
            open = left
        }
        return cores
    }
}
