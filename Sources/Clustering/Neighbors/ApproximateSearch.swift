import Tensor

/// Finds most of the nearest rows without comparing all pairs.
///
/// The rows are put into cells around centroids of a sample, and each row is compared with the rows of the few cells that
/// are nearest to it, by products. How much of the truth that finds is measured on a sample of rows. While it is less than
/// asked for, twice as many cells are looked into, up to a quarter of them; then the neighbours of a row's neighbours are
/// compared with it, in rounds, as in NN-descent, as long as that helps.
///
/// - Reference: Dong, Moses and Li, "Efficient k-nearest neighbor graph construction for generic similarity measures",
///   2011, doi:10.1145/1963405.1963487; for the cells Jégou, Douze and Schmid, "Product quantization for nearest neighbor
///   search", 2011, doi:10.1109/TPAMI.2010.57, section IV.
public struct ApproximateSearch: Sendable, Hashable, Codable {
    /// How many cells there are; at least 1. `nil` for 2 √n.
    public var cellCount: Int?
    /// How many cells each row is compared with at first; at least 1.
    public var probeCount: Int
    /// Which share of the true nearest rows is to be found; above 0, at most 1.
    public var recall: Double
    /// The most rounds over the neighbours of neighbours that are taken for it; at least 0.
    public var roundCount: Int
    /// The seed of the sample.
    public var seed: UInt64

    /// - Parameters:
    ///   - cellCount: how many cells there are; `nil` for 2 √n.
    ///   - probeCount: how many cells each row is compared with at first.
    ///   - recall: which share of the true nearest rows is to be found.
    ///   - roundCount: the most rounds over the neighbours of neighbours that are taken for it.
    ///   - seed: the seed of the sample.
    public init(
        cellCount: Int? = nil, probeCount: Int = 16, recall: Double = 0.98, roundCount: Int = 4, seed: UInt64 = 0
    ) {
        self.cellCount = cellCount
        self.probeCount = probeCount
        self.recall = recall
        self.roundCount = roundCount
        self.seed = seed
    }

    /// Checks the parameters.
    ///
    /// - Throws: ``ClusteringError/parameter(name:value:valid:)``.
    public func validate() throws(ClusteringError) {
        if let cellCount, cellCount < 1 {
            throw .parameter(name: "cellCount", value: "\(cellCount)", valid: "at least 1")
        }
        guard probeCount >= 1 else {
            throw .parameter(name: "probeCount", value: "\(probeCount)", valid: "at least 1")
        }
        guard recall > 0, recall <= 1 else {
            throw .parameter(name: "recall", value: "\(recall)", valid: "above 0, at most 1")
        }
        guard roundCount >= 0 else {
            throw .parameter(name: "roundCount", value: "\(roundCount)", valid: "at least 0")
        }
    }

    /// The nearest rows found, and which share of the true ones they are.
    ///
    /// - Complexity: O(n · probes · (n / cells) · d + rounds · n · k² · d) time, O(n · (d + k)) memory.
    func nearest(
        _ k: Int, among rows: PreparedRows, progress: ProgressHandler
    ) throws(ClusteringError) -> (lists: NeighborLists, recall: Double) {
        try validate()
        guard rows.metric != .precomputed else {
            throw .parameter(name: "metric", value: "precomputed", valid: "a metric that can be computed for any pair")
        }
        let count = min(cellCount ?? defaultCellCount(rows.count), rows.count)
        let cells = try Cells(rows, count: count, seed: seed, progress)
        let sample = try RecallSample(rows, k: k, seed: seed, progress)
        // Longer lists know more neighbours of neighbours.
        let length = min(max(k, Self.leastLength), rows.count - 1)
        var probes = min(probeCount, count)
        var lists = try cells.nearest(length, probes: probes, progress)
        var found = sample.recall(of: lists)
        while found < recall, 8 * probes <= count {
            probes *= 2
            lists = try cells.nearest(length, probes: probes, progress)
            found = sample.recall(of: lists)
        }
        for _ in 0..<roundCount where found < recall {
            let before = found
            _ = try lists.descend(rows, progress)
            found = sample.recall(of: lists)
            if found < before + Self.leastGain { break }
        }
        return (lists.prefix(k), found)
    }

    private static let leastLength = 20
    /// A round that finds less than this share more is the last.
    private static let leastGain = 0.005

    private func defaultCellCount(_ n: Int) -> Int { max(1, Int(2 * Double(n).squareRoot())) }
}

/// Rows in the order of the cells in which they lie.
private struct Cells {
    /// The rows in the order of cells.
    private let rows: PreparedRows
    /// Which rows they are. `[n]`
    private let order: [Int]
    /// Where each cell begins. `[cells + 1]`
    private let starts: [Int]
    private let centroids: NearestRows

