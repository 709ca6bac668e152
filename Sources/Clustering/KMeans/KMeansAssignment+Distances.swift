import Tensor

extension KMeansAssignment {
    /// The squared Euclidean distance of each prepared row to its own centroid, in double precision.
    static func squaredDistances(_ data: PreparedRows, centroids: Matrix, labels: [Int32]) -> [Double] {
        [Double](unsafeUninitializedCapacity: data.count) { buffer, initialized in
            nonisolated(unsafe) let buffer = buffer
            forEachTile(data, centroids) { rows, distance in
                for row in rows { buffer.initializeElement(at: row, to: distance(row, Int(labels[row]))) }
            }
            initialized = data.count
        }
    }

    /// The sum of the squared distances of all rows to their own centroids, each times the row's weight.
    static func inertia(
        _ data: PreparedRows, weights: [Double]?, centroids: Matrix, labels: [Int32]
    ) -> Double {
        // Sums of tiles, added in tile order.
        forEachTile(data, centroids) { rows, distance in
            guard let weights else { return rows.reduce(0) { $0 + distance($1, Int(labels[$1])) } }
            return rows.reduce(0) { $0 + distance($1, Int(labels[$1])) * weights[$1] }
        }.reduce(0, +)
    }

    /// What `body` makes of each tile of rows and of the squared distance of a row to a centroid.
    @discardableResult
    private static func forEachTile<R>(
        _ data: PreparedRows, _ centroids: Matrix, _ body: (Range<Int>, (Int, Int) -> Double) -> R
    ) -> [R] {
        let columns = centroids.columns
        return data.rows.withUnsafeBufferPointer { rows in
            centroids.withUnsafeBufferPointer { centers in
                nonisolated(unsafe) let (rows, centers) = (rows.baseAddress, centers.baseAddress)
                return parallelMap((0..<data.count).tileCount(size: 1024)) { tile in
                    body((0..<data.count).tile(tile, size: 1024)) { row, center in
                        guard let rows, let centers else { return 0 }
                        return RowKernel.squaredDistance(
                            rows + row * columns, centers + center * columns, count: columns)
                    }
                }
            }
        }
    }
}
