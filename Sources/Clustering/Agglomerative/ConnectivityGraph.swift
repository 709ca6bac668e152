import Tensor

/// Which rows may be merged with which: neighbours in a picture, on a map, in time, or among nearest rows.
public struct ConnectivityGraph: Sendable, Hashable {
    /// The number of rows, n.
    public let rowCount: Int
    /// The pairs of rows that are connected, each once, lower row first, ascending.
    public let edges: [(Int32, Int32)]

    /// A graph of these edges, whose direction does not matter; edges of a row with itself are left out.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` when `rowCount` is negative or an edge names a row outside
    ///   0 ..< `rowCount`.
    /// - Complexity: O(m log m).
    public init(rowCount: Int, edges: some Sequence<(Int, Int)>) throws(ClusteringError) {
        guard rowCount >= 0, rowCount <= Int32.max else {
            throw .parameter(name: "rowCount", value: "\(rowCount)", valid: "from 0 to \(Int32.max)")
        }
        var pairs: [(Int32, Int32)] = []
        for (a, b) in edges {
            guard (0..<rowCount).contains(a), (0..<rowCount).contains(b) else {
                throw .parameter(name: "edges", value: "\((a, b))", valid: "pairs of rows in 0 ..< \(rowCount)")
            }
            if a != b { pairs.append((Int32(min(a, b)), Int32(max(a, b)))) }
        }
        pairs.sort { $0 < $1 }
        var unique: [(Int32, Int32)] = []
        unique.reserveCapacity(pairs.count)
        for pair in pairs where unique.last.map({ $0 != pair }) ?? true { unique.append(pair) }
        self.rowCount = rowCount
        self.edges = unique
    }

    /// Connects each row with its `count` nearest others, and with those whose nearest it is.
    ///
    /// - Throws: as ``BruteForceIndex``, and ``ClusteringError/parameter(name:value:valid:)`` for `count` below 1.
    /// - Complexity: O(n² · d).
    public init(
        nearest count: Int, of data: Matrix, metric: Metric = .euclidean, progress: ProgressHandler = .none
    ) throws(ClusteringError) {
        try self.init(NeighborGraph(nearest: count, of: data, metric: metric, progress: progress))
    }

    /// Connects each point of a grid with those beside, above and below it; points are numbered row by row.
    ///
    /// - Precondition: width and height are not negative.
    public init(gridOfWidth width: Int, height: Int) {
        precondition(width >= 0 && height >= 0, "a grid of \(width) × \(height)")
        rowCount = width * height
        var edges: [(Int32, Int32)] = []
        for place in 0..<rowCount {
            if (place + 1) % width != 0 { edges.append((Int32(place), Int32(place + 1))) }
            if place + width < rowCount { edges.append((Int32(place), Int32(place + width))) }
        }
        self.edges = edges
    }

    public static func == (a: ConnectivityGraph, b: ConnectivityGraph) -> Bool {
        a.rowCount == b.rowCount && a.edges.elementsEqual(b.edges) { $0 == $1 }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(rowCount)
        for (a, b) in edges {
            hasher.combine(a)
            hasher.combine(b)
        }
    }

    /// The number of parts that nothing connects.
    ///
    /// - Complexity: O(n + m).
    public var partCount: Int {
        var sets = DisjointSets(count: rowCount)
        for (a, b) in edges { sets.join(a, b) }
        return Int(sets.numbered().max() ?? -1) + 1
    }
}

extension ConnectivityGraph: Codable {
    private enum CodingKeys: String, CodingKey { case rowCount, first, second }

    /// Reads a graph that ``encode(to:)`` wrote.
    ///
    /// - Throws: `DecodingError` for what is no graph.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let first = try container.decode([Int].self, forKey: .first)
        let second = try container.decode([Int].self, forKey: .second)
        guard first.count == second.count else {
            throw DecodingError.dataCorruptedError(
                forKey: .second, in: container, debugDescription: "\(first.count) and \(second.count) ends of edges")
        }
        let rowCount = try container.decode(Int.self, forKey: .rowCount)
        do throws(ClusteringError) {
            try self.init(rowCount: rowCount, edges: zip(first, second))
        } catch {
            throw DecodingError.dataCorruptedError(
                forKey: .first, in: container, debugDescription: error.description)
        }
    }

    /// Writes the number of rows and both ends of each edge.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(rowCount, forKey: .rowCount)
        try container.encode(edges.map(\.0), forKey: .first)
        try container.encode(edges.map(\.1), forKey: .second)
    }
}