    init(
        _ data: PreparedRows, count: Int, seed: UInt64, _ progress: ProgressHandler
    ) throws(ClusteringError) {
        // Cells are Euclidean, of rows that are scaled to length 1 for cosine: what is near by other metrics mostly is by
        // this one.
        let metric: Metric = data.kind == .cosine ? .cosine : .euclidean
        var random = RandomSource(seed: seed, stage: "cells")
        let size = min(data.count, 32 * count)
        let sample = size < data.count ? random.sample(size, outOf: data.count).sorted() : Array(0..<data.count)
        let means = try KMeans(
            clusterCount: count, metric: metric, seeding: .random, maximumIterations: 6, seed: seed
        ).fit(data.original.gatheringRows(sample), progress: progress).centroids
        centroids = NearestRows(PreparedRows(means, metric: metric))
        let nearest = try centroids.nearest(
            1, to: PreparedRows(data.original, like: centroids.data), excludingSelf: false, progress: progress)
        var members = [[Int]](repeating: [], count: count)
        for (row, cell) in nearest.indices.enumerated() { members[Int(cell)].append(row) }
        order = members.flatMap { $0 }
        starts = members.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        rows = data.gathering(order)
    }

    /// For each cell the positions, in the order of cells, of the rows that look into it.
    private func visitors(_ probes: Int, _ progress: ProgressHandler) throws(ClusteringError) -> [[Int32]] {
        let found = try centroids.nearest(
            probes, to: PreparedRows(rows.original, like: centroids.data), excludingSelf: false, progress: progress)
        var visitors = [[Int32]](repeating: [], count: starts.count - 1)
        for (place, cell) in found.indices.enumerated() { visitors[Int(cell)].append(Int32(place / probes)) }
        return visitors
    }

    /// The nearest rows of each row among those of the cells that it looks into. Where these are fewer than k, lists end
    /// with row −1 at distance ∞.
    ///
    /// - Parameter probes: how many cells each row looks into.
    func nearest(_ k: Int, probes: Int, _ progress: ProgressHandler) throws(ClusteringError) -> NeighborLists {
        let n = rows.count
        let visitors = try visitors(probes, progress)
        // The row itself is among them; a few more, because products are not exact.
        let kept = min(n, k + 1 + max(4, k / 4))
        var best = [Float](repeating: .infinity, count: n * kept)
        var found = [Int32](repeating: .max, count: n * kept)
        let packed = PackedColumns(rowsOf: rows.rows)
        let watch = Watch(progress, "nearest neighbours", visitors.reduce(0) { $0 + $1.count })
        best.withUnsafeMutableBufferPointer { best in
            found.withUnsafeMutableBufferPointer { found in
                rows.norms.withUnsafeBufferPointer { norms in
                    guard let bestStart = best.baseAddress, let foundStart = found.baseAddress,
                        let normsStart = norms.baseAddress
                    else { return }
                    nonisolated(unsafe) let (best, found, columnNorms) = (bestStart, foundStart, normsStart)
                    for cell in visitors.indices where !watch.isStopped {
                        let members = starts[cell]..<starts[cell + 1]
                        let visitors = visitors[cell]
                        if members.isEmpty { continue }
                        rows.rows.forEachProductTile(
                            of: visitors, with: packed, columns: { _ in members }, values: rows.tileValues(with: rows),
                            scratch: {},
                            epilogue: { tile, _ in
                                // Tiles begin at whole panels, so with rows of the cell before.
                                let columns = tile.columns.clamped(to: members)
                                let skipped = columns.lowerBound - tile.columns.lowerBound
                                for place in tile.rows {
                                    let position = Int(visitors[place])
                                    RowKernel.collectNearest(
                                        tile.products(ofRow: place) + skipped, rowNorm: columnNorms[position],
                                        columnNorms: columnNorms + columns.lowerBound, count: columns.count,
                                        first: columns.lowerBound, kept: kept, best: best + position * kept,
                                        indices: found + position * kept)
                                }
                            })
                        watch.add(visitors.count)
                    }
                }
            }
        }
        if watch.isStopped { throw .cancelled }
        return exactLists(k, kept, found)
    }

    /// The k nearest of the candidates in double precision, as rows.
    private func exactLists(_ k: Int, _ kept: Int, _ found: [Int32]) -> NeighborLists {
        let n = rows.count
        var lists = NeighborLists(
            k: k, indices: [Int32](repeating: -1, count: n * k),
            comparables: [Double](repeating: .infinity, count: n * k))
        lists.withTargets { indices, comparables in
            nonisolated(unsafe) let (indices, comparables) = (indices, comparables)
            parallelFor((0..<n).tileCount(size: 256)) { tile in
                for position in (0..<n).tile(tile, size: 256) {
                    let candidates = found[position * kept..<(position + 1) * kept]
                        .filter { $0 != .max && Int($0) != position }
                        .map { (rows.exactComparable(position, rows, Int($0)), Int32(order[Int($0)])) }
                        .sorted(by: <)
                    let start = order[position] * k
                    for (place, candidate) in candidates.prefix(k).enumerated() {
                        comparables[start + place] = candidate.0
                        indices[start + place] = candidate.1
                    }
                }
            }
        }
        return lists
    }
}

