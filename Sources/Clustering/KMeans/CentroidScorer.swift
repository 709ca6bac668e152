import Tensor

/// Scores of rows against one set of centroids.
struct CentroidScorer {
    /// Scores in whole numbers, where they are possible.
    let screen: NearestScreen?
    /// What stands for ‖x‖² in squared distances, ‖x‖² + 2 · score; 2 where both have length 1 and scores have no offset.
    private let squares: [Float]
    private let data: PreparedRows
    private let centroids: Matrix
    /// What the product with each centroid is taken from. `[k]`
    let offsets: [Float]
    private let longest: Double
    private let factor: Double
    /// Whether scores tell distances: not where rows are ranked by direction and a centroid has none.
    let boundsHold: Bool

    init(_ data: PreparedRows, _ centroids: Matrix) {
        self.data = data
        self.centroids = centroids
        squares = data.metric == .cosine ? [Float](repeating: 2, count: data.count) : data.norms
        let lengths = centroids.rowSquaredNorms()
        // Unit centroids are ranked by direction alone, also where one of them is zero.
        offsets = lengths.map { data.metric == .cosine ? 0 : Float($0 / 2) }
        screen = NearestScreen(
            centroids, offsets: lengths.map { data.metric == .cosine ? 0 : $0 / 2 }, squares: lengths)
        longest = lengths.max() ?? 0
        boundsHold = data.metric == .euclidean || (lengths.min() ?? 0) > 0.5
        // Rounding of a product is at most (d + 2) · 2⁻²⁴ · ‖x‖ · ‖c‖; of the offset, 2⁻²⁴ · ½‖c‖². Two scores may err.
        factor = 2.2 * Double(data.rows.columns + 4) * 0x1p-24
    }

    /// The rows that are scored. `[n × d]`
    var elements: Matrix { data.rows }

    /// Finds the nearest centroids of up to ``NearestScreen/rowCount`` rows by whole numbers; `expected` follow.
    func find(
        _ indices: UnsafePointer<Int32>, count: Int, expected: Int, by screen: NearestScreen,
        into found: NearestScreen.Rows
    ) {
        data.rows.withUnsafeBufferPointer { elements in
            squares.withUnsafeBufferPointer { squares in
                guard let elements = elements.baseAddress, let squares = squares.baseAddress else { return }
                screen.findNearest(
                    elements, squares: squares, at: indices, count: count, expected: expected, into: found)
            }
        }
    }

    /// The nearest centroid by the two best scores, with bounds on the distances to it and to the others.
    func nearest(of row: Int, _ best: RowKernel.Best) -> (label: Int32, upper: Float, lower: Float) {
        let norm = Double(data.norms[row])
        let ambiguity = factor * ((norm * longest).squareRoot() + longest / 2)
        guard Double(best.second) - Double(best.value) > ambiguity else {
            // Bounds that always cross: the row is looked at again next time.
            return (exactNearest(row), .infinity, 0)
        }
        guard boundsHold else { return (best.index, .infinity, 0) }
        let squares = Double(squares[row])
        let slack = 2 * ambiguity + squares * 0x1p-22
        let above = (max(0, squares + 2 * Double(best.value)) + slack).squareRoot()
        let below = max(0, squares + 2 * Double(best.second) - slack).squareRoot()
        return (best.index, Float(above).nextUp, Float(below).nextDown)
    }

    private func exactNearest(_ row: Int) -> Int32 {
        let columns = centroids.columns
        return data.rows.withUnsafeBufferPointer { rows in
            centroids.withUnsafeBufferPointer { centers in
                guard let rows = rows.baseAddress, let centers = centers.baseAddress else { return 0 }
                var best = (distance: Double.infinity, index: Int32(0))
                for index in 0..<centroids.rows {
                    let distance = RowKernel.squaredDistance(
                        rows + row * columns, centers + index * columns, count: columns)
                    if distance < best.distance { best = (distance, Int32(index)) }
                }
                return best.index
            }
        }
    }
}
