import Tensor

extension BisectingKMeans {
    /// Fitted bisecting k-means: clusters, and the splits that made them.
    public struct Model: PredictiveModel {
        /// The cluster of each fitted row, numbered by size – with weights, by their sum –, largest first.
        public let labels: ClusterLabels
        /// The mean of each cluster; of length 1 for ``Metric/cosine``. `[k × d]`
        public let centroids: Matrix
        /// The sum over all rows of the squared distance to their centroid, times the row's weight.
        public let inertia: Double
        /// How the clusters hang together: leaf i is cluster i, and the height of a merge is the inertia of the two as one
        /// cluster.
        public let dendrogram: Dendrogram
        /// The metric of the fit.
        public let metric: Metric
        /// What was subtracted from rows before they were compared.
        let shift: [Double]?
        let tree: BisectionTree
        /// The node of each fitted row. `[n]`
        let leaves: [Int]
        /// The cluster at each node without parts.
        private let numbers: [Int: Int32]
        let weights: SampleWeights

        init(_ tree: BisectionTree, rows: PreparedRows, weights: SampleWeights) {
            var leaves = [Int](repeating: 0, count: rows.count)
            for (node, members) in tree.rows { for row in members { leaves[row] = node } }
            self.init(tree, leaves: leaves, metric: rows.metric, shift: rows.shift, weights: weights)
        }

        init(_ tree: BisectionTree, leaves: [Int], metric: Metric, shift: [Double]?, weights: SampleWeights) {
            let (labels, nodes) = ClusterLabels(leaves).numberedBySize(weights: weights.values)
            numbers = Dictionary(uniqueKeysWithValues: zip(nodes, 0...))
            self.labels = labels
            self.leaves = leaves
            self.weights = weights
            let prepared = Matrix(concatenatingRows: nodes.map { tree.nodes[$0].centroid })
            centroids = shift.map { prepared.subtractingFromRows($0.map { -$0 }) } ?? prepared
            inertia = nodes.reduce(0) { $0 + tree.nodes[$1].inertia } * weights.unit
            self.metric = metric
            self.shift = shift
            dendrogram = Self.dendrogram(of: tree, leaves: nodes, unit: weights.unit)
            self.tree = tree
        }

        /// The labels when there were only `clusterCount` clusters: the last splits undone.
        ///
        /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` for less than 1 or more than there are.
        /// - Complexity: O(n + k log k).
        public func labels(clusterCount: Int) throws(ClusteringError) -> ClusterLabels {
            guard (1...labels.clusterCount).contains(clusterCount) else {
                throw .parameter(
                    name: "clusterCount", value: "\(clusterCount)", valid: "from 1 to \(labels.clusterCount)")
            }
            // Each split makes two nodes, so that the first 2c − 1 are there when there are c clusters.
            let parents = ancestors(amongFirst: 2 * clusterCount - 1)
            return ClusterLabels(leaves.map { parents[$0] }).numberedBySize(weights: weights.values).labels
        }

        /// For each node the one of the first `count` that it is, or is a part of.
        private func ancestors(amongFirst count: Int) -> [Int] {
            var result = Array(tree.nodes.indices)
            for node in tree.nodes.indices {
                guard let parts = tree.nodes[node].parts, parts >= count else { continue }
                result[parts] = result[node]
                result[parts + 1] = result[node]
            }
            return result
        }

        /// The cluster of each row of `data` `[m × d]`, found as the fit found it: at each split the nearer part. A fitted
        /// row gets its own label.
        ///
        /// - Throws: ``ClusteringError/dimension(expected:found:)`` or ``ClusteringError/notFinite(row:column:)``.
        /// - Complexity: O(m · d · log k) where splits are even, O(m · k · d) at worst.
        public func predict(_ data: Matrix) throws(ClusteringError) -> ClusterLabels {
            guard data.columns == centroids.columns else {
                throw .dimension(expected: centroids.columns, found: data.columns)
            }
            if let (row, column) = data.firstNonFinite() { throw .notFinite(row: row, column: column) }
            let prepared = PreparedRows(data, metric: metric, shift: shift)
            let leaves = tree.leaves(of: prepared)
            return ClusterLabels(leaves.map { numbers[$0] ?? 0 })
        }

        private static func dendrogram(of tree: BisectionTree, leaves: [Int], unit: Double) -> Dendrogram {
            // A whole is at least as high as its parts, also where rounding says otherwise.
            var heights = tree.nodes.map(\.inertia)
            for node in tree.nodes.indices.reversed() {
                guard let parts = tree.nodes[node].parts else { continue }
                heights[node] = max(heights[node], mergeHeight(parts), mergeHeight(parts + 1))
            }
            func mergeHeight(_ node: Int) -> Double { tree.nodes[node].parts == nil ? 0 : heights[node] }
            let order = tree.nodes.indices.filter { tree.nodes[$0].parts != nil }
                .sorted { (heights[$0], -$0) < (heights[$1], -$1) }
            var number = [Int](repeating: 0, count: tree.nodes.count)
            var lowest = number
            var sizes = [Int](repeating: 1, count: tree.nodes.count)
            for (cluster, node) in leaves.enumerated() {
                number[node] = cluster
                lowest[node] = cluster
            }
            var merges: [Dendrogram.Merge] = []
            for node in order {
                guard let parts = tree.nodes[node].parts else { continue }
                let (a, b) = lowest[parts] < lowest[parts + 1] ? (parts, parts + 1) : (parts + 1, parts)
                sizes[node] = sizes[a] + sizes[b]
                lowest[node] = lowest[a]
                number[node] = leaves.count + merges.count
                merges.append(
                    .init(
                        first: number[a], second: number[b], height: heights[node] * unit, leafCount: sizes[node]))
            }
            return Dendrogram(leafCount: leaves.count, merges: merges)
        }
    }
}
