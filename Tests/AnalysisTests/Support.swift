import Tensor

/// `count` rows of numbers drawn uniformly from a unit cube.
func uniformNoise(count: Int, dimension: Int, seed: UInt64) -> Matrix {
    var random = RandomSource(seed: seed, stage: "uniform noise")
    return Matrix(rows: count, columns: dimension, values: (0..<count * dimension).map { _ in Float(random.uniform()) })
}
