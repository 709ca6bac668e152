import Tensor

/// The mean of each group of rows, and how far its rows are from it.
struct GroupMeans {
    /// The means; of length 1 where only directions count. `[k × d]`
    let means: Matrix
    let groups: [CoarseGroup]

    /// - Parameters:
    ///   - data: the rows. `[n × d]`
    ///   - members: the rows of each group.
    ///   - isDirectional: whether rows count as if they had length 1.
    /// - Complexity: O(n · d).
    init(_ data: Matrix, members: [[Int]], isDirectional: Bool) {
        let columns = data.columns
        var means = Matrix(rows: members.count, columns: columns)
        var radii = [Double](repeating: 0, count: members.count)
        data.withUnsafeBufferPointer { elements in
            means.withUnsafeMutableBufferPointer { means in
                radii.withUnsafeMutableBufferPointer { radii in
                    nonisolated(unsafe) let (elements, means, radii) = (elements, means, radii)
                    parallelFor(members.count) { group in
                        guard let elements = elements.baseAddress, let means = means.baseAddress else { return }
                        radii[group] = Self.measure(
                            elements, columns, members[group], isDirectional: isDirectional,
                            into: means + group * columns)
                    }
                }
            }
        }
        self.means = means
        groups = zip(members, radii).map { CoarseGroup(rowCount: $0.count, radius: $1) }
    }

    /// The mean of some rows; gives their root mean squared distance to it.
    private static func measure(
        _ elements: UnsafePointer<Float>, _ columns: Int, _ rows: [Int], isDirectional: Bool,
        into mean: UnsafeMutablePointer<Float>
    ) -> Double {
        guard !rows.isEmpty else { return 0 }
        var sums = [Double](repeating: 0, count: columns)
        for row in rows {
            let values = elements + row * columns
            let square = isDirectional ? RowKernel.dot(values, values, count: columns) : 1
            // A row without direction counts as none.
            guard square > 0 else { continue }
            sums.withUnsafeMutableBufferPointer { sums in
                guard let sums = sums.baseAddress else { return }
                RowKernel.accumulate(sums, values, weight: 1 / square.squareRoot(), count: columns)
            }
        }
        let count = Double(rows.count)
        guard !isDirectional else {
            // The mean squared distance of rows of length 1 to their mean is what that lacks of length 1.
            let square = sums.reduce(0) { $0 + $1 * $1 } / (count * count)
            let length = square.squareRoot() * count
            for column in 0..<columns { mean[column] = length > 0 ? Float(sums[column] / length) : 0 }
            return max(0, 1 - square).squareRoot()
        }
        for column in 0..<columns { mean[column] = Float(sums[column] / count) }
        let total = rows.reduce(0) {
            $0 + RowKernel.squaredDistance(elements + $1 * columns, mean, count: columns)
        }
        return (total / count).squareRoot()
    }
}

/// An algorithm that measures by a metric.
protocol MeasuresByMetric {
    var metric: Metric { get }
}

extension KMeans: MeasuresByMetric {}
extension MiniBatchKMeans: MeasuresByMetric {}
extension BisectingKMeans: MeasuresByMetric {}
extension CoarseKMeans: MeasuresByMetric {}
extension HDBSCAN: MeasuresByMetric {}
extension DBSCAN: MeasuresByMetric {}
extension OPTICS: MeasuresByMetric {}
