import Tensor

/// The definitions, index by index: what the operations on arrays are held against.
enum Naive {
    /// All indices of a shape in row-major order.
    static func indices(of shape: [Int]) -> [[Int]] {
        shape.reduce([[]]) { starts, length in starts.flatMap { start in (0..<length).map { start + [$0] } } }
    }

    /// The element at `index`, which may be longer than the rank, with axes of length 1 serving all.
    static func element(_ array: NDArray, at index: [Int]) -> Float {
        let own = zip(index.suffix(array.rank), array.shape).map { $1 == 1 ? 0 : $0 }
        return array.elements[zip(own, array.shape).reduce(0) { $0 * $1.1 + $1.0 }]
    }

    /// The array of `shape` with the elements that `body` gives for each index.
    static func array(_ shape: [Int], _ body: ([Int]) -> Float) -> NDArray {
        NDArray(shape: shape, values: indices(of: shape).map(body))
    }

    static func combining(_ a: NDArray, _ b: NDArray, _ operation: (Float, Float) -> Float) -> NDArray {
        array(NDArray.broadcastShape(a.shape, b.shape)) { operation(element(a, at: $0), element(b, at: $0)) }
    }

    /// The elements that fall together when `axes` are reduced, for each index of the result.
    static func groups(_ array: NDArray, axes: [Int]) -> [[Float]] {
        let kept = array.shape.indices.filter { !axes.contains($0) }
        let target = kept.map { array.shape[$0] }
        var groups = [[Float]](repeating: [], count: target.reduce(1, *))
        for index in indices(of: array.shape) {
            let place = zip(kept.map { index[$0] }, target).reduce(0) { $0 * $1.1 + $1.0 }
            groups[place].append(element(array, at: index))
        }
        return groups
    }

    /// One chain of fused multiply-adds for each element of the matrix products over the last two axes.
    static func product(_ a: NDArray, _ b: NDArray) -> NDArray {
        let batch = NDArray.broadcastShape(Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2)))
        let (rows, depth, columns) = (a.shape[a.rank - 2], a.shape[a.rank - 1], b.shape[b.rank - 1])
        return array(batch + [rows, columns]) { index in
            let (lead, i, j) = (index.dropLast(2), index[batch.count], index[batch.count + 1])
            var sum: Float = 0
            for k in 0..<depth { sum.addProduct(element(a, at: lead + [i, k]), element(b, at: lead + [k, j])) }
            return sum
        }
    }
}

/// An array of normally distributed numbers.
func randomArray(_ shape: [Int], seed: UInt64, scale: Double = 1, offset: Double = 0) -> NDArray {
    var random = RandomSource(seed: seed, stage: "randomArray")
    let count = shape.reduce(1, *)
    return NDArray(shape: shape, values: (0..<count).map { _ in Float(offset + scale * random.normal()) })
}

/// Runs `body` at every SIMD level with 1, 2, 3 and 8 threads and returns what came out; restores both.
func atEveryLevelAndThreadCount<R>(_ body: () throws -> R) rethrows -> [R] {
    let (level, threads) = (SIMDLevel.current, Parallelism.threadCount)
    defer {
        level.use()
        Parallelism.threadCount = threads
    }
    var results: [R] = []
    for level in SIMDLevel.available {
        level.use()
        for threads in [1, 2, 3, 8] {
            Parallelism.threadCount = threads
            results.append(try body())
        }
    }
    return results
}
