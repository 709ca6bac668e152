import Tensor

/// Centroids that are called what they were called before: for streams, and for models without rows in common.
public struct CentroidAlignment: Sendable, Hashable {
    /// A centroid that kept its id.
    public struct Survival: Sendable, Hashable, Codable {
        /// Its id.
        public let id: Int
        /// How far it has moved, in units of the metric.
        public let distance: Double
    }

    /// The id of each current centroid. `[k]`
    public let ids: [Int]
    /// The lowest id that has never been given.
    public let nextID: Int
    /// The centroids that kept their id, by id.
    public let survivals: [Survival]
    /// The ids of the new ones.
    public let births: [Int]
    /// The ids of those that are gone.
    public let deaths: [Int]

    /// Pairs as many centroids as lie near enough, and of all such ways in the one whose distances add up to the least.
    ///
    /// - Parameters:
    ///   - current: the centroids that are to be named. `[k × d]`
    ///   - previous: those before. `[l × d]`
    ///   - previousIDs: what those are called, all different; by default 0 ..< l. `[l]`
    ///   - metric: how distances are measured.
    ///   - maximumDistance: centroids farther apart are not the same; above 0. ∞ for no limit.
    ///   - nextID: the first id that has never been given; by default one more than the highest of `previousIDs`.
    /// - Throws: ``ClusteringError/dimension(expected:found:)`` for centroids of different widths,
    ///   ``ClusteringError/notFinite(row:column:)``, ``ClusteringError/parameter(name:value:valid:)``.
    /// - Complexity: O(k · l · d), and what the assignment takes.
    public init(
        _ current: Matrix, to previous: Matrix, previousIDs: [Int]? = nil, metric: Metric = .euclidean,
        maximumDistance: Double = .infinity, nextID: Int? = nil
    ) throws(ClusteringError) {
        let names = previousIDs ?? Array(0..<previous.rows)
        try Self.check(current, previous, names, maximumDistance)
        var pairs: [(row: Int, column: Int, distance: Double)] = []
        for row in 0..<previous.rows {
            for column in 0..<current.rows {
                let distance = metric.distance(previous.row(row), current.row(column))
                if distance <= maximumDistance { pairs.append((row, column, distance)) }
            }
        }
        // One pair more is worth more than all distances together.
        let most = (pairs.map(\.distance).max() ?? 0) * Double(min(previous.rows, current.rows) + 1) + 1
        let columns = SparseAssignment.columns(
            rowCount: previous.rows, columnCount: current.rows,
            pairs: pairs.map { .init(row: $0.row, column: $0.column, weight: most - $0.distance) })
        var found = [Int?](repeating: nil, count: current.rows)
        var survivals: [Survival] = []
        for case (let row, let column?) in columns.enumerated() {
            found[column] = names[row]
            survivals.append(
                Survival(id: names[row], distance: metric.distance(previous.row(row), current.row(column))))
        }
        var next = max(nextID ?? 0, (names.max() ?? -1) + 1)
        var births: [Int] = []
        ids = found.map { id in
            if let id { return id }
            births.append(next)
            next += 1
            return next - 1
        }
        self.nextID = next
        self.births = births
        self.survivals = survivals.sorted { $0.id < $1.id }
        deaths = columns.indices.filter { columns[$0] == nil }.map { names[$0] }.sorted()
    }

    private static func check(
        _ current: Matrix, _ previous: Matrix, _ names: [Int], _ maximumDistance: Double
    ) throws(ClusteringError) {
        if current.rows > 0, previous.rows > 0, current.columns != previous.columns {
            throw .dimension(expected: previous.columns, found: current.columns)
        }
        for matrix in [current, previous] {
            if let (row, column) = matrix.firstNonFinite() { throw .notFinite(row: row, column: column) }
        }
        guard names.count == previous.rows, Set(names).count == names.count,
            names.allSatisfy({ (0...Int(Int32.max)).contains($0) })
        else {
            throw .parameter(
                name: "previousIDs", value: "\(names.count) ids",
                valid: "one for each of \(previous.rows) centroids, all different, from 0 to \(Int32.max)")
        }
        guard maximumDistance > 0 else {
            throw .parameter(name: "maximumDistance", value: "\(maximumDistance)", valid: "above 0")
        }
    }
}
