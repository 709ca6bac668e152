import Tensor

extension RandomSource {
    /// `size` different indices, ascending, drawn one after another, each time in proportion to the weights of those
    /// that are left. Where fewer weights are positive, the first other indices fill up.
    ///
    /// - Precondition: 0 ≤ `size` ≤ `weights.count`.
    /// - Complexity: O(n log n).
    /// - Reference: Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006,
    ///   doi:10.1016/j.ipl.2005.11.003.
    mutating func sample(_ size: Int, weightedBy weights: [Double]) -> [Int] {
        precondition(size >= 0 && size <= weights.count, "cannot choose \(size) of \(weights.count)")
        // The time at which an item comes that arrives at the rate of its weight: the first `size` are the sample.
        let times = weights.map { weight in
            weight > 0 ? -naturalLogarithm(1 - uniform()) / weight : .infinity
        }
        let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        return order.prefix(size).sorted()
    }
}
