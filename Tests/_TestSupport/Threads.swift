import Tensor

/// Runs `body` with 1, 2 and 5 threads and returns what came out.
public func withThreadCounts<R>(_ body: () throws -> R) rethrows -> [R] {
    let before = Parallelism.threadCount
    defer { Parallelism.threadCount = before }
    return try [1, 2, 5].map { count in
        Parallelism.threadCount = count
        return try body()
    }
}
