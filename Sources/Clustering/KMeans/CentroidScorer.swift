import Tensor

/// Scores of rows against one set of centroids.
struct CentroidScorer {
    /// Scores in whole numbers, where they are possible.
    let screen: NearestScreen?
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
        let squares = centroids.rowSquaredNorms()
        // Unit centroids are ranked by direction alone, also where one of them is zero.
        offsets = squares.map { data.metric == .cosine ? 0 : Float($0 / 2) }
        screen = NearestScreen(
            centroids, offsets: squares.map { data.metric == .cosine ? 0 : $0 / 2 }, squares: squares)
        longest = squares.max() ?? 0
        boundsHold = data.metric == .euclidean || (squares.min() ?? 0) > 0.5
        // Rounding of a product is at most (d + 2) · 2⁻²⁴ · ‖x‖ · ‖c‖; of the offset, 2⁻²⁴ · ½‖c‖². Two scores may err.
        factor = 2.2 * Double(data.rows.columns + 4) * 0x1p-24
    }

    /// What stands for ‖x‖² in squared distances, ‖x‖² + 2 · score; 2 where both have length 1 and scores have no offset.
    private func square(_ row: Int) -> Float { data.metric == .cosine ? 2 : data.norms[row] }

    /// Finds the nearest centroids of up to ``NearestScreen/rowCount`` rows by whole numbers; `expected` follow.
    func find(
        _ indices: UnsafePointer<Int32>, count: Int, expected: Int, by screen: NearestScreen,
        into found: NearestScreen.Rows
    ) {
        let squares = found.squares.start
        for position in 0..<count { squares[position] = square(Int(indices[position])) }
        data.rows.withUnsafeBufferPointer { elements in
            guard let elements = elements.baseAddress else { return }
            screen.findNearest(elements, at: indices, count: count, expected: expected, into: found)
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
        let squares = Double(square(row))
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
