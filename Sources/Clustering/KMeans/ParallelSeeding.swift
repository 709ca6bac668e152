import Tensor

/// k-means‖: many rows drawn in a few rounds, then reduced to k centroids by weighted k-means.
///
/// - Reference: Bahmani et al., "Scalable k-means++", VLDB 2012, doi:10.14778/2180912.2180915.
struct ParallelSeeding {
    private let data: PreparedRows
    /// How much each row counts; all the same when `nil`. `[n]`
    private let weights: [Double]?
    /// The squared distance of each row to the nearest drawn row, and which of them that is. `[n]` each
    private var nearest: [Float]
    private var owner: [Int32]

    /// The most iterations of the weighted k-means; it works on few rows, and need not be exact.
    private static let refinements = 20

    init(_ data: PreparedRows, weights: [Double]?) {
        self.data = data
        self.weights = weights
        nearest = [Float](repeating: .infinity, count: data.count)
        owner = [Int32](repeating: 0, count: data.count)
    }

    /// The centroids, in prepared coordinates.
    func choose(
        _ count: Int, rounds: Int, oversampling: Double, _ random: inout RandomSource, _ progress: ProgressHandler
    ) throws(ClusteringError) -> Matrix {
        var seeding = self
        var drawn = [weights.flatMap { random.index(weightedBy: $0) } ?? random.integer(below: data.count)]
        seeding.approach(drawn, numberedFrom: 0)
        for round in 0..<rounds {
            guard progress.advance("k-means‖ seeding", round, of: rounds) else { throw .cancelled }
            let next = seeding.draw(about: oversampling * Double(count), &random)
            if next.isEmpty { break }
            seeding.approach(next, numberedFrom: drawn.count)
            drawn += next
        }
        guard drawn.count > count else {
            // Few different rows: the drawn ones, and the first others.
            let taken = Set(drawn)
            let others = (0..<data.count).lazy.filter { !taken.contains($0) }.prefix(count - drawn.count)
            return data.rows.gatheringRows(drawn + Array(others))
        }
        return try seeding.reduce(drawn, to: count, &random, progress)
    }

    /// Rows drawn independently, each with probability proportional to its squared distance; `expected` on average.
    private func draw(about expected: Double, _ random: inout RandomSource) -> [Int] {
        func cost(_ row: Int) -> Double { weights.map { Double(nearest[row]) * $0[row] } ?? Double(nearest[row]) }
        let potential = nearest.indices.reduce(0.0) { $0 + cost($1) }
        guard potential > 0 else { return [] }
        let factor = expected / potential
        return nearest.indices.filter { random.uniform() < factor * cost($0) }
    }

    /// Takes newly drawn rows into account; the first of them has the number `start`.
    private mutating func approach(_ rows: [Int], numberedFrom start: Int) {
        let vectors = data.rows.gatheringRows(rows)
        let offsets = vectors.rowSquaredNorms().map { Float($0 / 2) }
        let data = data
        nearest.withUnsafeMutableBufferPointer { nearest in
            owner.withUnsafeMutableBufferPointer { owner in
                nonisolated(unsafe) let (nearest, owner) = (nearest, owner)
                data.rows.forEachProductTile(
                    with: PackedColumns(rowsOf: vectors),
                    scratch: { [RowKernel.Best](repeating: .init(), count: Matrix.productTileRows) },
                    start: { rows, best in for index in 0..<rows.count { best[index] = .init() } },
                    epilogue: { tile, best in tile.updateBest(&best, offsets: offsets) },
                    finish: { rows, best in
                        for row in rows {
                            let found = best[row - rows.lowerBound]
                            let distance = max(0, data.norms[row] + 2 * found.value)
                            if distance < nearest[row] {
                                nearest[row] = distance
                                owner[row] = Int32(start) + found.index
                            }
                        }
                    })
                // A drawn row stands for itself, whatever rounding says.
                for (index, row) in rows.enumerated() {
                    nearest[row] = 0
                    owner[row] = Int32(start + index)
                }
            }
        }
    }

    /// Weighted k-means of the drawn rows.
    private func reduce(
        _ drawn: [Int], to count: Int, _ random: inout RandomSource, _ progress: ProgressHandler
    ) throws(ClusteringError) -> Matrix {
        var masses = [Double](repeating: 0, count: drawn.count)
        for (row, number) in owner.enumerated() { masses[Int(number)] += weights?[row] ?? 1 }
        // Drawn rows are in prepared coordinates already.
        let candidates = PreparedRows(data.rows.gatheringRows(drawn), metric: data.metric, shift: nil)
        let chosen = try PlusPlusSeeding(candidates, weights: masses).choose(count, trials: nil, &random, progress)
        var centroids = candidates.rows.gatheringRows(chosen)
        var sums = ClusterSums(candidates, weights: masses, clusterCount: count)
        var assignment = KMeansAssignment(candidates, centroids: centroids, sums: &sums)
        for _ in 0..<Self.refinements {
            // A cluster can only lose all its rows where rows coincide: it keeps its first row then.
            let empty = sums.emptyClusters
            centroids = sums.means(replacing: empty, by: empty.map { chosen[$0] })
            if !assignment.move(to: centroids, sums: &sums) { break }
        }
        return centroids
    }
}
