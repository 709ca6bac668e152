import Tensor

/// The clusters that splits made, each but the first a part of another.
struct BisectionTree: Sendable {
    struct Node: Sendable {
        /// In prepared coordinates. `[1 × d]`
        var centroid: Matrix
        /// The sum of the weighted squared distances to it.
        var inertia: Double
        /// The two parts, made at the same time: nodes `parts` and `parts + 1`.
        var parts: Int?
    }

    /// The first is all rows; parts stand behind the whole, in order of the splits.
    var nodes: [Node]
    /// The rows of each node that has no parts.
    var rows: [Int: [Int]]

    /// The node without parts that each prepared row belongs to: from the first on, to the part whose centroid is nearer.
    func leaves(of data: PreparedRows) -> [Int] {
        var leaf = [Int](repeating: 0, count: data.count)
        var pending = [(node: 0, rows: Array(0..<data.count))]
        while let (node, rows) = pending.popLast() {
            guard let parts = nodes[node].parts, !rows.isEmpty else {
                for row in rows { leaf[row] = node }
                continue
            }
            let pair = Matrix(concatenatingRows: [nodes[parts].centroid, nodes[parts + 1].centroid])
            let labels = KMeansAssignment(data.gathering(rows), centroids: pair).labels
            for part in [0, 1] {
                pending.append((parts + part, zip(rows, labels).filter { $1 == Int32(part) }.map(\.0)))
            }
        }
        return leaf
    }
}

extension BisectingKMeans {
    func split(
        _ data: PreparedRows, weights: [Double]?, progress: ProgressHandler
    ) throws(ClusteringError) -> BisectionTree {
        let sums = ClusterSums(
            data, weights: weights, labels: [Int32](repeating: 0, count: data.count), clusterCount: 1)
        let centroid = sums.means(replacing: [], by: [])
        let root = BisectionTree.Node(
            centroid: centroid,
            inertia: KMeansAssignment.inertia(
                data, weights: weights, centroids: centroid, labels: [Int32](repeating: 0, count: data.count)))
        var tree = BisectionTree(nodes: [root], rows: [0: Array(0..<data.count)])
        // The nodes that can be split, with how urgent that is.
        var open: [(node: Int, priority: Double)] = []
        func consider(_ node: Int) {
            guard let rows = tree.rows[node], rows.count > 1, tree.nodes[node].inertia > 0 else { return }
            switch strategy {
            case .largestInertia: open.append((node, tree.nodes[node].inertia))
            case .largestCluster:
                open.append(
                    (node, weights.map { weights in rows.reduce(0) { $0 + weights[$1] } } ?? Double(rows.count)))
            }
        }
        consider(0)
        while tree.rows.count < clusterCount {
            guard progress.advance("bisecting k-means", tree.rows.count, of: clusterCount) else { throw .cancelled }
            // The most urgent, the earlier among equals.
            guard
                let next = open.indices.min(by: {
                    (-open[$0].priority, open[$0].node) < (-open[$1].priority, open[$1].node)
                })
            else { break }
            let (node, _) = open.remove(at: next)
            guard let rows = tree.rows[node] else { continue }
            let part = data.gathering(rows)
            let partWeights = weights.map { weights in rows.map { weights[$0] } }
            let done = tree.rows.count
            let within = ProgressHandler { _ in progress.advance("bisecting k-means", done, of: clusterCount) }
            let run = try bisection(tree.nodes.count).bestRun(part, weights: partWeights, progress: within)
            let sides = [Int32(0), 1].map { side in rows.indices.filter { run.labels[$0] == side } }
            // Rows that differ by rounding alone.
            guard sides.allSatisfy({ !$0.isEmpty }) else { continue }
            let distances = KMeansAssignment.squaredDistances(part, centroids: run.centroids, labels: run.labels)
            tree.nodes[node].parts = tree.nodes.count
            tree.rows[node] = nil
            for (side, positions) in sides.enumerated() {
                tree.rows[tree.nodes.count] = positions.map { rows[$0] }
                tree.nodes.append(
                    .init(
                        centroid: run.centroids.gatheringRows([side]),
                        inertia: positions.reduce(0) { $0 + distances[$1] * (partWeights?[$1] ?? 1) }))
                consider(tree.nodes.count - 1)
            }
        }
        return tree
    }
}
