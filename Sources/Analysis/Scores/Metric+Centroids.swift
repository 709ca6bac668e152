import Clustering

// Euclidean or cosine: ``ClusterGeometry`` refuses others.
extension Metric {
    /// The factor that a row `[d]` is scaled by before it is added to its centroid.
    func centroidWeight(of row: UnsafePointer<Float>, _ count: Int) -> Double {
        guard self == .cosine else { return 1 }
        let square = squaredNorm(row, count)
        return square > 0 ? 1 / square.squareRoot() : 0
    }

    /// The distance from a row of floats `[d]` to a centroid of doubles, in double precision.
    ///
    /// - Complexity: O(d).
    func distance(_ row: UnsafePointer<Float>, _ centroid: UnsafePointer<Double>, _ count: Int) -> Double {
        guard self == .cosine else { return squaredDistance(row, centroid, count).squareRoot() }
        let (product, rowSquare, centroidSquare) = products(row, centroid, count)
        guard rowSquare > 0, centroidSquare > 0 else { return 1 }
        return max(0, 1 - product / (rowSquare * centroidSquare).squareRoot())
    }
}

// Four independent sums let the processor work ahead; they are added in a fixed order.

private func squaredDistance(_ row: UnsafePointer<Float>, _ centroid: UnsafePointer<Double>, _ count: Int) -> Double {
    var (s0, s1, s2, s3) = (0.0, 0.0, 0.0, 0.0)
    var j = 0
    while j + 4 <= count {
        let (d0, d1) = (Double(row[j]) - centroid[j], Double(row[j + 1]) - centroid[j + 1])
        let (d2, d3) = (Double(row[j + 2]) - centroid[j + 2], Double(row[j + 3]) - centroid[j + 3])
        (s0, s1, s2, s3) = (s0 + d0 * d0, s1 + d1 * d1, s2 + d2 * d2, s3 + d3 * d3)
        j += 4
    }
    while j < count {
        let difference = Double(row[j]) - centroid[j]
        s0 += difference * difference
        j += 1
    }
    return (s0 + s1) + (s2 + s3)
}

private func squaredNorm(_ row: UnsafePointer<Float>, _ count: Int) -> Double {
    var (s0, s1) = (0.0, 0.0)
    var j = 0
    while j + 2 <= count {
        let (a, b) = (Double(row[j]), Double(row[j + 1]))
        (s0, s1) = (s0 + a * a, s1 + b * b)
        j += 2
    }
    if j < count { s0 += Double(row[j]) * Double(row[j]) }
    return s0 + s1
}

private func products(
    _ row: UnsafePointer<Float>, _ centroid: UnsafePointer<Double>, _ count: Int
) -> (product: Double, rowSquare: Double, centroidSquare: Double) {
    var (product, rowSquare, centroidSquare) = (0.0, 0.0, 0.0)
    for j in 0..<count {
        let (a, b) = (Double(row[j]), centroid[j])
        product += a * b
        rowSquare += a * a
        centroidSquare += b * b
    }
    return (product, rowSquare, centroidSquare)
}
