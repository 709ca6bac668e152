/// Carries the names of clusters over from one run to the next.
///
/// Each previous cluster hands its id to at most one current cluster, and such that the rows that keep their id are as
/// many as they can be: an optimal assignment on the table of overlaps. Only clusters that have enough in common come into
/// question. The other current clusters get new ids, which were never given before.
///
/// ```swift
/// let monday = try HDBSCAN(minimumClusterSize: 15).fit(rows).labels
/// let friday = try HDBSCAN(minimumClusterSize: 15).fit(newRows).labels
/// let alignment = try ClusterAligner().align(friday, ids: newIDs, to: monday, ids: ids)
/// alignment.labels                // Friday's clusters under Monday's names
/// alignment.changes.splits        // which fell apart, into what
/// ```
///
/// - Reference: Spiliopoulou, Ntoutsi, Theodoridis and Schult, "MONIC: modeling and monitoring cluster transitions", KDD
///   2006, doi:10.1145/1150402.1150491.
/// - Note: Differs from MONIC: ids are assigned to all clusters at once and not one by one; so that a cluster that most
///   rows have left can still hand its id to its greatest part, and of clusters that merge one keeps its id.
public struct ClusterAligner: Sendable, Hashable, Codable {
    /// A current cluster with at least this share of a previous one's rows is what became of it: it may take over the id,
    /// and if another hands its id over, the two have merged. From 0.5 to 1.
    public var matchShare: Double
    /// Clusters of which this is the Jaccard index – the rows in both over the rows in either – may share an id, too; above
    /// 0, at most 1.
    public var minimumOverlap: Double
    /// The least share of a previous cluster's rows that makes a current one a part in a split; above 0, at most 0.5.
    /// Most of such a part's rows (``matchShare``) come from there.
    public var splitShare: Double
    /// Whether new clusters get ids of those that are gone, the lowest first.
    public var reusesIDs: Bool

    /// - Parameters:
    ///   - matchShare: the share of a previous cluster's rows that makes a current one what became of it.
    ///   - minimumOverlap: the Jaccard index from which clusters may share an id, too.
    ///   - splitShare: the least share of a previous cluster's rows that makes a part in a split.
    ///   - reusesIDs: whether new clusters get ids of those that are gone.
    public init(
        matchShare: Double = 0.5, minimumOverlap: Double = 0.25, splitShare: Double = 0.2, reusesIDs: Bool = false
    ) {
        self.matchShare = matchShare
        self.minimumOverlap = minimumOverlap
        self.splitShare = splitShare
        self.reusesIDs = reusesIDs
    }

    /// Checks the parameters.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``.
    public func validate() throws(ClusteringError) {
        guard matchShare >= 0.5, matchShare <= 1 else {
            throw .parameter(name: "matchShare", value: "\(matchShare)", valid: "from 0.5 to 1")
        }
        guard minimumOverlap > 0, minimumOverlap <= 1 else {
            throw .parameter(name: "minimumOverlap", value: "\(minimumOverlap)", valid: "above 0 and at most 1")
        }
        guard splitShare > 0, splitShare <= 0.5 else {
            throw .parameter(name: "splitShare", value: "\(splitShare)", valid: "above 0 and at most 0.5")
        }
    }

