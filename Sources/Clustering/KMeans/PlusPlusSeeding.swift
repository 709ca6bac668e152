import Tensor

/// Greedy k-means++ over all rows.
///
/// A new centroid c cannot be nearer to a row x than x's centroid a is when d(c, a) ≥ 2 d(x, a): such rows are not
/// looked at. The others are compared with all trial centroids at once, so that each is read once; and where there is
/// much data, a ``DistanceScreen`` excludes most of them first. The centroids are the same with and without it.
///
/// - Reference: Arthur and Vassilvitskii, SODA 2007; the test is that of Raff, "Exact acceleration of k-means++ and
///   k-means‖", IJCAI 2021, doi:10.24963/ijcai.2021/404.
package struct PlusPlusSeeding {
    private let data: PreparedRows
    /// How much each row counts; all the same when `nil`. `[n]`
    private let weights: [Double]?
    /// For much data, reading it is what takes time.
    private let screen: DistanceScreen?
    /// Rows are looked at in tiles of this many; partial sums are added in tile order.
    private let tileSize = 1024

    /// - Parameter screens: whether rows are screened; `nil` where it pays.
    package init(_ data: PreparedRows, weights: [Double]?, screens: Bool? = nil) {
        self.data = data
        self.weights = weights
        let pays = data.rows.count > 1 << 20 && data.rows.columns <= QuantizedRows.maximumDepth
        screen = screens ?? pays ? DistanceScreen(rowsOf: data.rows, norms: data.norms) : nil
    }

    /// The rows chosen, in the order of their choice.
    ///
    /// - Parameter trials: how many rows are tried for each place; `nil` means 2 + ⌊ln count⌋.
    package func choose(
        _ count: Int, trials: Int?, _ random: inout RandomSource, _ progress: ProgressHandler
    ) throws(ClusteringError) -> [Int] {
        let trials = trials ?? 2 + Int(naturalLogarithm(Double(count)))
        let first = weights.flatMap { random.index(weightedBy: $0) }
        var chosen = [first ?? random.integer(below: data.count)]
        var owner = [Int32](repeating: 0, count: data.count)
        var nearest = [Float](repeating: .infinity, count: data.count)
        var tilePotentials = apply(
            evaluate(CandidateBatch(chosen, data), nearest, owner, limits: [-1]), 0, chosen[0], 0, &nearest, &owner)
        while chosen.count < count {
            guard progress.advance("k-means++ seeding", chosen.count, of: count) else { throw .cancelled }
            let potential = tilePotentials.reduce(0, +)
            guard potential > 0 else {
                // Every row coincides with a centroid: any row is as good as another, the first unchosen ones are
                // taken.
                var taken = Set(chosen)
                for row in 0..<data.count where chosen.count < count && taken.insert(row).inserted {
                    chosen.append(row)
                }
                break
            }
            let candidates = (0..<trials).map { _ in draw(&random, nearest, tilePotentials, potential) }
            let batch = CandidateBatch(candidates, data)
            let results = evaluate(batch, nearest, owner, limits: limits(batch, chosen))
            let gains = candidates.indices.map { index in results.reduce(0) { $0 + $1[index].gain } }
            // The greatest gain, the lower row among equals.
            let best = candidates.indices.min { (-gains[$0], candidates[$0]) < (-gains[$1], candidates[$1]) }
            guard let best else { break }
            tilePotentials = apply(results, best, candidates[best], Int32(chosen.count), &nearest, &owner)
            chosen.append(candidates[best])
        }
        return chosen
    }

    /// What a row adds to the potential at this squared distance from its centroid.
    @inline(__always)
    private func cost(_ distance: Float, _ row: Int) -> Double {
        weights.map { Double(distance) * $0[row] } ?? Double(distance)
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
            for row in (0..<data.count).tile(tile, size: tileSize) {
                let cost = cost(nearest[row], row)
                // Rows without weight are never drawn.
                guard cost > 0 else { continue }
                last = row
                remaining -= cost
                if remaining < 0 { return row }
            }
        }
        return last
    }

    /// What making a row a centroid would change in a tile: the rows that it would bring nearer, and how much the
    /// potential loses.
    private struct Trial {
        var gain = 0.0
        var improved: [(row: Int32, distance: Float)] = []
    }

    /// Rows of centroid a whose squared distance is at most limits[a] gain nothing from any candidate.
    private func limits(_ batch: CandidateBatch, _ chosen: [Int]) -> [Float] {
        let (distances, stride) = batch.squaredDistances(from: chosen.map { Int32($0) })
        return chosen.indices.map { center in
            batch.rows.indices.map { index in
                let bound = data.errorBound(data.norms[chosen[center]], data.norms[batch.rows[index]])
                return max(0, (distances[center * stride + index] - bound) / 4)
            }.min() ?? 0
        }
    }

    /// What a thread works with.
    private struct Scratch {
        /// What a distance has to be less than for a row to gain from it.
        var limits: [Float]
        var products: [Int32]
        /// The rows that may gain.
        var near: [Int32] = []

        init(rows: Int, candidates: Int) {
            limits = [Float](repeating: 0, count: rows)
            products = [Int32](repeating: 0, count: rows * candidates)
        }
    }

    /// What each candidate would change, tile by tile.
    private func evaluate(
        _ batch: CandidateBatch, _ nearest: [Float], _ owner: [Int32], limits: [Float]
    ) -> [[Trial]] {
        let screened = screen.map { batch.screened(by: $0) }
        let greatest = limits.max() ?? 0
        let count = batch.rows.count
        return nearest.withUnsafeBufferPointer { nearest in
            owner.withUnsafeBufferPointer { owner in
                nonisolated(unsafe) let (nearest, owner) = (nearest, owner)
                return parallelMap(
                    (0..<data.count).tileCount(size: tileSize),
                    scratch: { Scratch(rows: tileSize, candidates: screen == nil ? 0 : count) }
                ) { tile, scratch in
                    let rows = (0..<data.count).tile(tile, size: tileSize)
                    var result = [Trial](repeating: Trial(), count: count)
                    var flags = BitRow(count: rows.count)
                    scratch.limits.withUnsafeMutableBufferPointer { open in
                        for index in 0..<rows.count {
                            let current = nearest[rows.lowerBound + index]
                            // A squared distance below 0 is reached by no candidate. Few rows are that near.
                            let gains = current > greatest || current > limits[Int(owner[rows.lowerBound + index])]
                            open[index] = gains ? current : -1
                        }
                    }
                    if let screen, let screened {
                        guard
                            screen.flagNear(
                                screened, in: rows, limits: scratch.limits, products: &scratch.products, flags: &flags)
                                > 0
                        else { return result }
                    } else {
                        for index in 0..<rows.count where scratch.limits[index] >= 0 { flags.set(index) }
                    }
                    scratch.near.removeAll(keepingCapacity: true)
                    flags.forEachSet(count: rows.count) { scratch.near.append(Int32(rows.lowerBound + $0)) }
                    let (distances, stride) = batch.squaredDistances(from: scratch.near)
                    distances.withUnsafeBufferPointer { distances in
                        for (position, row) in scratch.near.enumerated() {
                            let current = nearest[Int(row)]
                            for index in 0..<count {
                                let distance = distances[position * stride + index]
                                guard distance < current else { continue }
                                result[index].gain += cost(current, Int(row)) - cost(distance, Int(row))
                                result[index].improved.append((row, distance))
                            }
                        }
                    }
                    return result
                }
            }
        }
    }

    /// Makes the row of trial `best` a centroid; gives the potential of each tile.
    private func apply(
        _ tiles: [[Trial]], _ best: Int, _ row: Int, _ index: Int32, _ nearest: inout [Float], _ owner: inout [Int32]
    ) -> [Double] {
        for tile in tiles {
            for (row, distance) in tile[best].improved {
                nearest[Int(row)] = distance
                owner[Int(row)] = index
            }
        }
        nearest[row] = 0
        owner[row] = index
        return nearest.withUnsafeBufferPointer { nearest in
            nonisolated(unsafe) let nearest = nearest
            return parallelMap((0..<data.count).tileCount(size: tileSize)) { tile in
                let rows = (0..<data.count).tile(tile, size: tileSize)
                guard let start = nearest.baseAddress else { return 0 }
                guard weights != nil else { return RowKernel.sum(start + rows.lowerBound, count: rows.count) }
                return rows.reduce(0) { $0 + cost(nearest[$1], $1) }
            }
        }
    }
}
