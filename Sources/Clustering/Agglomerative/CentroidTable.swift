import Tensor

/// The clusters that are left, each told by a point and its number of rows, while they are merged.
///
/// A merged cluster takes the place of the part with the lower first row. So places are always in order of first rows, and a
/// tie that goes to the lower place goes to the lower row. Points are kept in double precision, in which all decisions are
/// made; short forms of them serve to find the few candidates by products.
struct CentroidTable {
    /// What merging two clusters costs, and where it puts the point.
    enum Weighting {
        /// ‖a − b‖² / (1/|a| + 1/|b|), the growth of the sum of squares; the mean.
        case ward
        /// ‖a − b‖²; the mean.
        case centroid
        /// ‖a − b‖²; halfway.
        case median
    }

    let weighting: Weighting
    let columns: Int
    /// The number of places.
    private(set) var count: Int
    /// How many of them hold a cluster.
    private(set) var liveCount: Int
    /// Relative to the mean of all rows. `[count × d]`
    private(set) var centroids: [Double]
    /// The number of rows; 0 where there is no cluster any more. `[count]`
    private(set) var sizes: [Int]
    /// The first row. `[count]`
    private(set) var firstRows: [Int32]

    /// The points times ``unit``, rounded. `[count × d]`
    private(set) var points: Matrix
    private(set) var packed: PackedColumns
    /// At most the squared lengths of ``points``, so that distances from them are too small rather than too large;
    /// infinite where there is no cluster. `[count]`
    private(set) var norms: [Float]
    /// What costs are divided by, for each of the two clusters; rounded up. `[count]`
    private(set) var terms: [Float]
    /// A power of two that brings the points to about length 1, where squares neither overflow nor vanish.
    let unit: Double

    /// A table of rows, several of which may be the same row.
    ///
    /// - Parameters:
    ///   - firstRows: the different rows, ascending.
    ///   - sizes: how many rows are equal to each.
    init(_ data: Matrix, firstRows: [Int32], sizes: [Int], weighting: Weighting) {
        self.weighting = weighting
        self.firstRows = firstRows
        self.sizes = sizes
        columns = data.columns
        count = firstRows.count
        liveCount = count
        let means = data.columnMeans()
        let (count, columns) = (count, columns)
        centroids = [Double](unsafeUninitializedCapacity: count * columns) { buffer, initialized in
            nonisolated(unsafe) let target = buffer
            data.withUnsafeBufferPointer { elements in
                nonisolated(unsafe) let elements = elements
                parallelFor((0..<count).tileCount(size: 1024)) { tile in
                    for place in (0..<count).tile(tile, size: 1024) {
                        let row = Int(firstRows[place]) * columns
                        for k in 0..<columns {
                            target.initializeElement(
                                at: place * columns + k, to: Double(elements[row + k]) - means[k])
                        }
                    }
                }
            }
            initialized = count * columns
        }
        // Elements are below 2¹²⁹, so that their squares are finite here.
        let longest = centroids.reduce(0) { max($0, abs($1)) } * Double(max(1, columns)).squareRoot()
        unit = longest > 0 ? Double(sign: .plus, exponent: -longest.exponent, significand: 1) : 1
        points = Matrix(rows: 0, columns: columns)
        packed = PackedColumns(rowsOf: points)
        norms = []
        terms = []
        makeShortForms()
    }

    private mutating func makeShortForms() {
        let (count, columns, unit) = (count, columns, unit)
        points = Matrix(rows: count, columns: columns) { target in
            for index in 0..<count * columns { target[index] = Float(centroids[index] * unit) }
        }
        packed = PackedColumns(rowsOf: points)
        let squares = points.rowSquaredNorms()
        norms = squares.map { lowered($0) }
        terms = sizes.map { term(size: $0) }
    }

    /// The worst case of a chain of d multiply-adds, of rounding points and lengths, and of a few operations more, as a
    /// share of both squared lengths together.
    private func lowered(_ square: Double) -> Float {
        Float(square * (1 - Double(columns + 16) * 0x1p-24) - 0x1p-120).nextDown
    }

    private func term(size: Int) -> Float {
        switch weighting {
        case .ward: Float(1 / Double(size)) * (1 + 0x1p-21)
        case .centroid, .median: 0.5 * (1 + 0x1p-21)
        }
    }

