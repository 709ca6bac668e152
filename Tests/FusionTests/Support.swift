import Foundation
import Tensor
import _TestSupport

/// Reads a golden file of JSON; a missing one fails the test.
func golden<T: Decodable>(_ name: String, as type: T.Type = T.self) throws -> T {
    try JSONDecoder().decode(T.self, from: Data(contentsOf: goldens().appendingPathComponent(name)))
}

/// Runs `body` with 1, 2 and 5 threads and returns what came out.
func withThreadCounts<R>(_ body: () throws -> R) rethrows -> [R] {
    let before = Parallelism.threadCount
    defer { Parallelism.threadCount = before }
    return try [1, 2, 5].map { count in
        Parallelism.threadCount = count
        return try body()
    }
}
