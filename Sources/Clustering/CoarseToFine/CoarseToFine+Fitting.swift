import Tensor

extension CoarseToFine {
    /// Whether a group is looked into.
    func isLookedInto(_ group: CoarseGroup) -> Bool {
        let fewest = minimumGroupSize ?? (fine as? any FewestRows)?.fewestRows ?? 1
        return group.isHot && group.rowCount >= fewest
    }

    /// Fits the fine algorithm to the rows of a group.
    func fitted(
        _ data: Matrix, group: Int, rows: [Int], progress: ProgressHandler
    ) throws(ClusteringError) -> Fine.Model {
        do {
            return try fine.fit(data.gatheringRows(rows), progress: progress)
        } catch ClusteringError.cancelled {
            throw .cancelled
        } catch {
            throw .step(reason: "in group \(group) of \(rows.count) rows: \(error)")
        }
    }

    func inside(
        _ data: Matrix, _ coarse: Coarse.Model, _ members: [[Int]], _ parts: Parts, _ progress: ProgressHandler
    ) throws(ClusteringError) -> Model {
        // Large groups first, so that threads end together.
        let order = members.indices.filter { isLookedInto(parts.groups[$0]) }
            .sorted { (-members[$0].count, $0) < (-members[$1].count, $1) }
        let watch = Watch(progress, "clusters inside groups", order.reduce(0) { $0 + members[$1].count })
        // Only labels are kept of each group; its model can be made again.
        func labels(_ group: Int) -> Result<[Int32], ClusteringError> {
            guard !watch.isStopped else { return .failure(.cancelled) }
            let inner = ProgressHandler { _ in
                watch.add(0)
                return !watch.isStopped
            }
            defer { watch.add(members[group].count) }
            do {
                return .success(try fitted(data, group: group, rows: members[group], progress: inner).labels.values)
            } catch {
                return .failure(error)
            }
        }
        let largeCount = order.firstIndex { members[$0].count <= Self.largeGroup } ?? order.count
        var found = order[..<largeCount].map { labels($0) }
        let small = Array(order[largeCount...])
        found += parallelMap(small.count) { labels(small[$0]) }
        if watch.isStopped { throw .cancelled }

        var values = [Int32](repeating: ClusterLabels.noise, count: data.rows)
        var origins: [Model.Origin] = []
        for (group, labels) in zip(order, found) {
            let labels = try labels.get()
            let first = Int32(origins.count)
            let count = Int(labels.max() ?? -1) + 1
            origins += (0..<max(0, count)).map { Model.Origin(group: group, label: $0) }
            for (row, label) in zip(members[group], labels) where label >= 0 { values[row] = first + label }
        }
        let (numbered, previous) = ClusterLabels(values).numberedBySize()
        return Model(
            algorithm: self, data: data, coarse: coarse, parts: parts, labels: numbered,
            origins: previous.map { origins[$0] }, numbers: nil)
    }

    func across(
        _ data: Matrix, _ coarse: Coarse.Model, _ parts: Parts, _ progress: ProgressHandler
    ) throws(ClusteringError) -> Model {
        let hot = parts.groups.indices.filter { parts.groups[$0].isHot }
        var numbers = [Int32](repeating: ClusterLabels.noise, count: parts.groups.count)
        // The initializer saw to it that the fine algorithm takes weights.
        if let fine = fine as? any WeightedClusteringAlgorithm, !hot.isEmpty {
            let labels: ClusterLabels
            do {
                labels = try fine.fit(
                    parts.means.gatheringRows(hot), weights: hot.map { Double(parts.groups[$0].rowCount) },
                    progress: progress
                ).labels
            } catch ClusteringError.cancelled {
                throw .cancelled
            } catch {
                throw .step(reason: "among the means of \(hot.count) groups: \(error)")
            }
            for (place, group) in hot.enumerated() { numbers[group] = labels.values[place] }
        }
        let values = coarse.labels.values.map { $0 < 0 ? ClusterLabels.noise : numbers[Int($0)] }
        let (numbered, previous) = ClusterLabels(values).numberedBySize()
        var renamed = [Int32](repeating: ClusterLabels.noise, count: Int(numbers.max() ?? -1) + 1)
        for (new, old) in previous.enumerated() { renamed[old] = Int32(new) }
        return Model(
            algorithm: self, data: data, coarse: coarse, parts: parts, labels: numbered, origins: [],
            numbers: numbers.map { $0 < 0 ? $0 : renamed[Int($0)] })
    }
}
