import Tensor

/// What happened to a cluster of a stream.
public struct HotClusterEvent: Sendable, Hashable, Codable {
    /// What happened.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// A cluster that was not there has become hot.
        case appeared
        /// A hot cluster is no more, or has little left of its weight; the event tells what it was when it was last hot.
        case cooled
    }

    /// What happened.
    public let kind: Kind
    /// The cluster's number, given once and never again.
    public let id: Int
    /// How many rows the stream had when it was noticed.
    public let rowCount: Int
    /// Where the cluster is, or was. `[d]`
    public let centroid: [Float]
    /// The root of the mean squared distance of its rows to the centroid.
    public let radius: Double
    /// The weight of its rows, with decay what is left of it.
    public let weight: Double
    /// Its share of the weight of all rows.
    public let share: Double
}

/// Compares what a stream is grouped into with what it was, and tells which hot clusters are new.
///
/// A cluster is hot when its share of the weight of all rows is large enough; with decay that is its share of what came
/// lately. It is new when no known hot cluster lies within so many radii. The first look only learns what is there.
///
/// ```swift
/// var tracker = HotClusterTracker(minimumShare: 0.02)
/// for batch in batches {
///     try stream.insert(batch)
///     for event in tracker.look(at: try stream.finish(), rowCount: stream.rowCount) { print(event) }
/// }
/// ```
///
/// - SeeAlso: ``HotClusterMonitor``, which looks at regular intervals.
public struct HotClusterTracker: Sendable, Hashable, Codable {
    /// A hot cluster that has been reported, or was there at the first look.
    public struct Known: Sendable, Hashable, Codable {
        /// Its number.
        public let id: Int
        /// Where it was at the last look. `[d]`
        public internal(set) var centroid: [Float]
        /// Its radius then.
        public internal(set) var radius: Double
        /// Its weight then.
        public internal(set) var weight: Double
        /// Its share of all weight then.
        public internal(set) var share: Double

        init(id: Int, centroid: [Float], radius: Double, weight: Double, share: Double) {
            self.id = id
            self.centroid = centroid
            self.radius = radius
            self.weight = weight
            self.share = share
        }

        /// Clusters taken together.
        init?(id: Int, parts: [Known]) {
            guard let first = parts.first else { return nil }
            self = Known(
                id: id, centroid: first.centroid, radius: first.radius, weight: first.weight, share: first.share)
            for part in parts.dropFirst() {
                let total = weight + part.weight
                let apart = Metric.euclidean.distance(centroid, part.centroid)
                // The parallel-axis law.
                let square =
                    (weight * radius * radius + part.weight * part.radius * part.radius) / total
                    + weight * part.weight / (total * total) * apart * apart
                radius = square.squareRoot()
                for column in centroid.indices {
                    centroid[column] += Float(part.weight / total) * (part.centroid[column] - centroid[column])
                }
                weight = total
                share += part.share
            }
        }
    }

    /// The least share of the weight of all rows that makes a cluster hot; above 0, at most 1. It cools at half of that.
    public let minimumShare: Double
    /// Clusters whose centroids are within so many radii (of the larger one) are the same; positive. 1 suits many
    /// dimensions, where all rows of a cluster are about a radius away from its centroid; 2 suits two or three.
    public let separation: Double
    /// The hot clusters, by number.
    public private(set) var known: [Known] = []
    private(set) var nextID = 0
    private var hasLooked = false

    /// A tracker that knows no cluster yet.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` for a share or separation outside its range.
    public init(minimumShare: Double = 0.01, separation: Double = 1) throws(ClusteringError) {
        guard minimumShare > 0, minimumShare <= 1 else {
            throw .parameter(name: "minimumShare", value: "\(minimumShare)", valid: "above 0 and at most 1")
        }
        guard separation > 0, separation.isFinite else {
            throw .parameter(name: "separation", value: "\(separation)", valid: "positive and finite")
        }
        self.minimumShare = minimumShare
        self.separation = separation
    }

