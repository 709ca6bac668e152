import Tensor

extension OnlineKMeans {
    /// The state of a stream: centroids, and rows that wait for their batch to fill.
    public struct Stream: StreamingClusterer {
        /// The parameters.
        public let parameters: OnlineKMeans
        public internal(set) var rowCount = 0
        public var dimension: Int? { waiting.dimension }
        var waiting = WaitingRows()
        /// What the centroids stand for; `nil` until there were enough rows to choose the first.
        var groups: OnlineGroups?

        init(_ parameters: OnlineKMeans) { self.parameters = parameters }

        /// How many rows are waited for.
        private var wanted: Int { groups == nil ? parameters.firstCount : parameters.batchSize }

        public mutating func insert(
            _ data: Matrix, weights: [Double]?, progress: ProgressHandler
        ) throws(ClusteringError) {
            let weights = try check(data, weights: weights)
            let data = parameters.metric == .cosine ? data.normalizedRows() : data
            var next = 0
            while next < data.rows {
                guard progress.advance("stream", next, of: data.rows) else { throw .cancelled }
                let part = next..<min(data.rows, next + max(1, wanted - waiting.count))
                waiting.append(data, part, weights: weights, after: nil)
                if waiting.count >= wanted {
                    do throws(ClusteringError) { try takeBatch(progress) } catch {
                        waiting.removeLast(part.count)
                        throw error
                    }
                }
                rowCount += part.count
                next = part.upperBound
            }
        }

        /// Lets the rows that wait join the centroids, the first time choosing these.
        private mutating func takeBatch(_ progress: ProgressHandler) throws(ClusteringError) {
            groups = try groups(with: waiting, progress: progress)
            waiting.removeFirst(waiting.count)
        }

        /// The groups when rows have joined them.
        private func groups(
            with rows: WaitingRows, progress: ProgressHandler
        ) throws(ClusteringError) -> OnlineGroups? {
            let batch = rows.input(0..<rows.count, at: nil, halfLife: nil)
            if var groups {
                groups.scale(by: parameters.remainder(after: rows.count))
                if batch.count > 0 { groups.join(batch, parameters) }
                return groups
            }
            guard batch.count > 0 else { return nil }
            var start = parameters.start
            start.clusterCount = min(start.clusterCount, batch.count)
            let model = try start.fit(batch.positions, weights: batch.weights, progress: progress)
            return OnlineGroups(batch, labels: model.labels.values, parameters)
        }

        public func finish(progress: ProgressHandler) throws(ClusteringError) -> StreamModel {
            guard progress.advance("stream", rowCount, of: rowCount) else { throw .cancelled }
            guard let groups = try groups(with: waiting, progress: progress) else {
                throw .emptyData(rows: 0, columns: dimension ?? 0)
            }
            guard rowCount >= parameters.clusterCount else {
                throw .tooFewRows(rows: rowCount, clusters: parameters.clusterCount)
            }
            return groups.model
        }

        /// The groups behind the centroids, without the rows that wait; those without rows are left out.
        public var summary: Coreset { groups?.coreset ?? Coreset(dimension: dimension ?? 0) }

        /// Merges centroids by k-means of those of both, each with its weight; rows that wait come behind those that wait
        /// here.
        public mutating func merge(_ other: Stream, progress: ProgressHandler) throws(ClusteringError) {
            var theirs = other.parameters
            theirs.seed = parameters.seed
            guard theirs == parameters else {
                throw .parameter(name: "parameters", value: "others", valid: "equal but for the seed to be merged")
            }
            guard let width = other.dimension else { return }
            if let dimension, dimension != width { throw .dimension(expected: dimension, found: width) }
            var merged = self
            if let mine = groups, let others = other.groups {
                var union = mine.coreset
                union.append(others.coreset)
                var again = parameters.start
                again.clusterCount = min(again.clusterCount, union.count)
                let origin = parameters.metric == .cosine ? nil : union.mean
                let model = try again.fit(
                    union.means(relativeTo: origin), weights: union.masses(for: parameters.metric), progress: progress)
                var groups = OnlineGroups(CoresetInput(union), labels: model.labels.values, parameters)
                groups.batches = mine.batches + others.batches
                merged.groups = groups
            } else {
                merged.groups = groups ?? other.groups
            }
            merged.waiting.append(other.waiting)
            merged.rowCount += other.rowCount
            if merged.waiting.count >= merged.wanted { try merged.takeBatch(progress) }
            self = merged
        }
    }

    /// What is left of a weight after some rows.
    func remainder(after rows: Int) -> Double { halfLife.map { powerOfTwo(-Double(rows) / $0) } ?? 1 }
}
