import Tensor

extension CoarseToFine {
    /// What both steps found.
    public struct Model: ClusteringModel {
        /// Where a cluster was found.
        public struct Origin: Sendable, Hashable, Codable {
            /// The coarse group, as ``Model/coarse`` numbers them.
            public let group: Int
            /// The label that the cluster has in the fine model of this group.
            public let label: Int
        }

        /// The parameters of the fit.
        public let algorithm: CoarseToFine
        /// The cluster of each row, numbered by size over all groups, largest first; noise where none.
        public let labels: ClusterLabels
        /// The fitted groups.
        public let coarse: Coarse.Model
        /// What is known of each group.
        public let groups: [CoarseGroup]
        /// The mean of each group; for the cosine metric, of length 1. `[groups × d]`
        public let means: Matrix
        /// For clusters inside groups, where each was found; empty for clusters of groups. `[k]`
        public let origins: [Origin]
        /// For clusters of groups, the cluster of each group, or −1.
        let numbers: [Int32]?
        /// The rows, for the models of groups.
        let data: Matrix

        init(
            algorithm: CoarseToFine, data: Matrix, coarse: Coarse.Model, parts: Parts, labels: ClusterLabels,
            origins: [Origin], numbers: [Int32]?
        ) {
            self.algorithm = algorithm
            self.data = data
            self.coarse = coarse
            self.labels = labels
            self.origins = origins
            self.numbers = numbers
            groups = parts.groups
            means = parts.means
        }

        /// The cluster of each group, where clusters are of groups; `nil` for a group that is noise or was not looked at.
        public var groupLabels: ClusterLabels? { numbers.map { ClusterLabels($0) } }

        /// The rows of a group, ascending: those that the fine model of the group has.
        ///
        /// - Precondition: there is such a group.
        /// - Complexity: O(n).
        public func rows(ofGroup group: Int) -> [Int] {
            precondition(groups.indices.contains(group), "group \(group) of \(groups.count)")
            return coarse.labels.values.indices.filter { coarse.labels.values[$0] == Int32(group) }
        }

        /// The fine model of a group: that of which the labels inside the group are. It is fitted anew, to the same result;
        /// models of all groups would need more memory than the rows.
        ///
        /// - Returns: `nil` where the group was not looked into, or clusters are of groups.
        /// - Throws: ``ClusteringError/cancelled``.
        /// - Precondition: there is such a group.
        public func fineModel(
            ofGroup group: Int, progress: ProgressHandler = .none
        ) throws(ClusteringError) -> Fine.Model? {
            precondition(groups.indices.contains(group), "group \(group) of \(groups.count)")
            guard algorithm.scope == .inside, algorithm.isLookedInto(groups[group]) else { return nil }
            return try algorithm.fitted(data, group: group, rows: rows(ofGroup: group), progress: progress)
        }
    }
}

extension CoarseToFine.Model: PredictiveModel where Coarse.Model: PredictiveModel, Fine.Model: PredictiveModel {
    /// The cluster of each row of `data` `[m × d]`: of its group, or by the fine model of its group. A row that was fitted
    /// gets the label that it has in ``labels``.
    ///
    /// - Throws: ``ClusteringError`` for another number of features, or values that are not finite.
    /// - Complexity: that of the coarse model's prediction; inside groups, the fine model of each group that a row falls
    ///   into is fitted again.
    public func predict(_ data: Matrix) throws(ClusteringError) -> ClusterLabels {
        let found = try coarse.predict(data)
        if let numbers { return ClusterLabels(found.values.map { $0 < 0 ? $0 : numbers[Int($0)] }) }
        var values = [Int32](repeating: ClusterLabels.noise, count: data.rows)
        var names = [[Int: Int32]](repeating: [:], count: groups.count)
        for (name, origin) in origins.enumerated() { names[origin.group][origin.label] = Int32(name) }
        for (group, rows) in found.members.enumerated() where !rows.isEmpty {
            guard let model = try fineModel(ofGroup: group) else { continue }
            let labels = try model.predict(data.gatheringRows(rows))
            for (row, label) in zip(rows, labels) {
                values[row] = label.flatMap { names[group][$0] } ?? ClusterLabels.noise
            }
        }
        return ClusterLabels(values)
    }
}