    /// Carries ids over between two labellings of the same rows.
    ///
    /// - Parameters:
    ///   - current: the labels that are to be renamed. `[n]`
    ///   - previous: the labels whose numbers are the ids. `[n]`
    ///   - nextID: the first id that has never been given, ``ClusterAlignment/nextID`` of the run before; by default one
    ///     more than the highest in `previous`.
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` for parameters outside their range, or labels of another
    ///   number of rows.
    /// - Complexity: O(n), and what the assignment takes: close to O(c log c) for c pairs of clusters that share rows.
    public func align(
        _ current: ClusterLabels, to previous: ClusterLabels, nextID: Int? = nil
    ) throws(ClusteringError) -> ClusterAlignment {
        guard current.count == previous.count else {
            throw .parameter(
                name: "previous", value: "labels of \(previous.count) rows", valid: "of the same \(current.count) rows")
        }
        return try align(current, places: Array(current.indices), to: previous, nextID: nextID)
    }

    /// Carries ids over between labellings of rows that are partly the same.
    ///
    /// - Parameters:
    ///   - current: the labels that are to be renamed. `[n]`
    ///   - currentRows: what the rows are called, all different. `[n]`
    ///   - previous: the labels whose numbers are the ids. `[m]`
    ///   - previousRows: what those rows are called, all different. `[m]`
    ///   - nextID: as in ``align(_:to:nextID:)``.
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` for parameters outside their range, for names that are
    ///   not as many as rows, and for one that occurs twice.
    /// - Complexity: as of ``align(_:to:nextID:)``, and O(n + m) memory.
    public func align<Name: Hashable>(
        _ current: ClusterLabels, rows currentRows: some Sequence<Name>, to previous: ClusterLabels,
        rows previousRows: some Sequence<Name>, nextID: Int? = nil
    ) throws(ClusteringError) -> ClusterAlignment {
        let known = try Self.places(previousRows, of: previous, "previous rows")
        var places = [Int?](repeating: nil, count: current.count)
        for (name, row) in try Self.places(currentRows, of: current, "current rows") { places[row] = known[name] }
        return try align(current, places: places, to: previous, nextID: nextID)
    }

    private static func places<Name: Hashable>(
        _ rows: some Sequence<Name>, of labels: ClusterLabels, _ what: String
    ) throws(ClusteringError) -> [Name: Int] {
        var places: [Name: Int] = [:]
        places.reserveCapacity(labels.count)
        var count = 0
        for name in rows {
            guard places.updateValue(count, forKey: name) == nil else {
                throw .parameter(name: what, value: "\(name), twice", valid: "all different")
            }
            count += 1
        }
        guard count == labels.count else {
            throw .parameter(name: what, value: "\(count) names", valid: "one for each of \(labels.count) rows")
        }
        return places
    }

    /// - Parameter places: the previous row that each current one is.
    private func align(
        _ current: ClusterLabels, places: [Int?], to previous: ClusterLabels, nextID: Int?
    ) throws(ClusteringError) -> ClusterAlignment {
        try validate()
        guard nextID ?? 0 >= 0, nextID ?? 0 <= Int(Int32.max) - current.clusterCount else {
            throw .parameter(
                name: "nextID", value: "\(nextID ?? 0)", valid: "from 0 to \(Int(Int32.max) - current.clusterCount)")
        }
        let table = OverlapTable(current, places: places, previous: previous)
        let heirs = assign(table, current, previous)
        var ids = heirs
        let next = name(&ids, current, firstNew: max(nextID ?? 0, previous.clusterCount))
        let labels = ClusterLabels(
            current.values.map { $0 < 0 ? ClusterLabels.noise : ids[Int($0)].map { Int32($0) } ?? ClusterLabels.noise })
        let comparison = LabelComparison(
            table: table, current: current, previous: previous, places: places, ids: ids, heirs: heirs,
            aligner: self)
        return ClusterAlignment(labels: labels, ids: ids, nextID: next, changes: comparison.changes)
    }

    /// The id that each current cluster takes over, if one.
    private func assign(_ table: OverlapTable, _ current: ClusterLabels, _ previous: ClusterLabels) -> [Int?] {
        let pairs = table.cells.filter {
            table.shareOfPrevious($0) >= matchShare || table.jaccardIndex($0) >= minimumOverlap
        }.map { SparseAssignment.Pair(row: $0.previous, column: $0.current, weight: Double($0.count)) }
        var result = [Int?](repeating: nil, count: current.clusterCount)
        let columns = SparseAssignment.columns(
            rowCount: previous.clusterCount, columnCount: current.clusterCount, pairs: pairs)
        for (id, cluster) in columns.enumerated() {
            if let cluster { result[cluster] = id }
        }
        return result
    }

    /// Gives new ids to the clusters that have rows and no id yet.
    ///
    /// - Returns: the lowest id that has never been given.
    private func name(_ ids: inout [Int?], _ current: ClusterLabels, firstNew: Int) -> Int {
        let taken = Set(ids.compactMap { $0 })
        var next = reusesIDs ? 0 : firstNew
        for (cluster, size) in current.sizes.enumerated() where ids[cluster] == nil && size > 0 {
            while taken.contains(next) { next += 1 }
            ids[cluster] = next
            next += 1
        }
        return max(next, firstNew)
    }
}
