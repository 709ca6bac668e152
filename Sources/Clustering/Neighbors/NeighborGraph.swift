import Tensor

/// For each row the rows near it, with their distances: found once, saved, and used by several algorithms.
///
/// ```swift
/// let graph = try NeighborGraph(nearest: 15, of: vectors, metric: .cosine)
/// try graph.save(to: "neighbours.safetensors")
/// let labels = try DBSCAN(eps: 0.2, minimumSamples: 10, metric: .cosine).fit(graph).labels
/// ```
///
/// Whoever uses a graph takes rows that do not name each other to be farther apart than any distance in it. So
/// ``DBSCAN`` finds from a graph of all rows within `eps` what it finds from the rows themselves; from a graph of nearest
/// rows it may find less to join.
public struct NeighborGraph: Sendable, Hashable {
    /// What the lists hold.
    public enum Coverage: Sendable, Hashable {
        /// Each row's nearest others.
        case nearest(Int)
        /// All rows within a distance.
        case within(Double)
        /// Most of each row's nearest others.
        case approximatelyNearest(Int)
        /// What was given.
        case given
    }

    /// The number of rows, n.
    public let rowCount: Int
    /// What the lists hold.
    public let coverage: Coverage
    /// How distances were measured; ``Metric/precomputed`` where they were given.
    public let metric: Metric
    /// Where each row's list begins in ``indices`` and ``distances``, and at the end their length. `[n + 1]`
    public let offsets: [Int]
    /// The neighbours of each row, nearest first, equal distances by lower row; never the row itself.
    public let indices: [Int32]
    /// Their distances.
    public let distances: [Double]
    /// For an approximate graph: which share of the true nearest rows a sample of rows names; else `nil`.
    public let estimatedRecall: Double?

    init(
        coverage: Coverage, metric: Metric, offsets: [Int], indices: [Int32], distances: [Double],
        estimatedRecall: Double? = nil
    ) {
        rowCount = offsets.count - 1
        self.coverage = coverage
        self.metric = metric
        self.offsets = offsets
        self.indices = indices
        self.distances = distances
        self.estimatedRecall = estimatedRecall
    }

    /// A graph of the distances of some pairs of rows, in either direction or both: a sparse matrix of distances.
    ///
    /// - Parameters:
    ///   - rowCount: the number of rows, n.
    ///   - edges: pairs of different rows and their distances, finite numbers from 0. Of a pair given twice, the shorter
    ///     counts.
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``, which names the pair.
    /// - Complexity: O(n + m log m).
    public init(rowCount: Int, edges: some Sequence<(Int, Int, Double)>) throws(ClusteringError) {
        guard rowCount >= 0, rowCount <= Int32.max else {
            throw .parameter(name: "rowCount", value: "\(rowCount)", valid: "from 0 to \(Int32.max)")
        }
        var lists = [[(Double, Int32)]](repeating: [], count: rowCount)
        for (a, b, distance) in edges {
            let rows = 0..<rowCount
            guard rows.contains(a), rows.contains(b), a != b else {
                throw .parameter(
                    name: "an edge", value: "\(a) – \(b)", valid: "a pair of different rows in 0 ..< \(rowCount)")
            }
            guard distance >= 0, distance.isFinite else {
                throw .parameter(
                    name: "the distance of rows \(a) and \(b)", value: "\(distance)", valid: "a finite number from 0")
            }
            lists[a].append((distance, Int32(b)))
            lists[b].append((distance, Int32(a)))
        }
        self.init(coverage: .given, metric: .precomputed, lists: lists)
    }

    /// Sorts lists, and keeps the shorter of two distances of one pair.
    init(coverage: Coverage, metric: Metric, lists: [[(Double, Int32)]]) {
        var offsets = [0]
        offsets.reserveCapacity(lists.count + 1)
        var indices: [Int32] = []
        var distances: [Double] = []
        var seen = Set<Int32>()
        for list in lists {
            seen.removeAll(keepingCapacity: true)
            for (distance, other) in list.sorted(by: <) where seen.insert(other).inserted {
                indices.append(other)
                distances.append(distance)
            }
            offsets.append(indices.count)
        }
        self.init(coverage: coverage, metric: metric, offsets: offsets, indices: indices, distances: distances)
    }

    /// Where a row's neighbours stand in ``indices`` and ``distances``.
    public func range(of row: Int) -> Range<Int> { offsets[row]..<offsets[row + 1] }

    /// The neighbours of a row, nearest first.
    public func neighbors(of row: Int) -> [(row: Int, distance: Double)] {
        range(of: row).map { (Int(indices[$0]), distances[$0]) }
    }

    /// Every pair once, from either row that names the other; the shorter distance, should they differ.
    ///
    /// - Complexity: O(m log m).
    var pairs: [TreeEdge] {
        var all: [TreeEdge] = []
        all.reserveCapacity(indices.count)
        for row in 0..<Int32(rowCount) {
            for place in range(of: Int(row)) {
                all.append(TreeEdge(a: min(row, indices[place]), b: max(row, indices[place]), weight: distances[place]))
            }
        }
        all.sort { ($0.a, $0.b, $0.weight) < ($1.a, $1.b, $1.weight) }
        var unique: [TreeEdge] = []
        unique.reserveCapacity(all.count)
        for edge in all where unique.last.map({ ($0.a, $0.b) != (edge.a, edge.b) }) ?? true { unique.append(edge) }
        return unique
    }

    /// The graph in which rows name each other.
    ///
    /// - Complexity: O(m log m).
    public func symmetrized() -> NeighborGraph { symmetrized(pairs) }

    /// The graph in which rows name each other, of its ``pairs``.
    func symmetrized(_ pairs: [TreeEdge]) -> NeighborGraph {
        var lists = [[(Double, Int32)]](repeating: [], count: rowCount)
        for edge in pairs {
            lists[Int(edge.a)].append((edge.weight, edge.b))
            lists[Int(edge.b)].append((edge.weight, edge.a))
        }
        return NeighborGraph(coverage: coverage, metric: metric, lists: lists)
    }

    /// Throws unless distances were measured by this metric, or given.
    func requireMetric(_ other: Metric) throws(ClusteringError) {
        guard metric == other || metric == .precomputed else {
            throw .parameter(name: "the graph's metric", value: "\(metric)", valid: "\(other), as the algorithm's")
        }
    }
}

extension Matrix {
    /// Throws unless these can be the rows of a graph.
    func requireClusterable(_ metric: Metric, rowsOf graph: NeighborGraph) throws(ClusteringError) {
        try requireClusterable(metric)
        guard rows == graph.rowCount else {
            throw .parameter(name: "data", value: "\(rows) rows", valid: "the \(graph.rowCount) rows of the graph")
        }
    }
}

extension ConnectivityGraph {
    /// Connects the rows that name each other in a graph.
    ///
    /// - Complexity: O(m log m).
    public init(_ graph: NeighborGraph) throws(ClusteringError) {
        try self.init(rowCount: graph.rowCount, edges: graph.pairs.lazy.map { (Int($0.a), Int($0.b)) })
    }
}
