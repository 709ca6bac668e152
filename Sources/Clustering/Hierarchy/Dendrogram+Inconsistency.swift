extension Dendrogram {
    /// How a merge compares with the merges just below it.
    public struct Inconsistency: Sendable, Hashable {
        /// The mean height of the merge and of those below it, down to a depth.
        public let mean: Double
        /// The standard deviation of these heights (divided by their number less one); 0 for a single one.
        public let deviation: Double
        /// How many heights there are.
        public let count: Int
        /// By how many deviations the merge is higher than the mean; 0 where they do not deviate.
        public let coefficient: Double
    }

    /// How each merge compares with those at most `depth` − 1 levels below it. `[merges.count]`
    ///
    /// The same as scipy's `inconsistent`.
    ///
    /// - Parameter depth: at least 1.
    /// - Complexity: O(n · min(n, 2^depth)).
    /// - Reference: Jain and Dubes, "Algorithms for clustering data", Prentice Hall 1988, section 3.2.
    public func inconsistencies(depth: Int = 2) -> [Inconsistency] {
        precondition(depth >= 1, "a depth of \(depth)")
        var stack: [(node: Int, levels: Int)] = []
        return merges.indices.map { index in
            var heights: [Double] = []
            stack.append((leafCount + index, depth))
            while let (node, levels) = stack.popLast() {
                guard levels > 0, let (first, second) = children(of: node) else { continue }
                heights.append(merges[node - leafCount].height)
                stack.append((second, levels - 1))
                stack.append((first, levels - 1))
            }
            let mean = heights.reduce(0, +) / Double(heights.count)
            let squares = heights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = heights.count > 1 ? (squares / Double(heights.count - 1)).squareRoot() : 0
            return Inconsistency(
                mean: mean, deviation: deviation, count: heights.count,
                coefficient: deviation > 0 ? (merges[index].height - mean) / deviation : 0)
        }
    }

    /// The largest clusters in which no merge has a coefficient of inconsistency above `limit`.
    ///
    /// The same as scipy's `fcluster(criterion="inconsistent")`.
    ///
    /// - Parameters:
    ///   - limit: the highest coefficient allowed; with a depth of 2 the coefficients lie in 0 ... 1.16.
    ///   - depth: how many levels of merges are compared; at least 1.
    /// - Complexity: that of ``inconsistencies(depth:)``.
    public func labels(inconsistency limit: Double, depth: Int = 2) -> ClusterLabels {
        let worst = subtreeMaxima(of: inconsistencies(depth: depth).map(\.coefficient))
        return labels { worst[$0] <= limit }
    }
}
