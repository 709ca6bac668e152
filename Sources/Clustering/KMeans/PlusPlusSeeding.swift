import Tensor

/// Greedy k-means++ over all rows.
///
/// A new centroid c cannot be nearer to a row x than x's centroid a is when d(c, a) ≥ 2 d(x, a): such rows are not
/// looked at. The others are multiplied with all trial centroids at once, so that each is read once; and where there is
/// much data, first in the form of ``ScreeningRows``, which excludes most without reading them. The centroids are the same.
///
/// - Reference: Arthur and Vassilvitskii, SODA 2007; the test is that of Raff, "Exact acceleration of k-means++ and
///   k-means‖", IJCAI 2021, doi:10.24963/ijcai.2021/404.
struct PlusPlusSeeding {
    private let data: PreparedRows
    /// How much each row counts; all the same when `nil`. `[n]`
    private let weights: [Float]?
    /// The rows in little memory: for much data, reading it is what takes time.
    private let screen: ScreeningRows?
    /// Rows are looked at in tiles of this many; partial sums are added in tile order.
    private let tileSize = 1024

    init(_ data: PreparedRows, weights: [Float]?) {
        self.data = data
        self.weights = weights
        screen = data.rows.count > 1 << 20 ? ScreeningRows(data) : nil
    }

    /// The rows chosen, in the order of their choice.
    ///
    /// - Parameter trials: how many rows are tried for each place; `nil` means 2 + ⌊ln count⌋.
    func choose(
        _ count: Int, trials: Int?, _ random: inout RandomSource, _ progress: ProgressHandler
    ) throws(ClusteringError) -> [Int] {
        let trials = trials ?? 2 + Int(naturalLogarithm(Double(count)))
        let first = weights.flatMap { random.index(weightedBy: $0.map { Double($0) }) }
        var chosen = [first ?? random.integer(below: data.count)]
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

    /// What a row adds to the potential at this squared distance from its centroid.
    @inline(__always)
    private func cost(_ distance: Float, _ row: Int) -> Double {
        weights.map { Double(distance) * Double($0[row]) } ?? Double(distance)
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
                remaining -= cost(nearest[row], row)
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
                    kept += cost(current, row)
                    continue
                }
                if let screen, batch.isExcluded(row, by: screen, limit: current, &distances) {
                    kept += cost(current, row)
                    continue
                }
                batch.squaredDistances(from: row, into: &distances)
                for index in candidates.indices {
                    if distances.values[index] < current {
                        result[index].potential += cost(distances.values[index], row)
                        result[index].improved.append((Int32(row), distances.values[index]))
                    } else {
                        result[index].potential += cost(current, row)
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
                (0..<data.count).tile(tile, size: tileSize).reduce(0) { $0 + cost(nearest[$1], $1) }
            }
        }
        return (tiles.reduce(0, +), tiles)
    }
}
