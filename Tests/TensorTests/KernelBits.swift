import CKernels
import Tensor
import Testing

/// What `body` gives at each SIMD level, scalar first.
func atEachLevel<R>(_ body: () throws -> R) rethrows -> [R] {
    let level = SIMDLevel.current
    defer { level.use() }
    return try SIMDLevel.available.map { level in
        level.use()
        return try body()
    }
}

/// The bits of floats, all NaN alike: which NaN comes out of arithmetic is the processor's choice.
func bits(_ values: some Sequence<Float>) -> [UInt32] {
    values.map { $0.isNaN ? Float.nan.bitPattern : $0.bitPattern }
}

/// Expects every SIMD level, and 1, 2, 3 and 8 threads, to give the same bits.
func expectSameBits(
    _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> [Float]
) rethrows {
    let threads = Parallelism.threadCount
    defer { Parallelism.threadCount = threads }
    let results = try atEachLevel {
        try [1, 2, 3, 8].map { count in
            Parallelism.threadCount = count
            return bits(try body())
        }
    }.joined()
    #expect(results.allSatisfy { $0 == results.first }, comment, sourceLocation: sourceLocation)
}

/// Floats of every kind: zeros, denormals, the largest, infinities, NaN, and the ordinary of both signs.
let floatsOfEveryKind: [Float] = {
    let kinds: [Float] = [
        0, .leastNonzeroMagnitude, Float(bitPattern: 71_362), .leastNormalMagnitude, 1e-20, 0.3, 0.61, 0.62, 0.93, 1, 4,
        9.5, 13.1, 87.3,
        88.72, 88.73, 104, 1e9, .greatestFiniteMagnitude, .infinity,
    ]
    return kinds + kinds.map { -$0 } + [.nan]
}()

/// Calls `body` at every SIMD level, and there with and without instructions for bytes.
func forEachKernelForm(_ body: () -> Void) {
    let level = SIMDLevel.current
    defer {
        kindred_simd_allow_vnni(1)
        level.use()
    }
    for level in SIMDLevel.available {
        for allowed in [0, 1] as [Int32] {
            kindred_simd_allow_vnni(allowed)
            level.use()
            body()
        }
    }
}
