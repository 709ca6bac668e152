import Tensor

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
