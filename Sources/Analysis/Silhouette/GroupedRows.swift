import Clustering
import Tensor

/// Rows put in order of their clusters, so that a run of columns belongs to one cluster and is summed without
/// scattering.
struct GroupedRows {
    /// The rows of the original data, in order of (cluster, row). Noise that is left out is missing.
    let rows: [Int]
    let clusterCount: Int
    /// The original rows.
    private let original: Matrix
    /// Where each cluster starts in `rows`; one more entry for the end.
    private let starts: [Int]
    /// The cluster of each position.
    private let clusters: [Int32]

    /// `nil` when silhouettes have no meaning: fewer than two clusters, or as many as rows.
    init?(_ original: Matrix, labels: ClusterLabels, noise: NoiseTreatment) throws(AnalysisError) {
        guard labels.count == original.rows else {
            throw .rowCount(of: "labels", found: labels.count, expected: original.rows)
        }
        if let (row, column) = original.firstNonFinite() { throw .notFinite(row: row, column: column) }
        let members = labels.treatingNoise(as: noise).members
        let occupied = members.count { !$0.isEmpty }
        rows = members.flatMap { $0 }
        guard occupied >= 2, occupied < rows.count, original.columns > 0 else { return nil }
        clusterCount = members.count
        starts = members.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        clusters = members.enumerated().flatMap { index, group in [Int32](repeating: Int32(index), count: group.count) }
        self.original = original
    }

    /// The positions of a cluster.
    func range(of cluster: Int) -> Range<Int> { starts[cluster]..<starts[cluster + 1] }

    /// The silhouettes of the rows at `positions`, or of all.
    func silhouettes(
        of positions: [Int]?, metric: Metric, progress: ProgressHandler
    ) throws(AnalysisError) -> [Double] {
        if metric == .cosine { return byMeans(positions) }
        do throws(ClusteringError) { try original.requireFeatures(for: metric) } catch { throw AnalysisError(error) }
        return try byPairs(positions, metric, progress)
    }

    /// s of the row at `position`, from the sums of its distances to all clusters.
    private func silhouette(_ position: Int, sums: (Int) -> Double) -> Double {
        let own = Int(clusters[position])
        let size = range(of: own).count
        guard size > 1 else { return 0 }
        let a = sums(own) / Double(size - 1)
        var b = Double.infinity
        for cluster in 0..<clusterCount where cluster != own {
            let count = starts[cluster + 1] - starts[cluster]
            if count > 0 { b = min(b, sums(cluster) / Double(count)) }
        }
        let larger = max(a, b)
        return larger > 0 ? (b - a) / larger : 0
    }

    /// Working memory of a thread: sums of distances for the rows of a tile, and flags.
    private struct Scratch {
        var sums: [Double]
        var lost = BitRow(count: 256)
    }

    /// Distances of all pairs, tile by tile: root and sum while the tile is in the cache.
    private func byPairs(
        _ positions: [Int]?, _ metric: Metric, _ progress: ProgressHandler
    ) throws(AnalysisError) -> [Double] {
        let all =
            metric == .precomputed
            ? PreparedRows(original, metric: metric).gathering(rows)
            : PreparedRows(original.gatheringRows(rows), metric: metric)
        let queries = positions.map { all.gathering($0) } ?? all
        let watch = Watch(progress, "silhouette", queries.count)
        let result = [Double](unsafeUninitializedCapacity: queries.count) { buffer, initialized in
            nonisolated(unsafe) let target = buffer
            queries.rows.forEachProductTile(
                with: PackedColumns(rowsOf: all.rows), values: queries.tileValues(with: all),
                scratch: { Scratch(sums: [Double](repeating: 0, count: Matrix.productTileRows * clusterCount)) },
                start: { _, scratch in for index in scratch.sums.indices { scratch.sums[index] = 0 } },
                isNeeded: { _, _, _ in !watch.isStopped },
                epilogue: { tile, scratch in
                    for row in tile.rows {
                        addDistances(
                            of: row, queries, to: tile.columns, all, tile.products(ofRow: row),
                            sumsAt: (row - tile.rows.lowerBound) * clusterCount, &scratch)
                    }
                },
                finish: { range, scratch in
                    for row in range {
                        let offset = (row - range.lowerBound) * clusterCount
                        let position = positions?[row] ?? row
                        target.initializeElement(
                            at: row, to: silhouette(position) { scratch.sums[offset + $0] })
                    }
                    watch.add(range.count)
                })
            initialized = queries.count
        }
        if watch.isStopped { throw .cancelled }
        return result
    }

    /// Turns a tile's values into distances and adds them to the sums of their clusters.
    @inline(__always)
    private func addDistances(
        of row: Int, _ queries: PreparedRows, to columns: Range<Int>, _ all: PreparedRows,
        _ values: UnsafeMutablePointer<Float>, sumsAt offset: Int, _ scratch: inout Scratch
    ) {
        let count = columns.count
        let lost = all.norms.withUnsafeBufferPointer { norms in
            guard let norms = norms.baseAddress else { return 0 }
            return RowKernel.squaredDistances(
                values, rowNorm: queries.norms[row], columnNorms: norms + columns.lowerBound, count: count,
                relative: 1e-3, lost: &scratch.lost)
        }
        if lost > 0 {
            scratch.lost.forEachSet(count: count) { j in
                values[j] = Float(queries.exactComparable(row, all, columns.lowerBound + j))
            }
        }
        switch all.metric.form {
        case .square: RowKernel.squareRoots(values, count: count)
        case .double: for j in 0..<count { values[j] /= 2 }
        case .same: break
        }
        var start = columns.lowerBound
        while start < columns.upperBound {
            let cluster = Int(clusters[start])
            let end = min(columns.upperBound, starts[cluster + 1])
            scratch.sums[offset + cluster] += RowKernel.sum(
                values + (start - columns.lowerBound), count: end - start)
            start = end
        }
    }

    /// Cosine distances: the sum over a cluster of 1 − x·y is its size times 1 − x·m, with m the mean of its rows.
    private func byMeans(_ positions: [Int]?) -> [Double] {
        let unit = original.gatheringRows(rows).normalizedRows()
        var means = Matrix(rows: clusterCount, columns: unit.columns)
        for cluster in 0..<clusterCount where !range(of: cluster).isEmpty {
            for (column, mean) in unit.rows(in: range(of: cluster)).columnMeans().enumerated() {
                means[cluster, column] = Float(mean)
            }
        }
        let queries = positions.map { unit.gatheringRows($0) } ?? unit
        let products = queries.times(means, transposingOther: true)
        return parallelMap(queries.rows) { row in
            let position = positions?[row] ?? row
            let own = Int(clusters[position])
            let isZero = queries.row(row).allSatisfy { $0 == 0 }
            return silhouette(position) { cluster in
                let sum = Double(range(of: cluster).count) * (1 - Double(products[row, cluster]))
                // A row of zeros is at distance 1 from every other row, but not from itself.
                return max(0, cluster == own && isZero ? sum - 1 : sum)
            }
        }
    }
}
