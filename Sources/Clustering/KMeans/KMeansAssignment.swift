import Tensor

/// The nearest centroid of each row, followed while the centroids move.
///
/// The score of centroid c for row x is ½‖c‖² − x·c, smallest for the nearest. Scores come from fused products and are
/// reduced while their tile is in the cache. Where the best two are closer than rounding can tell, the row is decided
/// by distances in double precision, and exact ties by the lower centroid.
///
/// The best two scores also bound the distances to the own and to every other centroid. When centroids move, the bounds
/// move with them, and only rows whose bounds cross are looked at again: they are gathered and multiplied as a block.
/// The labels are those of looking at all rows.
///
/// - Reference: Hamerly, "Making k-means even faster", SDM 2010, doi:10.1137/1.9781611972801.12.
struct KMeansAssignment {
    /// The nearest centroid of each row. `[n]`
    private(set) var labels: [Int32]
    /// At least the distance to the own centroid. `[n]`
    private var upper: [Float]
    /// At most the distance to any other centroid. `[n]`
    private var lower: [Float]
    private let data: PreparedRows
    private var centroids: Matrix

    init(_ data: PreparedRows, centroids: Matrix) {
        self.data = data
        self.centroids = centroids
        labels = [Int32](repeating: -1, count: data.count)
        upper = [Float](repeating: .infinity, count: data.count)
        lower = [Float](repeating: 0, count: data.count)
        assign(nil)
    }

    /// Moves the centroids; rows follow.
    ///
    /// - Returns: the rows whose label changed, ascending, with the label that they had.
    mutating func move(to next: Matrix) -> [(row: Int32, previous: Int32)] {
        let movements = Self.movements(from: centroids, to: next)
        centroids = next
        let uncertain = loosenBounds(by: movements)
        let before = uncertain.map { labels[Int($0)] }
        assign(uncertain.count == data.count ? nil : uncertain)
        return zip(uncertain, before).filter { labels[Int($0)] != $1 }.map { (row: $0, previous: $1) }
    }

    /// How far each centroid moved, rounded up. `[k]`
    private static func movements(from before: Matrix, to after: Matrix) -> [Float] {
        let columns = before.columns
        return before.withUnsafeBufferPointer { a in
            after.withUnsafeBufferPointer { b in
                (0..<before.rows).map { row in
                    guard let a = a.baseAddress, let b = b.baseAddress else { return 0 }
                    let square = RowKernel.squaredDistance(a + row * columns, b + row * columns, count: columns)
                    return Float(square.squareRoot() * (1 + 1e-6)).nextUp
                }
            }
        }
    }

    /// Moves the bounds with the centroids.
    ///
    /// - Returns: the rows whose nearest centroid may have changed, ascending.
    private mutating func loosenBounds(by movements: [Float]) -> [Int32] {
        // Another centroid came nearer by at most the largest movement; for rows of the centroid that moved most, by
        // the second largest.
        let largest = movements.indices.max { movements[$0] < movements[$1] } ?? 0
        let first = movements[largest]
        let second = movements.indices.filter { $0 != largest }.map { movements[$0] }.max() ?? 0
        var uncertain: [Int32] = []
        labels.withUnsafeBufferPointer { labels in
            movements.withUnsafeBufferPointer { movements in
                upper.withUnsafeMutableBufferPointer { upper in
                    lower.withUnsafeMutableBufferPointer { lower in
                        for row in labels.indices {
                            let label = Int(labels[row])
                            let above = (upper[row] + movements[label]).nextUp
                            let below = (lower[row] - (label == largest ? second : first)).nextDown
                            upper[row] = above
                            lower[row] = below
                            // Not `above >= below`: bounds that are not numbers must count as uncertain.
                            if !(above < below) { uncertain.append(Int32(row)) }
                        }
                    }
                }
            }
        }
        return uncertain
    }

