import Tensor

/// `count` points around each of `centers` random centres in `dimension` dimensions, with their true groups.
///
/// Centres are drawn from a cube of side `spread`, points from a normal distribution of standard deviation `deviation`.
public func blobs(
    centers: Int, count: Int, dimension: Int, spread: Double = 10, deviation: Double = 1, seed: UInt64
) -> (points: Matrix, truth: [Int]) {
    var random = RandomSource(seed: seed, stage: "blobs")
    let middle = (0..<centers * dimension).map { _ in random.uniform(in: -spread / 2..<spread / 2) }
    var values: [Float] = []
    var truth: [Int] = []
    for index in 0..<centers * count {
        let center = index % centers
        truth.append(center)
        for j in 0..<dimension {
            values.append(Float(middle[center * dimension + j] + deviation * random.normal()))
        }
    }
    return (Matrix(rows: truth.count, columns: dimension, values: values), truth)
}

/// A matrix of normally distributed numbers.
public func randomMatrix(rows: Int, columns: Int, seed: UInt64, offset: Float = 0) -> Matrix {
    var random = RandomSource(seed: seed, stage: "randomMatrix")
    return Matrix(
        rows: rows, columns: columns, values: (0..<rows * columns).map { _ in offset + Float(random.normal()) })
}
