import Tensor

extension StreamKMPlusPlus {
    /// The state of a stream: rows that wait, and coresets of those before them.
    public struct Stream: StreamingClusterer {
        /// Groups that stand for rows up to a moment.
        struct Bucket: Sendable, Equatable {
            var coreset: Coreset
            /// When their last row came; weights are as of then.
            var time: Double
        }

        /// The parameters.
        public let parameters: StreamKMPlusPlus
        public internal(set) var rowCount = 0
        public var dimension: Int? { waiting.dimension }
        /// The time, by which weights decay: one unit a row.
        var clock = 0.0
        var waiting = WaitingRows()
        /// Buckets by level, oldest first; fewer than `mergeCount` each.
        var levels: [[Bucket]] = []
        /// How many reductions there have been of rows, and of groups: they name the random numbers.
        var reductions = (ofRows: 0, ofGroups: 0)

        /// Full buckets wait until there are so many, and are reduced at the same time.
        static let waitingBuckets = 4

        init(_ parameters: StreamKMPlusPlus) { self.parameters = parameters }

        /// The rows of a first bucket.
        private var bucketSize: Int { parameters.mergeCount * parameters.groupCount }
        private var capacity: Int { Self.waitingBuckets * bucketSize }

        public mutating func insert(
            _ data: Matrix, weights: [Double]?, progress: ProgressHandler
        ) throws(ClusteringError) {
            let weights = try check(data, weights: weights)
            guard data.rows > 0 else { return }
            let rows = parameters.metric == .cosine ? data.normalizedRows() : data
            var next = 0
            while next < rows.rows {
                guard progress.advance("stream", next, of: rows.rows) else { throw .cancelled }
                let part = next..<min(rows.rows, next + capacity - waiting.count)
                waiting.append(rows, part, weights: weights, after: parameters.halfLife == nil ? nil : clock)
                rowCount += part.count
                clock += Double(part.count)
                next = part.upperBound
                if waiting.count == capacity { reduceFullBuckets() }
            }
        }

        /// Reduces all full buckets of waiting rows.
        mutating func reduceFullBuckets() {
            let (count, size, first) = (waiting.count / bucketSize, bucketSize, reductions.ofRows)
            guard count > 0 else { return }
            let parameters = parameters
            let reduced = parallelMap(count) { index in
                let part = index * size..<(index + 1) * size
                var random = RandomSource(seed: parameters.seed, stage: "reduced rows", item: first + index)
                let time = waiting.time(ofLastIn: part)
                let input = waiting.input(part, at: time, halfLife: parameters.halfLife)
                return Bucket(coreset: parameters.reduce(input, &random), time: time ?? 0)
            }
            waiting.removeFirst(count * size)
            reductions.ofRows += count
            for bucket in reduced { carry(bucket, to: 0) }
        }

        /// Adds a bucket to a level; a level that is full becomes one bucket of the next.
        private mutating func carry(_ bucket: Bucket, to level: Int) {
            if level == levels.count { levels.append([]) }
            levels[level].append(bucket)
            guard levels[level].count == parameters.mergeCount else { return }
            let time = levels[level].map(\.time).max() ?? 0
            var random = RandomSource(seed: parameters.seed, stage: "reduced groups", item: reductions.ofGroups)
            let coreset = parameters.reduce(CoresetInput(union(of: levels[level], at: time)), &random)
            levels[level] = []
            reductions.ofGroups += 1
            carry(Bucket(coreset: coreset, time: time), to: level + 1)
        }

        /// All groups of some buckets, with the weights that they have at a time.
        private func union(of buckets: [Bucket], at time: Double) -> Coreset {
            var all = Coreset(dimension: dimension ?? 0)
            for bucket in buckets {
                var coreset = bucket.coreset
                coreset.scale(by: parameters.remainder(after: time - bucket.time))
                all.append(coreset)
            }
            return all
        }

        /// All that the stream knows of its rows: the groups of its coresets, oldest first, and the rows that wait, each a
        /// group of its own.
        ///
        /// - Complexity: O(m · log(n / m) · d).
        public var summary: Coreset {
            var all = union(of: levels.reversed().joined().map { $0 }, at: clock)
            let input = waiting.input(0..<waiting.count, at: clock, halfLife: parameters.halfLife)
            all.append(input.grouped(by: Array(0..<Int32(input.count)), count: input.count))
            return all
        }

        public func finish(progress: ProgressHandler) throws(ClusteringError) -> StreamModel {
            let summary = summary
            guard summary.count > 0 else { throw .emptyData(rows: 0, columns: dimension ?? 0) }
            guard rowCount >= parameters.clusterCount else {
                throw .tooFewRows(rows: rowCount, clusters: parameters.clusterCount)
            }
            return try parameters.model(of: summary, progress: progress)
        }

        public mutating func merge(_ other: Stream, progress: ProgressHandler) throws(ClusteringError) {
            var theirs = other.parameters
            theirs.seed = parameters.seed
            guard theirs == parameters else {
                throw .parameter(name: "parameters", value: "others", valid: "equal but for the seed to be merged")
            }
            guard let width = other.dimension else { return }
            if let dimension, dimension != width { throw .dimension(expected: dimension, found: width) }
            guard progress.advance("merging streams", 0, of: 1) else { throw .cancelled }
            // Both streams end now: the clock of the shorter one is put forward.
            let now = max(clock, other.clock)
            for level in levels.indices {
                for index in levels[level].indices { levels[level][index].time += now - clock }
            }
            waiting.shiftTimes(by: now - clock)
            var joined = other.waiting
            joined.shiftTimes(by: now - other.clock)
            clock = now
            rowCount += other.rowCount
            reductions.ofRows += other.reductions.ofRows
            reductions.ofGroups += other.reductions.ofGroups
            for (level, buckets) in other.levels.enumerated() {
                while levels.count <= level { levels.append([]) }
                for var bucket in buckets {
                    bucket.time += now - other.clock
                    carry(bucket, to: level)
                }
            }
            waiting.append(joined)
            if waiting.count >= capacity { reduceFullBuckets() }
        }
    }
}

extension StreamKMPlusPlus {
    /// What is left of a weight after some rows.
    func remainder(after rows: Double) -> Double { halfLife.map { powerOfTwo(-rows / $0) } ?? 1 }

    func reduce(_ input: CoresetInput, _ random: inout RandomSource) -> Coreset {
        reducer.reduce(input, to: groupCount, clusterCount: clusterCount, &random)
    }

    /// K-means of a summary: of m groups of it with restarts, then from its centroids over all groups.
    func model(of summary: Coreset, progress: ProgressHandler) throws(ClusteringError) -> StreamModel {
        var random = RandomSource(seed: seed, stage: "reduced summary")
        let few = summary.count > groupCount ? reduce(CoresetInput(summary), &random) : summary
        let start = KMeans(
            clusterCount: min(clusterCount, few.count), metric: metric, seeding: .plusPlus(), restarts: restarts,
            seed: seed)
        let origin = metric == .cosine ? nil : summary.mean
        var model = try start.fit(
            few.means(relativeTo: origin), weights: few.masses(for: metric), progress: progress)
        if summary.count > few.count {
            var refined = start
            (refined.restarts, refined.maximumIterations) = (1, 20)
            refined.seeding = .given(model.centroids)
            model = try refined.fit(
                summary.means(relativeTo: origin), weights: summary.masses(for: metric), progress: progress)
        }
        return StreamModel(summary, centroids: model.centroids, origin: origin, metric: metric)
    }
}
