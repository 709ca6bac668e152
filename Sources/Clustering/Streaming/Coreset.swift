import Tensor

/// Groups of rows, each known by its weight, its sum and its squared error: a small stand-in for many rows.
///
/// By the parallel-axis law a group of weight w, mean μ and squared error e costs w‖μ − c‖² + e at a centroid c, exactly.
/// So weight, sum and sum of squares of all rows are those of the groups, whatever was grouped, and the cost of a
/// clustering is exact where no group straddles a border between clusters, and never too small.
public struct Coreset: Sendable, Hashable {
    /// The number of features, d.
    public let dimension: Int
    /// The weight of each group, positive. `[m]`
    public internal(set) var weights: [Double] = []
    /// The weighted sum of the rows of each group. `[m × d]`
    public internal(set) var sums: [Double] = []
    /// The weighted squared distances of each group's rows to their mean, added up. `[m]`
    public internal(set) var squaredErrors: [Double] = []

    /// No groups.
    init(dimension: Int) { self.dimension = dimension }

    /// The number of groups, m.
    public var count: Int { weights.count }

    /// The weight of all rows.
    public var totalWeight: Double { weights.reduce(0, +) }

    /// The weighted sum of all rows. `[d]`
    public var totalSum: [Double] {
        var total = [Double](repeating: 0, count: dimension)
        for group in 0..<count {
            for column in 0..<dimension { total[column] += sums[group * dimension + column] }
        }
        return total
    }

    /// The weighted sum of the squared lengths of all rows.
    public var totalSquares: Double {
        (0..<count).reduce(0) { total, group in
            let square = sums[group * dimension..<(group + 1) * dimension].reduce(0) { $0 + $1 * $1 }
            return total + square / weights[group] + squaredErrors[group]
        }
    }

    /// The mean of all rows; zeros when there are none. `[d]`
    var mean: [Double] {
        let total = totalWeight
        return totalSum.map { total > 0 ? $0 / total : 0 }
    }

    /// The groups' means, relative to `origin` `[d]` where there is one. `[m × d]`
    package func means(relativeTo origin: [Double]?) -> Matrix {
        Matrix(rows: count, columns: dimension) { target in
            for group in 0..<count {
                for column in 0..<dimension {
                    let index = group * dimension + column
                    target[index] = Float(sums[index] / weights[group] - (origin?[column] ?? 0))
                }
            }
        }
    }

    /// How much each group's mean counts in k-means. `[m]`
    ///
    /// A group of unit rows of weight w and mean μ costs 2w − 2w μ·c at a centroid of length 1: as much as the direction of
    /// μ with the weight w‖μ‖, but for what does not depend on c.
    func masses(for metric: Metric) -> [Double] {
        guard metric == .cosine else { return weights }
        let masses = (0..<count).map { group in
            sums[group * dimension..<(group + 1) * dimension].reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        // Where no mean has a direction, any weights are as good.
        return masses.contains { $0 > 0 } ? masses : weights
    }

    /// Lets all groups count `factor` times as much. Those that come to count nothing vanish.
    mutating func scale(by factor: Double) {
        guard factor != 1 else { return }
        multiply(by: factor)
        self = withoutEmptyGroups
    }

    /// Adds the groups of another summary behind those of this one.
    mutating func append(_ other: Coreset) {
        weights += other.weights
        sums += other.sums
        squaredErrors += other.squaredErrors
    }
}
