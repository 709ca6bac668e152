import Tensor

extension OPTICS {
    /// Fitted OPTICS: the order of the rows, and the clusters in it.
    public struct Model: ClusteringModel {
        /// The cluster of each row: the smallest valleys, numbered by size, largest first; noise where none.
        public let labels: ClusterLabels
        /// The rows in the order in which they are reached. `[n]`
        public let ordering: [Int]
        /// The distance at which each row is reached; ∞ for the first of what hangs together. `[n]`
        public let reachability: [Double]
        /// The distance of each row within which it has so many rows as asked for; ∞ where it is above
        /// ``OPTICS/maximumEps``. `[n]`
        public let coreDistances: [Double]
        /// The row from which each row is reached. `[n]`
        public let predecessors: [Int?]
        /// All valleys, as ranges of ``ordering``; a valley comes after those within it.
        public let valleys: [Range<Int>]
        /// The parameters of the fit.
        public let parameters: OPTICS

        init(_ walk: ReachabilityWalk, cores: [Double], parameters: OPTICS) {
            let metric = parameters.metric
            func distances(_ comparables: [Double]) -> [Double] {
                comparables.map { $0.isFinite ? metric.distance(ofComparable: $0) : .infinity }
            }
            ordering = walk.ordering
            reachability = distances(walk.reachability)
            coreDistances = distances(cores)
            predecessors = walk.predecessors.map { $0 < 0 ? nil : Int($0) }
            self.parameters = parameters
            valleys = ReachabilityPlot(ordering: ordering, reachability: reachability, predecessors: predecessors)
                .valleys(parameters)
            labels = Self.labels(of: valleys, ordering)
        }

        /// Other valleys of the same landscape, without measuring distances again.
        ///
        /// - Parameters:
        ///   - xi: how steep the sides of a valley are; above 0, below 1.
        ///   - minimumClusterSize: the least number of rows of a cluster; at least 2. `nil` for that of the fit.
        /// - Throws: ``ClusteringError/parameter(name:value:valid:)``.
        public func labels(xi: Double, minimumClusterSize: Int? = nil) throws(ClusteringError) -> ClusterLabels {
            var parameters = parameters
            parameters.xi = xi
            parameters.minimumClusterSize = minimumClusterSize ?? parameters.minimumClusterSize
            try parameters.validate()
            let plot = ReachabilityPlot(ordering: ordering, reachability: reachability, predecessors: predecessors)
            return Self.labels(of: plot.valleys(parameters), ordering)
        }

        /// What lies below a level: DBSCAN's clusters with this radius, but for border rows that were reached early.
        ///
        /// - Parameter eps: above 0 and at most ``OPTICS/maximumEps``.
        /// - Throws: ``ClusteringError/parameter(name:value:valid:)``.
        /// - Complexity: O(n).
        public func labels(eps: Double) throws(ClusteringError) -> ClusterLabels {
            guard eps > 0, eps <= parameters.maximumEps else {
                throw .parameter(name: "eps", value: "\(eps)", valid: "above 0 and at most \(parameters.maximumEps)")
            }
            var labels = [Int32](repeating: ClusterLabels.noise, count: ordering.count)
            var current: Int32 = -1
            for row in ordering {
                if reachability[row] > eps {
                    guard coreDistances[row] <= eps else { continue }
                    current += 1
                }
                labels[row] = current
            }
            return ClusterLabels(labels).numberedBySize().labels
        }

        /// The smallest valleys as clusters.
        private static func labels(of valleys: [Range<Int>], _ ordering: [Int]) -> ClusterLabels {
            var labels = [Int32](repeating: ClusterLabels.noise, count: ordering.count)
            var next: Int32 = 0
            for valley in valleys where valley.allSatisfy({ labels[ordering[$0]] < 0 }) {
                for position in valley { labels[ordering[position]] = next }
                next += 1
            }
            return ClusterLabels(labels).numberedBySize().labels
        }
    }
}
