import Clustering
import Tensor

/// For each row, the nearest centroid among the clusters that it does not belong to: exact, at the price of a matrix
/// product.
///
/// A product in single precision gives all distances with a known bound on their error; those that could be the least
/// within that bound are computed again in double precision.
struct NearestOtherCentroid {
    let geometry: ClusterGeometry

    private static let tileSize = 512

    /// The distance to, and the label of, the nearest other centroid of each row. For noise and where there is no other
    /// cluster the distance is infinite. `[n]`
    ///
    /// - Complexity: O(n · k · d).
    func search(_ data: Matrix, labels: ClusterLabels) -> [(distance: Double, label: Int)] {
        let d = data.columns
        let occupied = geometry.sizes.indices.filter { geometry.sizes[$0] > 0 }
        guard occupied.count > 1, d > 0 else {
            return [(distance: Double, label: Int)](repeating: (.infinity, 0), count: data.rows)
        }
        let middle = center(of: occupied)
        let centroids = shiftedCentroids(occupied, by: middle)
        let centroidSquares = (0..<centroids.rows).map { squareSum(centroids.row($0)) }
        let packed = PackedColumns(rowsOf: centroids)
        let all = 0..<data.rows
        let tiles = parallelMap(all.tileCount(size: Self.tileSize)) { tile -> [(distance: Double, label: Int)] in
            let rows = all.tile(tile, size: Self.tileSize)
            let shifted = shiftedRows(data, rows, by: middle)
            let products = shifted.times(packed)
            return rows.enumerated().map { index, row in
                guard let own = labels[row] else { return (.infinity, 0) }
                let square = squareSum(shifted.row(index))
                // The error of a float product of length d is at most about d · 2⁻²³ · |x| · |c|; the shift adds a
                // little.
                let bound = Double(d + 8) * 0x1p-22
                var candidates: [(low: Double, label: Int)] = []
                var leastHigh = Double.infinity
                for (position, label) in occupied.enumerated() where label != own {
                    let estimate = square + centroidSquares[position] - 2 * Double(products[index, position])
                    let error = bound * (square + centroidSquares[position])
                    leastHigh = min(leastHigh, estimate + error)
                    candidates.append((estimate - error, label))
                }
                var best = (distance: Double.infinity, label: 0)
                for candidate in candidates where candidate.low <= leastHigh {
                    let distance = exactDistance(data, row, candidate.label)
                    if distance < best.distance { best = (distance, candidate.label) }
                }
                return best
            }
        }
        return tiles.flatMap { $0 }
    }

    private func exactDistance(_ data: Matrix, _ row: Int, _ label: Int) -> Double {
        let d = data.columns
        return data.withUnsafeBufferPointer { values in
            geometry.centroidValues.withUnsafeBufferPointer { centroids in
                guard let values = values.baseAddress, let centroids = centroids.baseAddress else { return 0 }
                return geometry.metric.distance(values + row * d, centroids + label * d, d)
            }
        }
    }

    /// What is taken from rows and centroids before they are multiplied, so that little is lost when all lie far from
    /// the origin; nothing for the cosine.
    private func center(of occupied: [Int]) -> [Double] {
        let d = geometry.dimension
        var result = [Double](repeating: 0, count: d)
        guard geometry.metric == .euclidean else { return result }
        for label in occupied {
            for j in 0..<d { result[j] += geometry.centroidValues[label * d + j] / Double(occupied.count) }
        }
        return result
    }

    /// Centroids less the centre; scaled to unit length for the cosine, where squared distance is 2 · (1 − cosine).
    private func shiftedCentroids(_ occupied: [Int], by middle: [Double]) -> Matrix {
        let d = geometry.dimension
        return Matrix(rows: occupied.count, columns: d) { target in
            for (position, label) in occupied.enumerated() {
                let values = (0..<d).map { geometry.centroidValues[label * d + $0] - middle[$0] }
                let scale = self.scale(values.reduce(0) { $0 + $1 * $1 })
                for j in 0..<d { target[position * d + j] = Float(values[j] * scale) }
            }
        }
    }

    private func shiftedRows(_ data: Matrix, _ rows: Range<Int>, by middle: [Double]) -> Matrix {
        let d = data.columns
        return Matrix(rows: rows.count, columns: d) { target in
            data.withUnsafeBufferPointer { values in
                for (index, row) in rows.enumerated() {
                    var square = 0.0
                    for j in 0..<d {
                        let value = Double(values[row * d + j]) - middle[j]
                        square += value * value
                    }
                    let scale = self.scale(square)
                    for j in 0..<d { target[index * d + j] = Float((Double(values[row * d + j]) - middle[j]) * scale) }
                }
            }
        }
    }

    private func scale(_ square: Double) -> Double {
        guard geometry.metric == .cosine else { return 1 }
        return square > 0 ? 1 / square.squareRoot() : 0
    }

    private func squareSum(_ row: Matrix.Row) -> Double { row.reduce(0) { $0 + Double($1) * Double($1) } }
}
