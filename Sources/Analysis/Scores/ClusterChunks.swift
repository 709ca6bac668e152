import Clustering
import Tensor

/// The members of all clusters, cut into chunks of one cluster each: the tiles of the passes over clusters.
///
/// The cut depends on the sizes of the clusters alone, and what the chunks produce is combined in their order, so the
/// results have the same bits for every number of threads.
struct ClusterChunks {
    static let size = 1024

    private let chunks: [(cluster: Int, range: Range<Int>)]
    private let sizes: [Int]

    init(sizes: [Int]) {
        self.sizes = sizes
        chunks = sizes.enumerated().flatMap { cluster, size in
            let all = 0..<size
            return (0..<all.tileCount(size: Self.size)).map { (cluster, all.tile($0, size: Self.size)) }
        }
    }

    /// The mean of each cluster's rows, each row scaled as `metric` wants it; zeros for an empty cluster. `[k × d]`
    func centroids(of data: Matrix, members: [[Int]], metric: Metric) -> [Double] {
        let d = data.columns
        var sums = [Double](repeating: 0, count: chunks.count * d)
        var centroids = [Double](repeating: 0, count: sizes.count * d)
        guard d > 0 else { return centroids }
        sums.withUnsafeMutableBufferPointer { sums in
            data.withUnsafeBufferPointer { values in
                guard let sums = sums.baseAddress, let values = values.baseAddress else { return }
                parallelFor(chunks.count) { index in
                    let sum = sums + index * d
                    for row in members[chunks[index].cluster][chunks[index].range] {
                        let x = values + row * d
                        let weight = metric.centroidWeight(of: x, d)
                        for j in 0..<d { sum[j] += weight * Double(x[j]) }
                    }
                }
            }
        }
        for (index, chunk) in chunks.enumerated() {
            for j in 0..<d { centroids[chunk.cluster * d + j] += sums[index * d + j] }
        }
        for (cluster, size) in sizes.enumerated() where size > 0 {
            for j in 0..<d { centroids[cluster * d + j] /= Double(size) }
        }
        return centroids
    }

    /// The mean distance and the sum of squared distances of each cluster's rows to its centroid. `[k]` each
    func scatter(
        of data: Matrix, members: [[Int]], centroids: [Double], metric: Metric
    ) -> (meanDistances: [Double], sumsOfSquares: [Double]) {
        let d = data.columns
        let parts = data.withUnsafeBufferPointer { values in
            centroids.withUnsafeBufferPointer { centroids in
                parallelMap(chunks.count) { index -> (distances: Double, squares: Double) in
                    guard let values = values.baseAddress, let centroids = centroids.baseAddress, d > 0 else {
                        return (0, 0)
                    }
                    let centroid = centroids + chunks[index].cluster * d
                    var (distances, squares) = (0.0, 0.0)
                    for row in members[chunks[index].cluster][chunks[index].range] {
                        let distance = metric.distance(values + row * d, centroid, d)
                        distances += distance
                        squares += distance * distance
                    }
                    return (distances, squares)
                }
            }
        }
        var distances = [Double](repeating: 0, count: sizes.count)
        var squares = [Double](repeating: 0, count: sizes.count)
        for (chunk, part) in zip(chunks, parts) {
            distances[chunk.cluster] += part.distances
            squares[chunk.cluster] += part.squares
        }
        for (cluster, size) in sizes.enumerated() where size > 0 { distances[cluster] /= Double(size) }
        return (distances, squares)
    }
}
