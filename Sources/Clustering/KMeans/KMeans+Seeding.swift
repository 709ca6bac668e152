import Tensor

extension KMeans {
    /// The first centroids, in prepared coordinates.
    package func firstCentroids(
        _ data: PreparedRows, weights: [Double]?, restart: Int, progress: ProgressHandler
    ) throws(ClusteringError) -> Matrix {
        var random = RandomSource(seed: seed, stage: "k-means seeding", item: restart)
        switch seeding {
        case .automatic where data.count * clusterCount > 100_000_000:
            return try ParallelSeeding(data, weights: weights).choose(
                clusterCount, rounds: 5, oversampling: 2, &random, progress)
        case .automatic:
            return try plusPlus(data, weights, trials: nil, &random, progress)
        case .plusPlus(let trials):
            return try plusPlus(data, weights, trials: trials, &random, progress)
        case .parallel(let rounds, let oversampling):
            return try ParallelSeeding(data, weights: weights).choose(
                clusterCount, rounds: rounds, oversampling: oversampling, &random, progress)
        case .random:
            let rows =
                weights.map { random.sample(clusterCount, weightedBy: $0) }
                ?? random.sample(clusterCount, outOf: data.count)
            return data.rows.gatheringRows(rows)
        case .markovChain(let length):
            let seeding = MarkovChainSeeding(data, weights: weights)
            return try data.rows.gatheringRows(seeding.choose(clusterCount, length: length, &random, progress))
        case .given(let values, let dimension):
            let given = Matrix(rows: clusterCount, columns: dimension, values: values)
            return PreparedRows(given, metric: metric, shift: data.shift).rows
        }
    }

    private func plusPlus(
        _ data: PreparedRows, _ weights: [Double]?, trials: Int?, _ random: inout RandomSource,
        _ progress: ProgressHandler
    ) throws(ClusteringError) -> Matrix {
        let rows = try PlusPlusSeeding(data, weights: weights).choose(clusterCount, trials: trials, &random, progress)
        return data.rows.gatheringRows(rows)
    }
}