    /// The cost of merging the clusters at two places whose points lie so far apart.
    @inline(__always)
    func cost(squaredDistance: Double, _ i: Int, _ j: Int) -> Double {
        switch weighting {
        case .ward: squaredDistance * (Double(sizes[i]) * Double(sizes[j]) / Double(sizes[i] + sizes[j]))
        case .centroid, .median: squaredDistance
        }
    }

    /// The cost of merging the clusters at two places.
    ///
    /// - Complexity: O(d).
    func cost(_ i: Int, _ j: Int) -> Double {
        var square = 0.0
        centroids.withUnsafeBufferPointer { centroids in
            guard let start = centroids.baseAddress else { return }
            RowKernel.squaredDistances(
                start + i * columns, start + j * columns, depth: columns, count: 1, into: &square)
        }
        return cost(squaredDistance: square, i, j)
    }

    /// The height of a merge that costs so much, as scipy gives it.
    func height(ofCost cost: Double) -> Double {
        switch weighting {
        case .ward: (2 * cost).squareRoot()
        case .centroid, .median: cost.squareRoot()
        }
    }

    /// The costs of merging the cluster at a place with each other one; infinite with itself and where there is none.
    ///
    /// - Complexity: O(count · d).
    func costs(from place: Int) -> [Double] {
        let (count, columns, tile) = (count, columns, 512)
        return centroids.withUnsafeBufferPointer { centroids in
            [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
                nonisolated(unsafe) let (start, target) = (centroids.baseAddress, buffer.baseAddress)
                parallelFor((0..<count).tileCount(size: tile)) { index in
                    guard let start, let target else { return }
                    let range = (0..<count).tile(index, size: tile)
                    RowKernel.squaredDistances(
                        start + place * columns, start + range.lowerBound * columns, depth: columns,
                        count: range.count, into: target + range.lowerBound)
                    for other in range {
                        target[other] =
                            sizes[other] > 0 ? cost(squaredDistance: target[other], place, other) : .infinity
                    }
                }
                if count > 0 { buffer[place] = .infinity }
                initialized = count
            }
        }
    }

    /// Merges the clusters at the second place of each pair into those at the first, which are lower. No place is named
    /// twice.
    mutating func merge(_ pairs: [(Int, Int)]) {
        let (columns, unit, weighting, sizesBefore) = (columns, unit, weighting, sizes)
        var squares = [Double](repeating: 0, count: pairs.count)
        centroids.withUnsafeMutableBufferPointer { centroids in
            points.withUnsafeMutableBufferPointer { points in
                squares.withUnsafeMutableBufferPointer { squares in
                    nonisolated(unsafe) let (centroids, points, squares) = (centroids, points, squares)
                    parallelFor(pairs.count) { index in
                        let (i, j) = pairs[index]
                        let sum = Double(sizesBefore[i] + sizesBefore[j])
                        let share = weighting == .median ? 0.5 : Double(sizesBefore[j]) / sum
                        var square = 0.0
                        for k in 0..<columns {
                            let from = centroids[i * columns + k]
                            let center = from + share * (centroids[j * columns + k] - from)
                            let point = Float(center * unit)
                            centroids[i * columns + k] = center
                            points[i * columns + k] = point
                            square += Double(point) * Double(point)
                        }
                        squares[index] = square
                    }
                }
            }
        }
        for (index, (i, j)) in pairs.enumerated() {
            sizes[i] += sizes[j]
            sizes[j] = 0
            norms[i] = lowered(squares[index])
            norms[j] = .infinity
            terms[i] = term(size: sizes[i])
            points.withUnsafeBufferPointer { points in
                if let start = points.baseAddress { packed.replace(i, with: start + i * columns) }
            }
        }
        liveCount -= pairs.count
    }

    /// Drops places without clusters once they are a quarter of all.
    ///
    /// - Returns: the new place of each old one (−1 for those dropped), or `nil` when nothing changed.
    mutating func compact() -> [Int32]? {
        guard liveCount * 4 <= count * 3 else { return nil }
        let kept = sizes.indices.filter { sizes[$0] > 0 }
        var places = [Int32](repeating: -1, count: count)
        for (new, old) in kept.enumerated() {
            places[old] = Int32(new)
            guard new < old else { continue }
            for k in 0..<columns { centroids[new * columns + k] = centroids[old * columns + k] }
        }
        centroids.removeLast((count - kept.count) * columns)
        sizes = kept.map { sizes[$0] }
        firstRows = kept.map { firstRows[$0] }
        count = kept.count
        makeShortForms()
        return places
    }
}
