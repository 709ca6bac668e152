/// What changed between two labellings, once ids have been handed over.
struct LabelComparison {
    let table: OverlapTable
    let current: ClusterLabels
    let previous: ClusterLabels
    /// The previous row that each current one is.
    let places: [Int?]
    /// The id of each current cluster.
    let ids: [Int?]
    /// The previous cluster that it has its id from, if any.
    let heirs: [Int?]
    let aligner: ClusterAligner

    private typealias Cell = OverlapTable.Cell

    var changes: ClusterChanges {
        var changes = ClusterChanges()
        changes.survivals = table.cells.filter { isSurvival($0) }.map { overlap($0) }
        changes.sharedRowCount = places.count { $0 != nil }
        changes.keptRowCount = changes.survivals.reduce(0) { $0 + $1.rowCount }
        for (row, place) in places.enumerated() {
            if let place, current[row] == nil, previous[place] == nil { changes.keptRowCount += 1 }
        }
        changes.merges = merges().sorted { $0.id < $1.id }
        changes.splits = splits()
        let parts = Set(changes.splits.flatMap { $0.parts.map(\.current) })
        let fates = Set(changes.merges.flatMap { $0.parts.map(\.previous) } + changes.splits.map(\.id))
        changes.births = births(except: parts).sorted { $0.id < $1.id }
        changes.deaths = deaths(except: fates.union(heirs.compactMap { $0 }))
        return changes
    }

    private func isSurvival(_ cell: Cell) -> Bool { heirs[cell.current] == cell.previous }

    private func overlap(_ cell: Cell) -> ClusterChanges.Overlap {
        ClusterChanges.Overlap(
            previous: cell.previous, current: ids[cell.current] ?? -1, rowCount: cell.count,
            shareOfPrevious: table.shareOfPrevious(cell), shareOfCurrent: table.shareOfCurrent(cell))
    }

    private func overlaps(_ cells: [Cell]) -> [ClusterChanges.Overlap] {
        cells.map { overlap($0) }.sorted {
            ($1.rowCount, $0.previous, $0.current) < ($0.rowCount, $1.previous, $1.current)
        }
    }

    /// Clusters that hold most of two or more, or most of one and what another left its id.
    private func merges() -> [ClusterChanges.Merge] {
        var parts = [[Cell]](repeating: [], count: current.clusterCount)
        for cell in table.cells
        where table.shareOfPrevious(cell) >= aligner.matchShare || isSurvival(cell) {
            parts[cell.current].append(cell)
        }
        let sizes = current.sizes
        return parts.indices.compactMap { cluster in
            guard parts[cluster].count > 1, let id = ids[cluster] else { return nil }
            return ClusterChanges.Merge(id: id, rowCount: sizes[cluster], parts: overlaps(parts[cluster]))
        }
    }

    private func splits() -> [ClusterChanges.Split] {
        var parts = [[Cell]](repeating: [], count: previous.clusterCount)
        for cell in table.cells
        where table.shareOfPrevious(cell) >= aligner.splitShare && table.shareOfCurrent(cell) >= aligner.matchShare {
            parts[cell.previous].append(cell)
        }
        let sizes = previous.sizes
        return parts.indices.compactMap { cluster in
            let covered = parts[cluster].reduce(0) { $0 + $1.count }
            guard parts[cluster].count > 1,
                Double(covered) >= aligner.matchShare * Double(table.previousTotals[cluster])
            else { return nil }
            return ClusterChanges.Split(id: cluster, rowCount: sizes[cluster], parts: overlaps(parts[cluster]))
        }
    }

    private func births(except parts: Set<Int>) -> [ClusterChanges.Birth] {
        let sizes = current.sizes
        var formerNoise = [Int](repeating: 0, count: current.clusterCount)
        for (row, place) in places.enumerated() {
            if let place, let cluster = current[row], previous[place] == nil { formerNoise[cluster] += 1 }
        }
        return sizes.indices.compactMap { cluster in
            guard let id = ids[cluster], heirs[cluster] == nil, !parts.contains(id) else { return nil }
            return ClusterChanges.Birth(
                id: id, rowCount: sizes[cluster], newRowCount: sizes[cluster] - table.currentTotals[cluster],
                formerNoiseCount: formerNoise[cluster])
        }
    }

    private func deaths(except fates: Set<Int>) -> [ClusterChanges.Death] {
        let sizes = previous.sizes
        var noise = table.previousTotals
        for cell in table.cells { noise[cell.previous] -= cell.count }
        return sizes.indices.compactMap { id in
            guard sizes[id] > 0, !fates.contains(id) else { return nil }
            return ClusterChanges.Death(
                id: id, rowCount: sizes[id], goneRowCount: sizes[id] - table.previousTotals[id], noiseCount: noise[id])
        }
    }
}
