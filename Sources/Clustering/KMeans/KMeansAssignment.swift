import Tensor

/// The nearest centroid of each row.
///
/// The score of centroid c for row x is ½‖c‖² − x·c, smallest for the nearest. Scores come from fused products and are
/// reduced while their tile is in the cache. Where the best two are closer than rounding can tell, the row is decided
/// by distances in double precision, and exact ties by the lower centroid.
struct KMeansAssignment {
    let labels: [Int32]

    init(_ data: PreparedRows, centroids: Matrix) {
        let packed = PackedColumns(rowsOf: centroids)
        let squares = centroids.rowSquaredNorms()
        let offsets =
            data.metric == .cosine ? [Float](repeating: 0, count: centroids.rows) : squares.map { Float($0 / 2) }
        let longest = squares.max() ?? 0
        // Rounding of a product is at most (d + 2) · 2⁻²⁴ · ‖x‖ · ‖c‖; of the offset, 2⁻²⁴ · ½‖c‖². Both scores may err.
        let factor = 2.2 * Double(data.rows.columns + 4) * 0x1p-24
        let ambiguity = data.norms.map { norm in
            Float(factor * ((Double(norm) * longest).squareRoot() + longest / 2))
        }
        labels = [Int32](unsafeUninitializedCapacity: data.count) { buffer, initialized in
            nonisolated(unsafe) let target = buffer
            data.rows.forEachProductTile(
                with: packed, scratch: { [RowKernel.Best](repeating: .init(), count: Matrix.productTileRows) },
                start: { rows, best in for index in 0..<rows.count { best[index] = .init() } },
                epilogue: { tile, best in
                    for row in tile.rows {
                        offsets.withUnsafeBufferPointer { offsets in
                            guard let offsets = offsets.baseAddress else { return }
                            RowKernel.updateBest(
                                &best[row - tile.rows.lowerBound], products: tile.products(ofRow: row),
                                offsets: offsets + tile.columns.lowerBound, count: tile.columns.count,
                                first: tile.columns.lowerBound)
                        }
                    }
                },
                finish: { rows, best in
                    for row in rows {
                        let found = best[row - rows.lowerBound]
                        let clear = found.second - found.value > ambiguity[row]
                        let label = clear ? found.index : Self.exactNearest(data, row, centroids)
                        target.initializeElement(at: row, to: label)
                    }
                })
            initialized = data.count
        }
    }

    private static func exactNearest(_ data: PreparedRows, _ row: Int, _ centroids: Matrix) -> Int32 {
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

    /// The sum of the squared distances of all rows to their own centroids.
    static func inertia(_ data: PreparedRows, centroids: Matrix, labels: [Int32]) -> Double {
        squaredDistances(data, centroids: centroids, labels: labels).reduce(0, +)
    }
}