    /// Finds the nearest centroids of some rows, or of all, and tightens their bounds.
    private mutating func assign(_ selection: [Int32]?) {
        let (data, centroids) = (data, centroids)
        let scorer = CentroidScorer(data, centroids)
        labels.withUnsafeMutableBufferPointer { labels in
            upper.withUnsafeMutableBufferPointer { upper in
                lower.withUnsafeMutableBufferPointer { lower in
                    nonisolated(unsafe) let (labels, upper, lower) = (labels, upper, lower)
                    data.rows.forEachProductTile(
                        of: selection, with: scorer.packed,
                        scratch: { [RowKernel.Best](repeating: .init(), count: Matrix.productTileRows) },
                        start: { rows, best in for index in 0..<rows.count { best[index] = .init() } },
                        epilogue: { tile, best in tile.updateBest(&best, offsets: scorer.offsets) },
                        finish: { rows, best in
                            for position in rows {
                                let row = selection.map { Int($0[position]) } ?? position
                                let found = scorer.nearest(of: row, best[position - rows.lowerBound])
                                labels[row] = found.label
                                upper[row] = found.upper
                                lower[row] = found.lower
                            }
                        })
                }
            }
        }
    }
}

/// Scores of rows against one set of centroids.
private struct CentroidScorer {
    let packed: PackedColumns
    private let data: PreparedRows
    private let centroids: Matrix
    let offsets: [Float]
    private let longest: Double
    private let factor: Double
    /// Whether scores tell distances: not where rows are ranked by direction and a centroid has none.
    private let boundsHold: Bool

    init(_ data: PreparedRows, _ centroids: Matrix) {
        self.data = data
        self.centroids = centroids
        packed = PackedColumns(rowsOf: centroids)
        let squares = centroids.rowSquaredNorms()
        // Unit centroids are ranked by direction alone, also where one of them is zero.
        offsets = squares.map { data.metric == .cosine ? 0 : Float($0 / 2) }
        longest = squares.max() ?? 0
        boundsHold = data.metric == .euclidean || (squares.min() ?? 0) > 0.5
        // Rounding of a product is at most (d + 2) · 2⁻²⁴ · ‖x‖ · ‖c‖; of the offset, 2⁻²⁴ · ½‖c‖². Two scores may err.
        factor = 2.2 * Double(data.rows.columns + 4) * 0x1p-24
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
        // ‖x − c‖² = ‖x‖² + 2 · score, and 2 + 2 · score where both have length 1 and scores have no offset.
        let squares = data.metric == .cosine ? 2 : norm
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

extension KMeansAssignment {
    /// The squared Euclidean distance of each prepared row to its own centroid, in double precision.
    static func squaredDistances(_ data: PreparedRows, centroids: Matrix, labels: [Int32]) -> [Double] {
        let columns = centroids.columns
        return data.rows.withUnsafeBufferPointer { rows in
            centroids.withUnsafeBufferPointer { centers in
                nonisolated(unsafe) let (rows, centers) = (rows.baseAddress, centers.baseAddress)
                return [Double](unsafeUninitializedCapacity: data.count) { buffer, initialized in
                    nonisolated(unsafe) let buffer = buffer
                    parallelFor((0..<data.count).tileCount(size: 1024)) { tile in
                        guard let rows, let centers else { return }
                        for row in (0..<data.count).tile(tile, size: 1024) {
                            let distance = RowKernel.squaredDistance(
                                rows + row * columns, centers + Int(labels[row]) * columns, count: columns)
                            buffer.initializeElement(at: row, to: distance)
                        }
                    }
                    initialized = data.count
                }
            }
        }
    }

    /// The sum of the squared distances of all rows to their own centroids, each times the row's weight.
    static func inertia(
        _ data: PreparedRows, weights: [Double]?, centroids: Matrix, labels: [Int32]
    ) -> Double {
        let distances = squaredDistances(data, centroids: centroids, labels: labels)
        guard let weights else { return distances.reduce(0, +) }
        return zip(distances, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