    /// Learns what a stream is grouped into.
    ///
    /// - Returns: clusters that have cooled, by number, then those that have appeared, heaviest first.
    /// - Complexity: O(k · h · d) for h hot clusters.
    public mutating func look(at model: StreamModel, rowCount: Int) -> [HotClusterEvent] {
        let (total, radii) = (model.totalWeight, model.radii)
        guard total > 0 else { return [] }
        let clusters = model.weights.indices.filter { model.weights[$0] > 0 }.map { index in
            Known(
                id: -1, centroid: Array(model.centroids.row(index)), radius: radii[index],
                weight: model.weights[index], share: model.weights[index] / total)
        }
        // A cluster may have been divided among several centroids: each goes to the nearest known one that it is.
        var parts = [[Known]](repeating: [], count: known.count)
        var others: [[Known]] = []
        for cluster in clusters {
            let home = known.indices.filter { areOne(known[$0], cluster) }
                .min { (distance(known[$0], cluster), $0) < (distance(known[$1], cluster), $1) }
            if let home {
                parts[home].append(cluster)
            } else if let home = others.indices.first(where: { areOne(others[$0][0], cluster) }) {
                others[home].append(cluster)
            } else {
                others.append([cluster])
            }
        }
        var events: [HotClusterEvent] = []
        var kept: [Known] = []
        for (old, parts) in zip(known, parts) {
            if let now = Known(id: old.id, parts: parts), now.share >= minimumShare / 2 {
                kept.append(now)
            } else {
                events.append(event(.cooled, old, rowCount))
            }
        }
        for parts in others {
            guard let found = Known(id: nextID, parts: parts), found.share >= minimumShare else { continue }
            nextID += 1
            kept.append(found)
            if hasLooked { events.append(event(.appeared, found, rowCount)) }
        }
        known = kept
        hasLooked = true
        return events
    }

    private func distance(_ a: Known, _ b: Known) -> Double { Metric.euclidean.distance(a.centroid, b.centroid) }

    private func areOne(_ a: Known, _ b: Known) -> Bool { distance(a, b) <= separation * max(a.radius, b.radius) }

    private func event(_ kind: HotClusterEvent.Kind, _ cluster: Known, _ rowCount: Int) -> HotClusterEvent {
        HotClusterEvent(
            kind: kind, id: cluster.id, rowCount: rowCount, centroid: cluster.centroid, radius: cluster.radius,
            weight: cluster.weight, share: cluster.share)
    }
}

/// A stream that is looked at every so many rows, and reports hot clusters as they appear.
public struct HotClusterMonitor<Clusterer: StreamingClusterer>: Sendable {
    /// The stream.
    public private(set) var stream: Clusterer
    /// What is known of its clusters.
    public private(set) var tracker: HotClusterTracker
    /// How many rows there are between two looks.
    public let interval: Int
    /// The clusters at the last look; `nil` before the first.
    public private(set) var model: StreamModel?

    /// Watches a stream.
    ///
    /// - Parameter interval: how many rows there are between two looks, at least 1; a look costs a
    ///   ``StreamingClusterer/finish(progress:)``.
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)`` for an interval below 1.
    public init(_ stream: Clusterer, tracker: HotClusterTracker, interval: Int = 10_000) throws(ClusteringError) {
        guard interval >= 1 else { throw .parameter(name: "interval", value: "\(interval)", valid: "at least 1") }
        self.stream = stream
        self.tracker = tracker
        self.interval = interval
    }

    /// Takes in the rows of `data` `[b × d]`; looks whenever the stream has come to a multiple of the interval.
    ///
    /// - Returns: what happened, in order.
    /// - Throws: as the stream's own functions; a batch that it refuses has not been taken in.
    public mutating func insert(
        _ data: Matrix, weights: [Double]? = nil, progress: ProgressHandler = .none
    ) throws(ClusteringError) -> [HotClusterEvent] {
        _ = try stream.check(data, weights: weights)
        var events: [HotClusterEvent] = []
        var next = 0
        while next < data.rows {
            let part = next..<min(data.rows, next + interval - stream.rowCount % interval)
            try stream.insert(data.rows(in: part), weights: weights.map { Array($0[part]) }, progress: progress)
            next = part.upperBound
            guard stream.rowCount.isMultiple(of: interval) else { continue }
            let now: StreamModel
            do throws(ClusteringError) {
                now = try stream.finish(progress: progress)
            } catch .tooFewRows, .emptyData {
                continue
            }
            events += tracker.look(at: now, rowCount: stream.rowCount)
            model = now
        }
        return events
    }
}
