import Tensor

extension Agglomerative {
    /// The tree of a linkage whose clusters are points.
    func centroidTree(
        _ data: Matrix, _ weighting: CentroidTable.Weighting, progress: ProgressHandler
    ) throws(ClusteringError) -> Dendrogram {
        // Equal rows come first, at height 0. Left to the rounds, they would be merged one pair at a time.
        let copies = EqualRows(data)
        let zeros = copies.repeats.map { WeightedEdge(Int($0.first), Int($0.row), weight: 0) }
        var table = CentroidTable(data, firstRows: copies.firsts, sizes: copies.sizes, weighting: weighting)
        guard weighting == .ward else {
            let merges = try table.mergeGreedily(progress)
            return Dendrogram(leafCount: data.rows, joining: zeros + merges)
        }
        let merges = try table.mergeReciprocalPairs(progress)
        return Dendrogram(
            leafCount: data.rows,
            sorting: zeros.map { .init(first: Int32($0.a), second: Int32($0.b), height: 0) } + merges)
    }
}

/// Which rows are equal, element by element.
struct EqualRows {
    /// The rows that equal no row before them, ascending.
    let firsts: [Int32]
    /// How many rows equal each of them, itself included.
    let sizes: [Int]
    /// The other rows, each with the first that it equals, in order of first, then row.
    let repeats: [(first: Int32, row: Int32)]

    /// - Complexity: O(n · d + n log n), and O(d) more for each comparison of rows of equal length.
    init(_ data: Matrix) {
        let squares = data.rowSquaredNorms()
        let columns = data.columns
        let order: [Int32] = data.withUnsafeBufferPointer { elements in
            guard let start = elements.baseAddress, columns > 0 else { return (0..<Int32(data.rows)).map { $0 } }
            return (0..<Int32(data.rows)).sorted { a, b in
                if squares[Int(a)] != squares[Int(b)] { return squares[Int(a)] < squares[Int(b)] }
                let (x, y) = (start + Int(a) * columns, start + Int(b) * columns)
                for k in 0..<columns where x[k] != y[k] { return x[k] < y[k] }
                return a < b
            }
        }
        var sizes = [Int](repeating: 1, count: data.rows)
        var repeats: [(first: Int32, row: Int32)] = []
        var first = -1
        for row in order.map({ Int($0) }) {
            if first >= 0, squares[first] == squares[row], data.row(first).elementsEqual(data.row(row)) {
                sizes[first] += 1
                sizes[row] = 0
                repeats.append((Int32(first), Int32(row)))
            } else {
                first = row
            }
        }
        firsts = sizes.indices.filter { sizes[$0] > 0 }.map { Int32($0) }
        self.sizes = sizes.filter { $0 > 0 }
        self.repeats = repeats.sorted { ($0.first, $0.row) < ($1.first, $1.row) }
    }
}
