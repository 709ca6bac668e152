import Tensor

extension HDBSCAN {
    /// Fitted HDBSCAN*: a hierarchy, and the clusters taken from it.
    public struct Model: PredictiveModel {
        /// The cluster of each row, numbered by size – with weights, by their sum –, largest first; noise where none.
        public let labels: ClusterLabels
        /// How firmly each row belongs to its cluster: 1 at the densest part, 0 for noise. `[n]`
        public let probabilities: [Float]
        /// The hierarchy of all rows: single linkage of mutual reachability, heights in units of the metric.
        public let dendrogram: Dendrogram
        /// The hierarchy of the clusters large enough.
        public let condensedTree: CondensedTree
        /// The clusters of ``condensedTree`` that were taken, one for each label. `[k]`
        public let clusters: [Int]
        /// The distance of each row within which it has so many rows, or so much weight, as asked for. `[n]`
        public let coreDistances: [Float]
        /// The parameters of the fit.
        public let parameters: HDBSCAN
        /// What was known about pairs of rows when the clusters were taken.
        public let constraints: LinkConstraints
        /// Which share of the hierarchy's merges might be other if all pairs of rows were compared: 0 for a fit of rows, which
        /// is exact; for one of a graph, as far as its lists hold what they say.
        public let uncertifiedShare: Double

        /// The rows, and what belongs to them, for rows to come.
        let rows: PreparedRows
        let flat: FlatClusters
        let cores: [Double]
        /// How much each row counts; `nil` where each counts one. `[n]`
        let weights: [Double]?
        let minimumSamples: Int

        init(
            _ rows: PreparedRows, _ dendrogram: Dendrogram, cores: [Double], weights: [Double]?, minimumSamples: Int,
            parameters: HDBSCAN, constraints: LinkConstraints, uncertifiedShare: Double = 0
        ) {
            self.rows = rows
            self.dendrogram = dendrogram
            self.cores = cores
            self.weights = weights
            self.minimumSamples = minimumSamples
            self.parameters = parameters
            self.constraints = constraints
            self.uncertifiedShare = uncertifiedShare
            let heights = cores.map { rows.metric.distance(ofComparable: $0) }
            condensedTree = CondensedTree(
                dendrogram, minimumClusterSize: parameters.minimumClusterSize, weights: weights,
                leafHeights: weights == nil ? nil : heights)
            let found = FlatClusters(condensedTree, parameters.selection, constraints)
            let (labels, order) = ClusterLabels(found.rowLabels).numberedBySize(weights: weights)
            let flat = found.reordered(order, parameters.selection)
            let lambdas = condensedTree.rowLambdas
            self.labels = labels
            self.flat = flat
            clusters = flat.taken
            probabilities = labels.values.indices.map {
                flat.probability(label: labels.values[$0], lambda: lambdas[$0])
            }
            coreDistances = heights.map { Float($0) }
        }

        /// How much of an outlier each row is, 0 … 1 (GLOSH). `[n]`
        public var outlierScores: [Float] { condensedTree.outlierScores }

        /// Those of ``constraints`` that the clusters do not satisfy.
        public var violations: LinkConstraints { constraints.violated(by: labels) }

        /// How long each cluster lasts, 0 … 1: its stability over that of a cluster whose rows all reach the highest
        /// density there is. `[k]`
        public var persistence: [Double] {
            let highest = condensedTree.clusters.map(\.peak).max() ?? 0
            var sizes = [Double](repeating: 0, count: clusters.count)
            for (row, label) in labels.values.enumerated() where label >= 0 { sizes[Int(label)] += weights?[row] ?? 1 }
            return clusters.enumerated().map { label, cluster in
                guard highest > 0, condensedTree.clusters[cluster].stability.isFinite else { return 1 }
                return condensedTree.clusters[cluster].stability / (sizes[label] * highest)
            }
        }

        /// Other clusters from the same hierarchy, without measuring distances again.
        ///
        /// - Parameters:
        ///   - minimumClusterSize: the least number of rows that make a cluster, or the least sum of their weights; at least 2.
        ///   - selection: which clusters are taken; as before where there is none.
        ///   - constraints: what is known about pairs of rows; as before where there is none.
        /// - Throws: ``ClusteringError/parameter(name:value:valid:)``, also for constraints as
        ///   ``LinkConstraints/validate(rowCount:)`` does.
        /// - Complexity: O(n).
        public func regrouped(
            minimumClusterSize: Int, selection: ClusterSelection? = nil, constraints: LinkConstraints? = nil
        ) throws(ClusteringError) -> Model {
            var parameters = parameters
            parameters.minimumSamples = minimumSamples
            parameters.minimumClusterSize = minimumClusterSize
            parameters.selection = selection ?? parameters.selection
            try parameters.validate()
            try constraints?.validate(rowCount: labels.count)
            return Model(
                rows, dendrogram, cores: cores, weights: weights, minimumSamples: minimumSamples,
                parameters: parameters, constraints: constraints ?? self.constraints,
                uncertifiedShare: uncertifiedShare)
        }
    }
}
