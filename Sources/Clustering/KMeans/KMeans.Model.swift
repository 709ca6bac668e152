import Tensor

extension KMeans {
    /// Fitted k-means: centroids and what belongs to them.
    public struct Model: PredictiveModel {
        /// The cluster of each fitted row, numbered by size – with weights, by their sum –, largest first.
        public let labels: ClusterLabels
        /// The mean of each cluster; of length 1 for ``Metric/cosine``. `[k × d]`
        public let centroids: Matrix
        /// The sum over all rows of the squared distance to their centroid, times the row's weight; for
        /// ``Metric/cosine``, of the rows scaled to length 1.
        public let inertia: Double
        /// The number of iterations of the run that was kept.
        public let iterations: Int
        /// Whether that run ended by ``KMeans/tolerance`` and not by ``KMeans/maximumIterations``.
        public let converged: Bool
        /// The metric of the fit.
        public let metric: Metric
        /// What was subtracted from rows before they were compared with ``preparedCentroids``.
        let shift: [Double]?
        /// The centroids in the order of the fit: equal distances go to the same one of them as there.
        let preparedCentroids: Matrix
        /// What each of ``preparedCentroids`` is called.
        let numbers: [Int32]

        init(_ run: Run, rows: PreparedRows, weights: SampleWeights) {
            let (labels, order) = ClusterLabels(run.labels).numberedBySize(weights: weights.values)
            // Clusters without rows (possible when rows coincide) come last.
            let unused = (0..<run.centroids.rows).filter { !order.contains($0) }
            var numbers = [Int32](repeating: 0, count: run.centroids.rows)
            for (number, index) in (order + unused).enumerated() { numbers[index] = Int32(number) }
            let ordered = run.centroids.gatheringRows(order + unused)
            self.labels = labels
            inertia = run.inertia * weights.unit
            iterations = run.iterations
            converged = run.converged
            metric = rows.metric
            shift = rows.shift
            preparedCentroids = run.centroids
            self.numbers = numbers
            centroids = rows.shift.map { ordered.subtractingFromRows($0.map { -$0 }) } ?? ordered
        }

        /// The nearest centroid of each row of `data` `[m × d]`. A fitted row gets its own label.
        ///
        /// - Throws: ``ClusteringError/dimension(expected:found:)`` or ``ClusteringError/notFinite(row:column:)``.
        /// - Complexity: O(m · k · d).
        public func predict(_ data: Matrix) throws(ClusteringError) -> ClusterLabels {
            guard data.columns == centroids.columns else {
                throw .dimension(expected: centroids.columns, found: data.columns)
            }
            if let (row, column) = data.firstNonFinite() { throw .notFinite(row: row, column: column) }
            let prepared = PreparedRows(data, metric: metric, shift: shift)
            let nearest = KMeansAssignment(prepared, centroids: preparedCentroids).labels
            return ClusterLabels(nearest.map { numbers[Int($0)] })
        }
    }
}
