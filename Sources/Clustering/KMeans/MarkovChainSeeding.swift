import Tensor

/// AFK-MC²: k-means++ whose draws are the ends of short Markov chains.
///
/// Chains propose rows with probability q(x) = ½ d²(x, c₁) / Σ d² + ½ / n, which is computed once. Proposals do not
/// depend on the centroids chosen meanwhile, so all of a chain are compared with them by one product; only the walk
/// itself goes row by row.
///
/// - Reference: Bachem, Lucic, Hassani and Krause, "Fast and provably good seedings for k-means", NIPS 2016.
struct MarkovChainSeeding {
    private let data: PreparedRows
    /// How much each row counts; all the same when `nil`. `[n]`
    private let weights: [Double]?

    init(_ data: PreparedRows, weights: [Double]?) {
        self.data = data
        self.weights = weights
    }

    /// The rows chosen, in the order of their choice.
    ///
    /// - Complexity: O(n · d + length · count² · d).
    func choose(
        _ count: Int, length: Int, _ random: inout RandomSource, _ progress: ProgressHandler
    ) throws(ClusteringError) -> [Int] {
        var chosen = [weights.flatMap { random.index(weightedBy: $0) } ?? random.integer(below: data.count)]
        let proposal = Proposal(squaredDistances(to: chosen[0]), weights: weights)
        while chosen.count < count {
            guard progress.advance("AFK-MC² seeding", chosen.count, of: count) else { throw .cancelled }
            let steps = (0..<length).map { _ in proposal.draw(&random) }
            let potentials = potentials(of: steps, centroids: chosen)
            var (row, potential) = (steps[0], potentials[0])
            for step in 1..<max(1, length) {
                // Accepts with probability min(1, p(y) q(x) / (p(x) q(y))), p being proportional to potentials.
                let threshold = random.uniform() * potential * proposal.densities[steps[step]]
                if potential == 0 || potentials[step] * proposal.densities[row] > threshold {
                    (row, potential) = (steps[step], potentials[step])
                }
            }
            guard potential > 0 else {
                // The chain met only rows that coincide with centroids.
                guard let open = firstOpenRow(besides: chosen) else {
                    // All do: any row is as good as another.
                    let taken = Set(chosen)
                    return chosen + (0..<data.count).lazy.filter { !taken.contains($0) }.prefix(count - chosen.count)
                }
                chosen.append(open)
                continue
            }
            chosen.append(row)
        }
        return chosen
    }

    private func squaredDistances(to row: Int) -> [Double] {
        KMeansAssignment.squaredDistances(
            data, centroids: data.rows.gatheringRows([row]), labels: [Int32](repeating: 0, count: data.count))
    }

    /// The weighted squared distances of some rows to their nearest centroids.
    private func potentials(of rows: [Int], centroids: [Int]) -> [Double] {
        let candidates = PreparedRows(data.rows.gatheringRows(rows), metric: .euclidean, shift: nil)
        let centroids = data.rows.gatheringRows(centroids)
        let halves = centroids.rowSquaredNorms().map { Float($0 / 2) }
        // Products tell which is nearest, or almost; the distance to it is exact.
        let nearest = candidates.rows.greatestProducts(with: centroids, offsets: halves).rows
        let distances = KMeansAssignment.squaredDistances(candidates, centroids: centroids, labels: nearest)
        return zip(rows, distances).map { row, distance in weights.map { distance * $0[row] } ?? distance }
    }

    /// The first row that counts and coincides with no centroid.
    private func firstOpenRow(besides chosen: [Int]) -> Int? {
        potentials(of: Array(0..<data.count), centroids: chosen).firstIndex { $0 > 0 }
    }
}

/// What chains propose.
private struct Proposal {
    /// The probability of each row.
    let densities: [Double]
    /// The sums of the probabilities up to and with each row.
    private let cumulative: [Double]

    init(_ distances: [Double], weights: [Double]?) {
        let masses = weights ?? [Double](repeating: 1, count: distances.count)
        let costs = zip(distances, masses).map { $0 * $1 }
        let (total, mass) = (costs.reduce(0, +), masses.reduce(0, +))
        densities = zip(costs, masses).map { cost, weight in
            total > 0 ? 0.5 * cost / total + 0.5 * weight / mass : weight / mass
        }
        var sum = 0.0
        cumulative = densities.map { density in
            sum += density
            return sum
        }
    }

    /// A row; never one of probability 0.
    func draw(_ random: inout RandomSource) -> Int {
        let target = random.uniform() * (cumulative.last ?? 0)
        // The first row whose sum is above the target.
        var (low, high) = (0, cumulative.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > target { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
