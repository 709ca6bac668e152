import Tensor

extension Agglomerative {
    /// The tree of merges along the edges of a graph; a forest when nothing connects its parts.
    func connectedTree(
        _ data: Matrix, _ graph: ConnectivityGraph, progress: ProgressHandler
    ) throws(ClusteringError) -> Dendrogram {
        guard graph.rowCount == data.rows else { throw .dimension(expected: graph.rowCount, found: data.rows) }
        var clusters = ConnectedClusters(
            graph, distances: linkage.needsEuclideanRows ? nil : PreparedRows(data, metric: metric),
            points: linkage.needsEuclideanRows ? ClusterPoints(data, linkage) : nil, linkage)
        return Dendrogram(leafCount: data.rows, joining: try clusters.mergeAll(progress))
    }
}

/// Clusters that are merged only where a graph connects them.
///
/// The distance of two clusters is told by the edges between them alone, except where clusters are points. The nearest two
/// that are connected are merged, one pair after another; of equal ones, those with the lowest rows.
private struct ConnectedClusters {
    /// A cluster and how far away it is.
    private struct Neighbor {
        var node: Int32
        var distance: Double
    }

    /// Two clusters that are connected; out of date when one of them has been merged.
    private struct Link {
        let first: Int32
        let second: Int32
        let edge: WeightedEdge
    }

    private let linkage: Linkage
    private let rowCount: Int
    private var points: ClusterPoints?
    /// What each cluster is connected with, others that have been merged meanwhile included.
    private var neighbors: [[Neighbor]]
    private var sizes: [Int]
    private var firstRows: [Int]
    private var isMerged: [Bool]
    private var links: MinimumHeap<Link>

    init(_ graph: ConnectivityGraph, distances: PreparedRows?, points: ClusterPoints?, _ linkage: Linkage) {
        self.linkage = linkage
        self.points = points
        rowCount = graph.rowCount
        neighbors = [[Neighbor]](repeating: [], count: rowCount)
        sizes = [Int](repeating: 1, count: rowCount)
        firstRows = Array(0..<rowCount)
        isMerged = [Bool](repeating: false, count: rowCount)
        links = MinimumHeap { $0.edge < $1.edge }
        let size = 512
        let tiles = parallelMap(graph.edges.indices.tileCount(size: size)) { tile in
            graph.edges[graph.edges.indices.tile(tile, size: size)].map { a, b in
                if let points { return points.distance(Int(a), Int(b), sizes: (1, 1)) }
                guard let distances else { return 0 }
                return distances.metric.distance(
                    ofComparable: distances.exactComparable(Int(a), distances, Int(b)))
            }
        }
        for ((a, b), distance) in zip(graph.edges, tiles.joined()) { connect(a, b, distance) }
    }

    private mutating func connect(_ a: Int32, _ b: Int32, _ distance: Double) {
        neighbors[Int(a)].append(Neighbor(node: b, distance: distance))
        neighbors[Int(b)].append(Neighbor(node: a, distance: distance))
        links.insert(
            Link(
                first: a, second: b,
                edge: WeightedEdge(firstRows[Int(a)], firstRows[Int(b)], weight: distance)))
    }

    mutating func mergeAll(_ progress: ProgressHandler) throws(ClusteringError) -> [WeightedEdge] {
        let watch = Watch(progress, "merging", max(0, rowCount - 1))
        var merges: [WeightedEdge] = []
        merges.reserveCapacity(max(0, rowCount - 1))
        if !progress.advance("merging", 0, of: rowCount) { throw .cancelled }
        while let link = links.removeFirst() {
            guard !isMerged[Int(link.first)], !isMerged[Int(link.second)] else { continue }
            merges.append(link.edge)
            merge(Int(link.first), Int(link.second), at: link.edge)
            watch.add(1)
            if watch.isStopped { throw .cancelled }
        }
        return merges
    }

    private mutating func merge(_ a: Int, _ b: Int, at edge: WeightedEdge) {
        let node = Int32(neighbors.count)
        isMerged[a] = true
        isMerged[b] = true
        points?.merge(edge.a, edge.b, sizes: firstRows[a] == edge.a ? (sizes[a], sizes[b]) : (sizes[b], sizes[a]))
        let (mine, theirs) = (liveNeighbors(of: a), liveNeighbors(of: b))
        let (m, n) = (Double(sizes[a]), Double(sizes[b]))
        neighbors[a] = []
        neighbors[b] = []
        neighbors.append([])
        sizes.append(sizes[a] + sizes[b])
        firstRows.append(edge.a)
        isMerged.append(false)
        // Both lists ascend by node.
        var (i, j) = (0, 0)
        while i < mine.count || j < theirs.count {
            let x = i < mine.count ? mine[i].node : .max
            let y = j < theirs.count ? theirs[j].node : .max
            var distance = x <= y ? mine[i].distance : theirs[j].distance
            if x == y { distance = joined(distance, theirs[j].distance, m, n) }
            let other = min(x, y)
            if x <= y { i += 1 }
            if y <= x { j += 1 }
            if let points {
                distance = points.distance(
                    edge.a, firstRows[Int(other)], sizes: (sizes[Int(node)], sizes[Int(other)]))
            }
            connect(node, other, distance)
        }
    }

    private func liveNeighbors(of node: Int) -> [Neighbor] {
        neighbors[node].filter { !isMerged[Int($0.node)] }.sorted { $0.node < $1.node }
    }

    private func joined(_ x: Double, _ y: Double, _ m: Double, _ n: Double) -> Double {
        switch linkage {
        case .single: min(x, y)
        case .complete: max(x, y)
        case .average: (m * x + n * y) / (m + n)
        case .weighted: (x + y) / 2
        case .centroid, .median, .ward: x
        }
    }
}

/// The points that stand for clusters, each at the place of the cluster's first row.
private struct ClusterPoints {
    private let linkage: Linkage
    private let columns: Int
    private var points: [Double]

    init(_ data: Matrix, _ linkage: Linkage) {
        self.linkage = linkage
        columns = data.columns
        // Means first, lest digits be lost where rows lie far out.
        let means = data.columnMeans()
        points = data.withUnsafeBufferPointer { elements in
            elements.indices.map { Double(elements[$0]) - means[$0 % data.columns] }
        }
    }

    func distance(_ a: Int, _ b: Int, sizes: (Int, Int)) -> Double {
        var square = 0.0
        points.withUnsafeBufferPointer { points in
            guard let start = points.baseAddress else { return }
            RowKernel.squaredDistances(
                start + a * columns, start + b * columns, depth: columns, count: 1, into: &square)
        }
        guard linkage == .ward else { return square.squareRoot() }
        let (m, n) = (Double(sizes.0), Double(sizes.1))
        return (2 * square * (m * n / (m + n))).squareRoot()
    }

    mutating func merge(_ a: Int, _ b: Int, sizes: (Int, Int)) {
        let share = linkage == .median ? 0.5 : Double(sizes.1) / Double(sizes.0 + sizes.1)
        for k in 0..<columns {
            points[a * columns + k] += share * (points[b * columns + k] - points[a * columns + k])
        }
    }
}