extension NeighborLists {
    /// The first k of each list.
    fileprivate func prefix(_ k: Int) -> NeighborLists {
        guard k < self.k else { return self }
        let places = (0..<count).flatMap { $0 * self.k..<$0 * self.k + k }
        return NeighborLists(k: k, indices: places.map { indices[$0] }, comparables: places.map { comparables[$0] })
    }

    /// Compares each row with the neighbours of its neighbours, and of those that name it.
    ///
    /// - Returns: how many places of the lists have changed.
    fileprivate mutating func descend(
        _ rows: PreparedRows, _ progress: ProgressHandler
    ) throws(ClusteringError) -> Int {
        let (n, k) = (rows.count, k)
        let watch = Watch(progress, "neighbours of neighbours", n)
        // Who names a row: the first k of them, in the order of rows.
        var reverse = [Int32](repeating: -1, count: n * k)
        var named = [Int32](repeating: 0, count: n)
        for row in 0..<n {
            for other in indices[row * k..<(row + 1) * k] where other >= 0 && named[Int(other)] < k {
                reverse[Int(other) * k + Int(named[Int(other)])] = Int32(row)
                named[Int(other)] += 1
            }
        }
        let old = self
        var changes = [Int](repeating: 0, count: (0..<n).tileCount(size: 256))
        changes.withUnsafeMutableBufferPointer { changes in
            withTargets { indices, comparables in
                nonisolated(unsafe) let (indices, comparables, changes) = (indices, comparables, changes)
                parallelFor((0..<n).tileCount(size: 256)) { tile in
                    guard !watch.isStopped else { return }
                    var candidates: [Int32] = []
                    for row in (0..<n).tile(tile, size: 256) {
                        let own = row * k..<(row + 1) * k
                        candidates.removeAll(keepingCapacity: true)
                        for other in old.indices[own] where other >= 0 {
                            candidates += old.indices[Int(other) * k..<(Int(other) + 1) * k]
                        }
                        for place in own where reverse[place] >= 0 {
                            let other = Int(reverse[place])
                            candidates.append(reverse[place])
                            candidates += old.indices[other * k..<(other + 1) * k]
                        }
                        candidates.sort()
                        let known = Set(old.indices[own])
                        var last = Int32(-1)
                        var count = old.indices[own].count { $0 >= 0 }
                        for candidate in candidates where candidate != last {
                            last = candidate
                            if Int(candidate) == row || known.contains(candidate) { continue }
                            let distance = rows.exactComparable(row, rows, Int(candidate))
                            let start = own.lowerBound
                            if count == k, (distance, candidate) >= (comparables[start + k - 1], indices[start + k - 1])
                            {
                                continue
                            }
                            if count < k { count += 1 }
                            var place = start + count - 1
                            while place > start, (distance, candidate) < (comparables[place - 1], indices[place - 1]) {
                                comparables[place] = comparables[place - 1]
                                indices[place] = indices[place - 1]
                                place -= 1
                            }
                            comparables[place] = distance
                            indices[place] = candidate
                            changes[tile] += 1
                        }
                    }
                    watch.add((0..<n).tile(tile, size: 256).count)
                }
            }
        }
        if watch.isStopped { throw .cancelled }
        return changes.reduce(0, +)
    }
}

/// Some rows with their true nearest rows.
private struct RecallSample {
    private let sample: [Int]
    private let k: Int
    private let exact: NeighborLists

    init(_ rows: PreparedRows, k: Int, seed: UInt64, _ progress: ProgressHandler) throws(ClusteringError) {
        var random = RandomSource(seed: seed, stage: "recall")
        sample = random.sample(min(256, rows.count), outOf: rows.count)
        self.k = k
        // The row itself is one of them.
        exact = try NearestRows(rows).nearest(
            min(k + 1, rows.count), to: rows.gathering(sample), excludingSelf: false, progress: progress)
    }

    /// Which share of the nearest rows of the sample are in the lists.
    func recall(of lists: NeighborLists) -> Double {
        var (hits, total) = (0, 0)
        for (query, row) in sample.enumerated() {
            // Rows as far as the last of the true ones are as good.
            let places = (query * exact.k..<(query + 1) * exact.k).filter { Int(exact.indices[$0]) != row }.prefix(k)
            guard let last = places.last else { continue }
            let limit = exact.comparables[last]
            hits += min(places.count, lists.comparables[row * lists.k..<row * lists.k + k].count { $0 <= limit })
            total += places.count
        }
        return total > 0 ? Double(hits) / Double(total) : 1
    }
}
