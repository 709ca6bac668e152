import Tensor

extension HDBSCAN {
    /// Fitted HDBSCAN*: a hierarchy, and the clusters taken from it.
    public struct Model: PredictiveModel {
        /// The cluster of each row, numbered by size, largest first; noise where none.
        public let labels: ClusterLabels
        /// How firmly each row belongs to its cluster: 1 at the densest part, 0 for noise. `[n]`
        public let probabilities: [Float]
        /// The hierarchy of all rows: single linkage of mutual reachability, heights in units of the metric.
        public let dendrogram: Dendrogram
        /// The hierarchy of the clusters large enough.
        public let condensedTree: CondensedTree
        /// The clusters of ``condensedTree`` that were taken, one for each label. `[k]`
        public let clusters: [Int]
        /// The distance of each row within which it has so many rows as asked for. `[n]`
        public let coreDistances: [Float]
        /// The parameters of the fit.
        public let parameters: HDBSCAN

        /// The rows, and what belongs to them, for rows to come.
        let rows: PreparedRows
        let flat: FlatClusters
        let cores: [Double]
        let minimumSamples: Int

        init(_ rows: PreparedRows, _ tree: MutualReachabilityTree, minimumSamples: Int, parameters: HDBSCAN) {
            self.init(
                rows,
                Dendrogram(
                    leafCount: rows.count,
                    edges: tree.weightedEdges(rows.metric)), cores: tree.cores, minimumSamples: minimumSamples,
                parameters: parameters)
        }

        init(
            _ rows: PreparedRows, _ dendrogram: Dendrogram, cores: [Double], minimumSamples: Int, parameters: HDBSCAN
        ) {
            self.rows = rows
            self.dendrogram = dendrogram
            self.cores = cores
            self.minimumSamples = minimumSamples
            self.parameters = parameters
            condensedTree = CondensedTree(dendrogram, minimumClusterSize: parameters.minimumClusterSize)
            let found = FlatClusters(condensedTree, parameters.selection)
            let (labels, order) = ClusterLabels(found.rowLabels).numberedBySize()
            let flat = found.reordered(order, parameters.selection)
            let lambdas = condensedTree.rowLambdas
            self.labels = labels
            self.flat = flat
            clusters = flat.taken
            probabilities = labels.values.indices.map {
                flat.probability(label: labels.values[$0], lambda: lambdas[$0])
            }
            coreDistances = cores.map { Float(rows.metric.distance(ofComparable: $0)) }
        }

        /// How much of an outlier each row is, 0 … 1 (GLOSH). `[n]`
        public var outlierScores: [Float] { condensedTree.outlierScores }

        /// How long each cluster lasts, 0 … 1: its stability over that of a cluster whose rows all reach the highest
        /// density there is. `[k]`
        public var persistence: [Double] {
            let highest = condensedTree.rowLambdas.max() ?? 0
            let sizes = labels.sizes
            return clusters.enumerated().map { label, cluster in
                guard highest > 0, highest.isFinite else { return 1 }
                return condensedTree.clusters[cluster].stability / (Double(sizes[label]) * highest)
            }
        }

        /// Other clusters from the same hierarchy, without measuring distances again.
        ///
        /// - Parameters:
        ///   - minimumClusterSize: the least number of rows that make a cluster; at least 2.
        ///   - selection: which clusters are taken.
        /// - Throws: ``ClusteringError/parameter(name:value:valid:)``.
        /// - Complexity: O(n).
        public func regrouped(
            minimumClusterSize: Int, selection: ClusterSelection? = nil
        ) throws(ClusteringError) -> Model {
            var parameters = parameters
            parameters.minimumSamples = minimumSamples
            parameters.minimumClusterSize = minimumClusterSize
            parameters.selection = selection ?? parameters.selection
            try parameters.validate()
            return Model(rows, dendrogram, cores: cores, minimumSamples: minimumSamples, parameters: parameters)
        }
    }
}
