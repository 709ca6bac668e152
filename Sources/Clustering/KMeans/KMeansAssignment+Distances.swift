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
        let columns = centroids.columns
        return data.rows.withUnsafeBufferPointer { rows in
            centroids.withUnsafeBufferPointer { centers in
                nonisolated(unsafe) let (rows, centers) = (rows.baseAddress, centers.baseAddress)
                // Sums of tiles, added in tile order.
                let sums = parallelMap((0..<data.count).tileCount(size: 1024)) { tile in
                    guard let rows, let centers else { return 0.0 }
                    return (0..<data.count).tile(tile, size: 1024).reduce(0) { sum, row in
                        let distance = RowKernel.squaredDistance(
                            rows + row * columns, centers + Int(labels[row]) * columns, count: columns)
                        return sum + distance * (weights?[row] ?? 1)
                    }
                }
                return sums.reduce(0, +)
            }
        }
    }
}
