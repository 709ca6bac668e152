extension Report {
    /// The rows whose pictures are worth a place in the page when not all have one.
    ///
    /// Rows that stand for a cluster come first: the first medoid of every cluster, then the second of every cluster,
    /// and so on, then the boundary rows in the same way. The remaining places go to a sample of the other rows that
    /// depends on the ids alone, so the order of the rows does not change who is chosen.
    ///
    /// - Parameters:
    ///   - maximum: the number of rows to choose at most; 0 or more.
    ///   - ids: the ids of all rows. `[n]`
    ///   - clusters: the clusters with their medoid and boundary rows.
    ///   - isCandidate: whether a row can be chosen at all, for example because it has a picture.
    /// - Returns: row indices, ascending, without repetition.
    /// - Complexity: O(n log n).
    public static func representativeRows(
        maximum: Int, ids: [String], clusters: [Cluster], isCandidate: (Int) -> Bool = { _ in true }
    ) -> [Int] {
        var isChosen = [Bool](repeating: false, count: ids.count)
        var chosen: [Int] = []
        func choose(_ row: Int) {
            guard chosen.count < maximum, ids.indices.contains(row), !isChosen[row], isCandidate(row) else { return }
            isChosen[row] = true
            chosen.append(row)
        }
        for list in [clusters.map(\.medoids), clusters.map { $0.boundary.map(\.row) }] {
            for rank in 0..<(list.map(\.count).max() ?? 0) {
                for rows in list where rank < rows.count { choose(rows[rank]) }
            }
        }
        if chosen.count < maximum {
            let rest = ids.indices.filter { !isChosen[$0] && isCandidate($0) }
            if rest.count <= maximum - chosen.count {
                rest.forEach(choose)
            } else {
                rest.map { (key: sampleKey(ids[$0]), row: $0) }
                    .sorted { ($0.key, ids[$0.row], $0.row) < ($1.key, ids[$1.row], $1.row) }
                    .prefix(maximum - chosen.count)
                    .forEach { choose($0.row) }
            }
        }
        return chosen.sorted()
    }

    /// A number that spreads ids evenly: FNV-1a, finished as in SplitMix64 so that all bits matter.
    private static func sampleKey(_ id: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in id.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
        return hash ^ (hash >> 31)
    }
}
