import Tensor

extension KMeans {
    /// The first centroids, in prepared coordinates.
    func firstCentroids(
        _ data: PreparedRows, restart: Int, progress: ProgressHandler
    ) throws(ClusteringError) -> Matrix {
        var random = RandomSource(seed: seed, stage: "k-means seeding", item: restart)
        switch seeding {
        case .automatic where data.count * clusterCount > 100_000_000:
            return try ParallelSeeding(data).choose(clusterCount, rounds: 5, oversampling: 2, &random, progress)
        case .automatic:
            return try plusPlus(data, trials: nil, &random, progress)
        case .plusPlus(let trials):
            return try plusPlus(data, trials: trials, &random, progress)
        case .parallel(let rounds, let oversampling):
            return try ParallelSeeding(data).choose(
                clusterCount, rounds: rounds, oversampling: oversampling, &random, progress)
        case .random:
            return data.rows.gatheringRows(random.sample(clusterCount, outOf: data.count))
        case .given(let values, let dimension):
            let given = Matrix(rows: clusterCount, columns: dimension, values: values)
            return PreparedRows(given, metric: metric, shift: data.shift).rows
        }
    }

    private func plusPlus(
        _ data: PreparedRows, trials: Int?, _ random: inout RandomSource, _ progress: ProgressHandler
    ) throws(ClusteringError) -> Matrix {
        let rows = try PlusPlusSeeding(data, weights: nil).choose(clusterCount, trials: trials, &random, progress)
        return data.rows.gatheringRows(rows)
    }
}
