/// How many rows each cluster of one labelling shares with each of another, without the zeros.
package struct OverlapTable: Sendable {
    package struct Cell: Sendable {
        package let previous: Int
        package let current: Int
        package let count: Int
    }

    /// The pairs that share rows, by previous cluster, then by current one.
    package private(set) var cells: [Cell] = []
    /// The number of the shared rows in each previous cluster, wherever they are now.
    private(set) var previousTotals: [Int]
    /// The number of the shared rows in each current cluster, wherever they were.
    private(set) var currentTotals: [Int]

    /// Counts rows that both labellings have: `places[row]` is the row of `previous` that row `row` of `current` is.
    ///
    /// - Complexity: O(n + k) time and memory, and the number of cells.
    package init(_ current: ClusterLabels, places: [Int?], previous: ClusterLabels) {
        previousTotals = [Int](repeating: 0, count: previous.clusterCount)
        currentTotals = [Int](repeating: 0, count: current.clusterCount)
        // The shared rows' current clusters, by previous cluster.
        var starts = [Int](repeating: 0, count: previous.clusterCount + 1)
        for (row, place) in places.enumerated() {
            guard let place else { continue }
            if let cluster = current[row] { currentTotals[cluster] += 1 }
            if let cluster = previous[place] { previousTotals[cluster] += 1 }
        }
        for cluster in previousTotals.indices { starts[cluster + 1] = starts[cluster] + previousTotals[cluster] }
        var next = starts
        var destinations = [Int32](repeating: ClusterLabels.noise, count: starts.last ?? 0)
        for (row, place) in places.enumerated() {
            guard let place, let cluster = previous[place] else { continue }
            destinations[next[cluster]] = current.values[row]
            next[cluster] += 1
        }
        var counts = [Int](repeating: 0, count: current.clusterCount)
        for cluster in previousTotals.indices {
            var touched: [Int] = []
            for destination in destinations[starts[cluster]..<starts[cluster + 1]] where destination >= 0 {
                if counts[Int(destination)] == 0 { touched.append(Int(destination)) }
                counts[Int(destination)] += 1
            }
            for destination in touched.sorted() {
                cells.append(Cell(previous: cluster, current: destination, count: counts[destination]))
                counts[destination] = 0
            }
        }
    }

    /// The share of the previous cluster's shared rows that are in the current one.
    func shareOfPrevious(_ cell: Cell) -> Double { Double(cell.count) / Double(previousTotals[cell.previous]) }

    /// The share of the current cluster's shared rows that were in the previous one.
    func shareOfCurrent(_ cell: Cell) -> Double { Double(cell.count) / Double(currentTotals[cell.current]) }

    /// The shared rows in both of all that are in either: Jaccard's index.
    func jaccardIndex(_ cell: Cell) -> Double {
        Double(cell.count) / Double(previousTotals[cell.previous] + currentTotals[cell.current] - cell.count)
    }
}
