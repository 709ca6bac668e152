import Tensor

extension KMeans {
    /// The first centroids, in prepared coordinates.
    func firstCentroids(
        _ data: PreparedRows, restart: Int, progress: ProgressHandler
    ) throws(ClusteringError) -> Matrix {
        var random = RandomSource(seed: seed, stage: "k-means seeding", item: restart)
        switch seeding {
        case .plusPlus(let trials):
            let trials = trials ?? 2 + Int(naturalLogarithm(Double(clusterCount)))
            let rows = try PlusPlusSeeding(data).choose(clusterCount, trials: trials, &random, progress)
            return data.rows.gatheringRows(rows)
        case .random:
            return data.rows.gatheringRows(random.sample(clusterCount, outOf: data.count))
        case .given(let values, let dimension):
            let given = Matrix(rows: clusterCount, columns: dimension, values: values)
            return PreparedRows(given, metric: metric, shift: data.shift).rows
        }
    }
}

/// Greedy k-means++ over all rows.
///
/// A new centroid c cannot be nearer to a row x than x's centroid a is when d(c, a) ≥ 2 d(x, a): such rows are not
/// looked at. The others are multiplied with all trial centroids at once, so that each is read once.
///
/// - Reference: Arthur and Vassilvitskii, SODA 2007; the test is that of Raff, "Exact acceleration of k-means++ and
///   k-means‖", IJCAI 2021, doi:10.24963/ijcai.2021/404.
private struct PlusPlusSeeding {
    let data: PreparedRows
    /// Rows are looked at in tiles of this many; partial sums are added in tile order.
    let tileSize = 1024

    init(_ data: PreparedRows) { self.data = data }

    func choose(
        _ count: Int, trials: Int, _ random: inout RandomSource, _ progress: ProgressHandler
    ) throws(ClusteringError) -> [Int] {
        var chosen = [random.integer(below: data.count)]
        var owner = [Int32](repeating: 0, count: data.count)
        var nearest = [Float](repeating: .infinity, count: data.count)
        var (potential, tilePotentials) = apply(
            self.evaluate(chosen, nearest, owner, limits: [-1])[0], owner: 0, &nearest, &owner)
        while chosen.count < count {
            guard progress.advance("k-means++ seeding", chosen.count, of: count) else { throw .cancelled }
            guard potential > 0 else {
                // Every row coincides with a centroid: any row is as good as another, the first unchosen ones are taken.
                var taken = Set(chosen)
                for row in 0..<data.count where chosen.count < count && taken.insert(row).inserted {
                    chosen.append(row)
                }
                break
            }
            let candidates = (0..<trials).map { _ in draw(&random, nearest, tilePotentials, potential) }
            let best = bestTrial(candidates, chosen, nearest, owner)
            (potential, tilePotentials) = apply(best, owner: Int32(chosen.count), &nearest, &owner)
            chosen.append(best.row)
        }
        return chosen
    }

    /// A row drawn with probability proportional to its squared distance from the centroids so far.
    private func draw(
        _ random: inout RandomSource, _ nearest: [Float], _ tilePotentials: [Double], _ potential: Double
    ) -> Int {
        var remaining = random.uniform() * potential
        var last = 0
        for (tile, sum) in tilePotentials.enumerated() where sum > 0 {
            if remaining >= sum && tile + 1 < tilePotentials.count {
                remaining -= sum
                continue
            }
            for row in (0..<data.count).tile(tile, size: tileSize) where nearest[row] > 0 {
                last = row
                remaining -= Double(nearest[row])
                if remaining < 0 { return row }
            }
        }
        return last
    }

    /// A row on trial as a centroid: the rows that it would bring nearer, and the potential that would be left.
    private struct Trial {
        var row: Int
        var potential: Double
        var improved: [(row: Int32, distance: Float)]
    }

    private func bestTrial(_ candidates: [Int], _ chosen: [Int], _ nearest: [Float], _ owner: [Int32]) -> Trial {
        // limits[a]: rows of centroid a whose squared distance is at most this gain nothing from any candidate.
        let rows = data.rows.gatheringRows(candidates)
        let centers = data.rows.gatheringRows(chosen)
        let products = rows.times(centers, transposingOther: true)
        let limits = chosen.indices.map { a in
            candidates.indices.map { c -> Float in
                let (x, y) = (data.norms[candidates[c]], data.norms[chosen[a]])
                return max(0, (x + y - 2 * products[c, a] - data.errorBound(x, y)) / 4)
            }.min() ?? 0
        }
        let results = evaluate(candidates, nearest, owner, limits: limits)
        return results.min { ($0.potential, $0.row) < ($1.potential, $1.row) } ?? results[0]
    }

