import Tensor

/// What a reducer makes a ``Coreset`` of: rows, or the groups of other summaries.
package struct CoresetInput: Sendable {
    /// Where each point is; for groups relative to the mean of all, so that rounding does not matter. `[n × d]`
    let positions: Matrix
    /// How much each point counts; positive. `[n]`
    let weights: [Double]
    /// The groups that the points stand for; `nil` when they are rows.
    private let groups: Coreset?

    var count: Int { positions.rows }

    /// Rows; those that do not count are left out.
    package init(_ rows: Matrix, weights: [Double]) {
        groups = nil
        if weights.allSatisfy({ $0 > 0 }) {
            positions = rows
            self.weights = weights
        } else {
            let kept = weights.indices.filter { weights[$0] > 0 }
            positions = rows.gatheringRows(kept)
            self.weights = kept.map { weights[$0] }
        }
    }

    init(_ groups: Coreset) {
        self.groups = groups
        positions = groups.means(relativeTo: groups.mean)
        weights = groups.weights
    }

    /// The points of each of `count` groups taken together.
    ///
    /// - Parameter labels: the group of each point; no group without points.
    /// - Complexity: O(n · d).
    func grouped(by labels: [Int32], count: Int) -> Coreset {
        let members = RowsByLabel(labels, rows: nil, clusterCount: count)
        let dimension = positions.columns
        var result = Coreset(dimension: dimension)
        result.weights = [Double](repeating: 0, count: count)
        result.sums = [Double](repeating: 0, count: count * dimension)
        result.squaredErrors = [Double](repeating: 0, count: count)
        let weights = weights
        let groups = groups
        result.weights.withUnsafeMutableBufferPointer { totals in
            result.sums.withUnsafeMutableBufferPointer { sums in
                result.squaredErrors.withUnsafeMutableBufferPointer { errors in
                    positions.withUnsafeBufferPointer { positions in
                        nonisolated(unsafe) let (totals, sums, errors) = (totals, sums, errors)
                        nonisolated(unsafe) let positions = positions
                        parallelFor((0..<count).tileCount(size: 256)) { tile in
                            var mean = [Float](repeating: 0, count: dimension)
                            for group in (0..<count).tile(tile, size: 256) {
                                let rows = members.rows(of: group)
                                guard let sum = sums.baseAddress.map({ $0 + group * dimension }),
                                    let start = positions.baseAddress
                                else { continue }
                                totals[group] = rows.reduce(0) { $0 + weights[Int($1)] }
                                errors[group] =
                                    if let groups {
                                        groups.combine(rows, weight: totals[group], into: sum)
                                    } else {
                                        Self.combine(
                                            rows, of: start, weights: weights, weight: totals[group], into: sum,
                                            mean: &mean)
                                    }
                            }
                        }
                    }
                }
            }
        }
        return result
    }

    /// Adds up rows; gives their squared error.
    private static func combine(
        _ rows: ArraySlice<Int32>, of start: UnsafePointer<Float>, weights: [Double], weight: Double,
        into sum: UnsafeMutablePointer<Double>, mean: inout [Float]
    ) -> Double {
        let dimension = mean.count
        for row in rows {
            RowKernel.accumulate(
                sum, start + Int(row) * dimension, weight: weights[Int(row)], count: dimension)
        }
        guard rows.count > 1 else { return 0 }
        // Distances to the rounded mean, and by the parallel-axis law what rounding has added.
        var correction = 0.0
        for column in 0..<dimension {
            let exact = sum[column] / weight
            mean[column] = Float(exact)
            correction += (exact - Double(mean[column])) * (exact - Double(mean[column]))
        }
        let error = rows.reduce(0.0) {
            $0 + weights[Int($1)]
                * RowKernel.squaredDistance(start + Int($1) * dimension, mean, count: dimension)
        }
        return max(0, error - weight * correction)
    }
}

extension Coreset {
    /// Adds up groups; gives their squared error as one.
    fileprivate func combine(
        _ groups: ArraySlice<Int32>, weight: Double, into sum: UnsafeMutablePointer<Double>
    ) -> Double {
        sums.withUnsafeBufferPointer { sums in
            for group in groups {
                for column in 0..<dimension { sum[column] += sums[Int(group) * dimension + column] }
            }
            guard groups.count > 1 else { return groups.first.map { squaredErrors[Int($0)] } ?? 0 }
            return groups.reduce(0.0) { error, group in
                let scale = 1 / weights[Int(group)]
                var square = 0.0
                for column in 0..<dimension {
                    let difference = sums[Int(group) * dimension + column] * scale - sum[column] / weight
                    square += difference * difference
                }
                return error + squaredErrors[Int(group)] + weights[Int(group)] * square
            }
        }
    }
}
