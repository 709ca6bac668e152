import Tensor

extension DBSCAN {
    /// Fitted DBSCAN.
    public struct Model: PredictiveModel {
        /// The cluster of each row, numbered by size, largest first; noise where none is near.
        public let labels: ClusterLabels
        /// The core rows, ascending.
        public let coreRows: [Int]
        /// The parameters of the fit.
        public let parameters: DBSCAN

        /// The rows, for rows to come.
        let rows: PreparedRows

        /// - Parameter components: of each row, numbered by their lowest core rows; −1 for noise.
        init(_ components: [Int32], coreRows: [Int], rows: PreparedRows, parameters: DBSCAN) {
            self.init(
                labels: ClusterLabels(components).numberedBySize().labels, coreRows: coreRows, rows: rows,
                parameters: parameters)
        }

        init(labels: ClusterLabels, coreRows: [Int], rows: PreparedRows, parameters: DBSCAN) {
            self.labels = labels
            self.coreRows = coreRows
            // The distances of fitted rows from each other have done their work.
            self.rows = rows.metric == .precomputed ? PreparedRows(absent: labels.count) : rows
            self.parameters = parameters
        }

        /// The cluster of each row of `data` `[m × d]`: that of the nearest core row within `eps`, the lowest of equals;
        /// noise where there is none. A row that was fitted gets the label that it has in ``labels``.
        ///
        /// - Throws: ``ClusteringError`` for another number of features, or values that are not finite.
        /// - Complexity: O(m · n · d).
        public func predict(_ data: Matrix) throws(ClusteringError) -> ClusterLabels {
            try predict(data, progress: .none)
        }

        /// As ``predict(_:)``, reporting progress.
        public func predict(_ data: Matrix, progress: ProgressHandler) throws(ClusteringError) -> ClusterLabels {
            try data.requireComparable(with: rows)
            let queries = PreparedRows(data, like: rows)
            var result = [Int32](repeating: ClusterLabels.noise, count: data.rows)
            let radius = rows.metric.comparable(parameters.eps)
            try adopt(coreRows, within: radius, queries, &result, progress)
            // A row between clusters belongs to that with the lowest core row, which need not be the nearest.
            let isCore = Set(coreRows)
            let border = labels.values.indices.filter { labels.values[$0] >= 0 && !isCore.contains($0) }
            try adopt(border, within: 0, queries, &result, progress)
            return ClusterLabels(result)
        }

        /// Gives each query the label of the nearest of some rows, where that is near enough.
        private func adopt(
            _ known: [Int], within radius: Double, _ queries: PreparedRows, _ result: inout [Int32],
            _ progress: ProgressHandler
        ) throws(ClusteringError) {
            guard !known.isEmpty else { return }
            let lists = try NearestRows(rows.gathering(known)).nearest(
                1, to: queries, excludingSelf: false, progress: progress)
            for query in result.indices where lists.comparables[query] <= radius {
                result[query] = labels.values[known[Int(lists.indices[query])]]
            }
        }
    }
}