    private func evaluate(_ candidates: [Int], _ nearest: [Float], _ owner: [Int32], limits: [Float]) -> [Trial] {
        let batch = CandidateBatch(candidates, data)
        let partials = parallelMap((0..<data.count).tileCount(size: tileSize)) { tile in
            var result = [Partial](repeating: Partial(), count: candidates.count)
            var kept = 0.0
            var distances = batch.scratch
            for row in (0..<data.count).tile(tile, size: tileSize) {
                let current = nearest[row]
                guard current > limits[Int(owner[row])] else {
                    kept += Double(current)
                    continue
                }
                batch.squaredDistances(from: row, into: &distances)
                for index in candidates.indices {
                    if distances.values[index] < current {
                        result[index].potential += Double(distances.values[index])
                        result[index].improved.append((Int32(row), distances.values[index]))
                    } else {
                        result[index].potential += Double(current)
                    }
                }
            }
            for index in result.indices { result[index].potential += kept }
            return result
        }
        return candidates.indices.map { index in
            var trial = Trial(row: candidates[index], potential: 0, improved: [])
            trial.improved.reserveCapacity(partials.reduce(0) { $0 + $1[index].improved.count })
            for partial in partials {
                trial.potential += partial[index].potential
                trial.improved += partial[index].improved
            }
            return trial
        }
    }

    /// What a tile of rows says about a trial.
    private struct Partial {
        var potential = 0.0
        var improved: [(row: Int32, distance: Float)] = []
    }

    /// Makes the trial's row a centroid; gives the potential, in all and in each tile.
    private func apply(
        _ trial: Trial, owner index: Int32, _ nearest: inout [Float], _ owner: inout [Int32]
    ) -> (potential: Double, tiles: [Double]) {
        for (row, distance) in trial.improved {
            nearest[Int(row)] = distance
            owner[Int(row)] = index
        }
        nearest[trial.row] = 0
        owner[trial.row] = index
        let tiles = nearest.withUnsafeBufferPointer { nearest in
            nonisolated(unsafe) let nearest = nearest
            return parallelMap((0..<data.count).tileCount(size: tileSize)) { tile in
                let range = (0..<data.count).tile(tile, size: tileSize)
                return nearest.baseAddress.map { RowKernel.sum($0 + range.lowerBound, count: range.count) } ?? 0
            }
        }
        return (tiles.reduce(0, +), tiles)
    }
}

/// The rows on trial, side by side, padded with zeros to whole groups of ``RowKernel/fewCount``.
private struct CandidateBatch {
    private let rows: [Int]
    private let data: PreparedRows
    private let vectors: Matrix
    private let norms: [Float]

    /// Working memory for one row's distances.
    struct Scratch {
        var values: [Float]
        var lost: BitRow
    }

    init(_ rows: [Int], _ data: PreparedRows) {
        self.rows = rows
        self.data = data
        let group = RowKernel.fewCount
        var vectors = Matrix(rows: (rows.count + group - 1) / group * group, columns: data.rows.columns)
        for (index, row) in rows.enumerated() {
            for (column, value) in data.rows.row(row).enumerated() { vectors[index, column] = value }
        }
        self.vectors = vectors
        norms = rows.map { data.norms[$0] }
    }

    var scratch: Scratch {
        Scratch(values: [Float](repeating: 0, count: vectors.rows), lost: BitRow(count: vectors.rows))
    }

    /// The squared distances of a row to all candidates; those that lost digits are computed exactly.
    @inline(__always)
    func squaredDistances(from row: Int, into scratch: inout Scratch) {
        let columns = vectors.columns
        let found = scratch.values.withUnsafeMutableBufferPointer { values in
            vectors.withUnsafeBufferPointer { vectors in
                data.rows.withUnsafeBufferPointer { elements in
                    guard let values = values.baseAddress, let vectors = vectors.baseAddress,
                        let elements = elements.baseAddress
                    else { return 0 }
                    for first in stride(from: 0, to: rows.count, by: RowKernel.fewCount) {
                        RowKernel.fewProducts(
                            elements + row * columns, vectors: vectors + first * columns, depth: columns,
                            into: values + first)
                    }
                    return RowKernel.squaredDistances(
                        values, rowNorm: data.norms[row], columnNorms: norms, count: rows.count, relative: 1e-3,
                        lost: &scratch.lost)
                }
            }
        }
        guard found > 0 else { return }
        scratch.lost.forEachSet(count: rows.count) { index in
            scratch.values[index] = Float(data.exactComparable(row, data, rows[index]))
        }
    }
}
